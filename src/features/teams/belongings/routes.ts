import { type Route, route } from '../../access/index.ts';
import type { Telling } from '../changes.ts';
import { listOwnership, previewRules, saveRules, showBelongings } from './belongings.ts';
import * as contract from './contract.ts';

const read = { permission: 'teams:read', scope: 'rows', tag: 'Org trees' } as const;
const write = { permission: 'team_settings:write', scope: 'node', tag: 'Org trees' } as const;

/** What belongs to a team. */
export function belongingRoutes(options: Telling): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/teams/:id/projects',
      summary: 'Shows which SonarQube projects belong to a team, and by which rules.',
      errors: ['team_not_found'],
      params: contract.BelongingsParams,
      response: contract.TeamProjects,
      handle: ({ params }) => showBelongings(db, params.id),
    }),
    route({
      ...write,
      scope: 'rows',
      method: 'POST',
      path: '/api/v1/teams/:id/projects/preview',
      summary: 'Shows what rules would take, and who has it, too; nothing is saved.',
      errors: ['team_not_found'],
      params: contract.BelongingsParams,
      body: contract.RulesInput,
      response: contract.RulesPreview,
      handle: ({ params, body }) => previewRules(db, params.id, body.rules),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/teams/:id/projects',
      summary: 'Says by which rules SonarQube projects belong to a team.',
      errors: ['team_not_found', 'people_busy', 'team_takes_more'],
      params: contract.BelongingsParams,
      body: contract.RulesInput,
      response: contract.TeamProjects,
      handle: ({ actor, params, body }) => saveRules(options, actor, { id: params.id, rules: body.rules }),
    }),
    route({
      ...read,
      method: 'GET',
      scope: 'organization',
      path: '/api/v1/org-trees/:id/projects',
      summary: 'Lists projects that are of no team of a tree, of one, or of several.',
      errors: ['org_tree_not_found'],
      params: contract.BelongingsParams,
      query: contract.OwnershipQuery,
      response: contract.Ownership,
      handle: ({ params, query }) => listOwnership(db, params.id, query),
    }),
  ];
}
