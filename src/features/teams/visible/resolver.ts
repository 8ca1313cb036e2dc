import { type Queryable, type VisibleRows, visibleRows } from '../../../platform/database/index.ts';
import type { ScopeResolver } from '../../access/index.ts';
import { namedNodes } from '../trees/present.ts';

/** What nodes of org trees hold, as they stand now; a node that is in no tree any more holds nothing. */
export const teamScope: ScopeResolver = {
  named: namedNodes,
  async rowsWithin(db, within) {
    const [first, ...others] = await Promise.all(within.map((nodes) => rowsOf(db, nodes)));
    if (first === undefined) throw new Error('who is bounded by no set of nodes sees the whole organization');
    return others.reduce(common, first);
  },
};

async function rowsOf(db: Queryable, nodes: readonly number[]): Promise<VisibleRows> {
  const { rows } = await db.one<{ rows: VisibleRows }>(rowsOfNodes, [nodes]);
  return rows;
}

/**
 * Things of a node are those of its teams. Of its tree it sees itself, what is below it, and the way up, which the tree
 * needs to be shown; people are the members of its teams.
 */
const rowsOfNodes = `
  with recursive below as (
    select n.id, n.tree_id from shared.org_nodes n where n.id = any ($1)
    union
    select n.id, n.tree_id from shared.org_nodes n join below b on n.parent_id = b.id
  ), above as (
    select n.id, n.parent_id from shared.org_nodes n where n.id = any ($1)
    union
    select n.id, n.parent_id from shared.org_nodes n join above a on a.parent_id = n.id
  ), things as (
    select distinct h.thing, h.thing_id as id from shared.node_belongings h where h.node_id = any ($1)
  ), projects as (
    select p.id, p.integration_id from things t join shared.projects p on p.id = t.id where t.thing = 'project'
  ), repositories as (
    select r.id, r.integration_id from things t join shared.code_repositories r on r.id = t.id where t.thing = 'repository'
  ), members as (
    select distinct m.person_id as id from teams.memberships m join below b on b.id = m.node_id where m.valid_to is null
  ), integrations as (
    select integration_id as id from projects union select integration_id from repositories
    union select s.integration_id from things t join shared.harness_services s on t.thing = 'service' and s.id = t.id
    union select p.integration_id from things t join shared.harness_pipelines p on t.thing = 'pipeline' and p.id = t.id
    union select e.integration_id from things t join shared.harness_environments e on t.thing = 'environment' and e.id = t.id
    union select r.integration_id from things t join shared.image_repositories r on t.thing = 'image' and r.id = t.id
  )
  select jsonb_build_object(
    'projects', (select coalesce(jsonb_agg(id), '[]') from projects),
    'repositories', (select coalesce(jsonb_agg(id), '[]') from repositories),
    'services', (select coalesce(jsonb_agg(id), '[]') from things where thing = 'service'),
    'pipelines', (select coalesce(jsonb_agg(id), '[]') from things where thing = 'pipeline'),
    'environments', (select coalesce(jsonb_agg(id), '[]') from things where thing = 'environment'),
    'images', (select coalesce(jsonb_agg(id), '[]') from things where thing = 'image'),
    'people', (select coalesce(jsonb_agg(id), '[]') from members),
    'nodes', (select coalesce(jsonb_agg(id), '[]') from below),
    'ancestors', (select coalesce(jsonb_agg(id), '[]') from above),
    'trees', (select coalesce(jsonb_agg(distinct tree_id), '[]') from below),
    'integrations', (select coalesce(jsonb_agg(id), '[]') from integrations)) as rows`;

function common(a: VisibleRows, b: VisibleRows): VisibleRows {
  return visibleRows((kind) => {
    const others = new Set(b[kind]);
    return a[kind].filter((id) => others.has(id));
  });
}
