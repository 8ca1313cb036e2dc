import type { Queryable } from '../../../platform/database/index.ts';
import type { Team, TreeNode } from './contract.ts';
import { heldAt } from './periods.ts';

/** Nodes as they stood, parents first, each with the people of its own. */
export function nodesAt(
  db: Queryable,
  tree: number,
  at: string | null,
): Promise<(Omit<TreeNode, 'id'> & { id: number })[]> {
  return db.query(
    `select n.id, n.key, a.key as parent, p.name, p.level, p.leaf, p.depth, c.name as manager,
            (select count(*) from teams.memberships m where m.node_id = n.id and ${heldAt('m', 2)}) as people
       from teams.node_periods p join teams.nodes n on n.id = p.node_id left join teams.nodes a on a.id = p.parent_id
       left join lateral (select name from teams.person_periods c where c.person_id = p.manager_id
                           order by ${heldAt('c', 2)} desc, c.valid_from desc, c.id desc limit 1) c on true
      where p.tree_id = $1 and ${heldAt('p', 2)} order by p.depth, lower(p.name), n.id`,
    [tree, at],
  );
}

export interface MemberRow {
  id: number;
  name: string;
  email: string;
  team: string | null;
}

/** People of a node and of all below it, or of the whole tree, as it stood. */
export async function membersAt(
  db: Queryable,
  { tree, node, at }: { tree: number; node: number | null; at: string | null },
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: MemberRow[]; total: number }> {
  const from = `teams.memberships m join teams.people p on p.id = m.person_id
    join teams.node_periods t on t.node_id = m.node_id and ${heldAt('t', 3)}
    join lateral (select name from teams.person_periods c where c.person_id = p.id
                   order by ${heldAt('c', 3)} desc, c.valid_from desc, c.id desc limit 1) c on true
   where m.tree_id = $1 and ${heldAt('m', 3)}
     and ($2::bigint is null or m.node_id in (
       with recursive below as (
         select $2::bigint as id
         union
         select p.node_id from teams.node_periods p join below b on p.parent_id = b.id where p.tree_id = $1 and ${heldAt('p', 3)})
       select id from below))`;
  const values = [tree, node, at];
  const { total } = await db.one<{ total: number }>(`select count(*) as total from ${from}`, values);
  const rows = await db.query<MemberRow>(
    `select p.id, c.name, p.email, t.name as team from ${from} order by lower(c.name), p.id limit $4 offset $5`,
    [...values, limit, offset],
  );
  return { rows, total };
}

export async function findTeams(
  db: Queryable,
  containing: string | null,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: Team[]; total: number }> {
  const from = `teams.node_periods p join teams.org_trees t on t.id = p.tree_id
    left join teams.person_periods c on c.person_id = p.manager_id and c.valid_to is null
   where p.leaf and p.valid_to is null and t.deleted_at is null
     and ($1::text is null or p.name ilike $1 or t.name ilike $1 or c.name ilike $1)`;
  const { total } = await db.one<{ total: number }>(`select count(*) as total from ${from}`, [containing]);
  const rows = await db.query<Omit<Team, 'tree'> & { treeId: number; treeName: string }>(
    `select p.node_id as id, p.name, t.id as "treeId", t.name as "treeName", c.name as manager,
            (select count(*) from teams.memberships m where m.node_id = p.node_id and m.valid_to is null) as people
       from ${from} order by lower(p.name), lower(t.name), p.node_id limit $2 offset $3`,
    [containing, limit, offset],
  );
  return {
    rows: rows.map(({ treeId, treeName, ...team }) => ({ ...team, tree: { id: treeId, name: treeName } })),
    total,
  };
}
