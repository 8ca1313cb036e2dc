import { type Route, route } from '../../access/index.ts';
import type { Telling } from '../changes.ts';
import { BelongingsParams } from '../belongings/contract.ts';
import { assign } from './assign.ts';
import * as contract from './contract.ts';
import { placeOfTeam, placeOfTree, saveSections, showSections } from './sections.ts';
import { listThingOwnership, previewThings, saveThingRules, showThings } from './things.ts';

const read = { permission: 'teams:read', scope: 'organization', tag: 'Org trees', params: BelongingsParams } as const;
const write = { permission: 'team_settings:write', scope: 'node', tag: 'Org trees', params: BelongingsParams } as const;

/** Team Settings: which integrations count for a team, and what of them belongs to it. */
export function settingRoutes(options: Telling): Route[] {
  return [...sectionRoutes(options), ...thingRoutes(options)];
}

function sectionRoutes(options: Telling): Route[] {
  const { db } = options;
  const places = [
    {
      path: '/api/v1/teams/:id/integrations',
      scope: 'rows',
      write: { permission: 'team_settings:write', scope: 'node' },
      of: 'a team',
      placeOf: placeOfTeam,
      missing: 'team_not_found',
    },
    {
      path: '/api/v1/org-trees/:id/integrations',
      scope: 'organization',
      write: { permission: 'teams:write', scope: 'organization' },
      of: 'an org tree',
      placeOf: placeOfTree,
      missing: 'org_tree_not_found',
    },
  ] as const;
  return places.flatMap(({ path, scope, write: changing, of, placeOf, missing }) => [
    route({
      ...read,
      scope,
      method: 'GET',
      path,
      summary: `Shows which integrations count for ${of}, by section, and who said so.`,
      errors: [missing],
      response: contract.Sections,
      handle: async ({ params }) => showSections(db, await placeOf(db, params.id)),
    }),
    route({
      ...write,
      ...changing,
      method: 'PUT',
      path,
      summary: `Says which integrations count for ${of}; null: as above it.`,
      errors: [missing, 'people_busy', 'team_takes_more'],
      body: contract.SectionsInput,
      response: contract.Sections,
      handle: ({ actor, params, body }) =>
        saveSections(options, actor, { placeOf: (tx) => placeOf(tx, params.id), sections: body.sections }),
    }),
  ]);
}

function thingRoutes(options: Telling): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      scope: 'rows',
      method: 'GET',
      path: '/api/v1/teams/:id/things',
      summary:
        'Shows which repositories, services, pipelines, environments and images belong to a team, and by which rules.',
      errors: ['team_not_found'],
      response: contract.TeamThings,
      handle: ({ params }) => showThings(db, params.id),
    }),
    route({
      ...write,
      scope: 'rows',
      method: 'POST',
      path: '/api/v1/teams/:id/things/preview',
      summary: 'Shows what rules would take, and who has it, too; nothing is saved.',
      errors: ['team_not_found'],
      body: contract.ThingRulesInput,
      response: contract.ThingsPreview,
      handle: ({ params, body }) => previewThings(db, params.id, body.rules),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/teams/:id/things',
      summary: 'Says by which rules repositories, services, pipelines, environments and images belong to a team.',
      errors: ['team_not_found', 'people_busy', 'team_takes_more'],
      body: contract.ThingRulesChange,
      response: contract.TeamThings,
      handle: ({ actor, params, body }) => saveThingRules(options, actor, { id: params.id, ...body }),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/teams/:id/assignments',
      summary: 'Makes single projects and other things a team’s, by a rule for each.',
      errors: ['team_not_found', 'thing_not_found', 'people_busy', 'team_takes_more'],
      body: contract.AssignmentInput,
      response: contract.Assigned,
      handle: ({ actor, params, body }) => assign(options, actor, { team: params.id, ...body }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/org-trees/:id/things',
      summary: 'Lists things of a kind that are of no team of a tree, of one, or of several.',
      errors: ['org_tree_not_found'],
      query: contract.ThingOwnershipQuery,
      response: contract.ThingOwnership,
      handle: ({ params, query }) => listThingOwnership(db, params.id, query),
    }),
  ];
}
