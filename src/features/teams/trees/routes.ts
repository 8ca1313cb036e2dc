import type { z } from 'zod';
import { containing, type Database, visibleNow } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { Answer, type Route, route } from '../../access/index.ts';
import type { Telling } from '../changes.ts';
import { buildTree, type TreeRule } from './build.ts';
import * as contract from './contract.ts';
import { type TreeThen, treeThen } from './periods.ts';
import { placeOfNode } from './place.ts';
import { requireNodeOf } from './present.ts';
import { findTeams, membersAt, nodesAt } from './read-store.ts';
import { peopleAt } from './store.ts';
import {
  addTree,
  applyTree,
  changeTree,
  listTrees,
  previewTree,
  removeTree,
  showDifference,
  theTree,
  treeOf,
  unmappedOf,
} from './trees.ts';

const read = { permission: 'teams:read', scope: 'rows', tag: 'Org trees' } as const;
const write = { permission: 'teams:write', scope: 'organization', tag: 'Org trees' } as const;
const place = '/api/v1/org-trees';
const pageSize = 50;

export function treeRoutes(options: Telling): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'GET',
      path: place,
      summary: 'Lists org trees, and the attributes they can be made of.',
      response: contract.OrgTreeList,
      handle: () => listTrees(db),
    }),
    route({
      ...write,
      method: 'POST',
      path: `${place}/preview`,
      summary: 'Shows a tree as it would be, with totals and who would be in no team; nothing is saved.',
      errors: ['people_missing'],
      body: contract.TreeRuleInput,
      response: contract.TreePreview,
      handle: ({ body }) => previewTree(db, body),
    }),
    route({
      ...write,
      method: 'POST',
      path: place,
      summary: 'Makes an org tree and builds it.',
      errors: ['people_missing', 'org_tree_name_taken', 'people_busy'],
      body: contract.TreeInput,
      response: contract.OneTree,
      handle: async ({ actor, body }) => new Answer({ tree: await addTree(db, actor, body) }, { status: 201 }),
    }),
    route({
      ...read,
      method: 'GET',
      path: `${place}/:id`,
      summary: 'Shows a tree with its nodes, as it stands or as it stood at a time.',
      errors: ['org_tree_not_found'],
      params: contract.TreeParams,
      query: contract.TreeQuery,
      response: contract.TreeDetail,
      handle: ({ params, query }) => showTree(db, params.id, query.at ?? null),
    }),
    route({
      ...write,
      method: 'PUT',
      path: `${place}/:id`,
      summary: 'Changes how a tree is built; it stays as it stands until the difference is applied.',
      errors: ['org_tree_not_found', 'org_tree_name_taken'],
      params: contract.TreeParams,
      body: contract.TreeInput,
      response: contract.OneTree,
      handle: async ({ actor, params, body }) => ({
        tree: await changeTree(db, actor, { id: params.id, wanted: body }),
      }),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: `${place}/:id`,
      summary: 'Removes a tree; its history stays.',
      errors: ['org_tree_not_found'],
      params: contract.TreeParams,
      response: contract.TreeDone,
      async handle({ actor, params }) {
        await removeTree(options, actor, params.id);
        return { ok: true as const };
      },
    }),
    ...buildingRoutes(options),
    ...memberRoutes(db),
  ];
}

function buildingRoutes(options: Telling): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      scope: 'organization',
      path: `${place}/:id/difference`,
      summary: 'Says what building a tree anew would change.',
      errors: ['org_tree_not_found'],
      params: contract.TreeParams,
      response: contract.TreeDifference,
      handle: ({ params }) => showDifference(options.db, params.id),
    }),
    route({
      ...write,
      method: 'POST',
      path: `${place}/:id/apply`,
      summary: 'Applies the difference that was seen, and no other.',
      errors: ['org_tree_not_found', 'org_tree_changed', 'people_busy'],
      params: contract.TreeParams,
      body: contract.ApplyInput,
      response: contract.OneTree,
      handle: async ({ actor, params, body }) => ({
        tree: await applyTree(options, actor, { id: params.id, fingerprint: body.fingerprint }),
      }),
    }),
  ];
}

function memberRoutes(db: Database): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: `${place}/:id/people`,
      summary: 'Lists the people of a node and of all below it, or those who are in no team.',
      errors: ['org_tree_not_found', 'org_tree_not_then', 'org_node_not_found', 'org_node_not_then'],
      params: contract.TreeParams,
      query: contract.TreePeopleQuery,
      response: contract.TreePeople,
      handle: ({ params, query }) => listMembers(db, params.id, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/org-nodes/:id',
      summary: 'Shows where a node of an org tree stands, or stood at the end of a day: what is above it and below.',
      errors: ['org_node_not_found', 'org_node_not_then'],
      params: contract.TreeParams,
      query: contract.NodeQuery,
      response: contract.NodePlace,
      handle: ({ params, query }) => placeOfNode(db, params.id, query.treeAt),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/teams',
      summary: 'Lists teams: the leaves of all trees.',
      query: contract.TeamQuery,
      response: contract.TeamList,
      async handle({ query: { search, page } }) {
        const at = { limit: pageSize, offset: (page - 1) * pageSize };
        const { rows, total } = await findTeams(db, containing(search), at);
        return { teams: rows, total, page, pageSize };
      },
    }),
  ];
}

async function showTree(db: Database, id: number, at: string | null): Promise<contract.TreeDetail> {
  const tree = treeOf(await theTree(db, id));
  const then = await treeThen(db, id, at);
  const nodes = await nodesAt(db, id, at);
  const sums = new Map(nodes.map(({ key, people }) => [key, people]));
  for (const { key, parent } of [...nodes].reverse())
    if (parent !== null) sums.set(parent, (sums.get(parent) ?? 0) + (sums.get(key) ?? 0));
  return {
    tree,
    stood: { name: then?.name ?? null, levels: then?.levels ?? null },
    nodes: nodes.slice(0, 10_000).map((node) => ({ ...node, people: sums.get(node.key) ?? 0 })),
    nodesInAll: nodes.length,
  };
}

/** Throws `org_tree_not_then`: who was in no team is not known where the rule is not. */
function ruleOf(then: TreeThen | undefined): TreeRule {
  if (then?.levels == null || then.filters === null) throw new PlumblineError('org_tree_not_then');
  return { levels: then.levels, filters: then.filters };
}

/** Who is in no team is of nobody who works in some of them. */
const notOfTeams = (): PlumblineError =>
  new PlumblineError('not_authorized', {
    message: 'Who is in no team is about the whole organization; you work in some of its teams.',
  });

async function listMembers(
  db: Database,
  id: number,
  { node, unmapped, at, page }: z.output<typeof contract.TreePeopleQuery>,
): Promise<contract.TreePeople> {
  const tree = await theTree(db, id);
  if (unmapped === 'true' && visibleNow() !== undefined) throw notOfTeams();
  const part = { limit: pageSize, offset: (page - 1) * pageSize };
  if (unmapped === 'true') {
    const rule = at === undefined ? tree : ruleOf(await treeThen(db, id, at));
    const people = await peopleAt(db, at ?? null);
    const all = unmappedOf(buildTree(people, rule), new Map(people.map((person) => [person.id, person])));
    const rows = all.slice(part.offset, part.offset + part.limit).map((one) => ({ ...one, team: null }));
    return { people: rows, total: all.length, page, pageSize };
  }
  if (node !== undefined) await requireNodeOf(db, { tree: id, node, at: at ?? null });
  const { rows, total } = await membersAt(db, { tree: id, node: node ?? null, at: at ?? null }, part);
  return { people: rows.map((row) => ({ ...row, reason: null, detail: '' })), total, page, pageSize };
}
