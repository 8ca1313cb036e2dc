import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { NodePlace } from './contract.ts';

const mostNodes = 500;

/** Rows of `shared.org_node_periods` that held at the end of day `$n`, or hold now. */
const stood = (row: string, parameter: string): string => {
  const end = `((${parameter}::date + 1)::timestamp at time zone 'UTC')`;
  return `case when ${parameter}::text is null then ${row}.valid_to = 'infinity' else ${row}.valid_from < ${end} and ${row}.valid_to >= ${end} end`;
};

/** `t`: a tree by the name that it had then; from before names were kept, the one that it has. */
const namedThen = (tree: string, day: string): string =>
  `join shared.org_trees o on o.id = ${tree} left join shared.org_tree_periods n on n.id = o.id and ${stood('n', day)},
   lateral (select o.id, coalesce(n.name, o.name) as name) t`;

type NodeRef = NodePlace['path'][number];

/** Where a node stands, or stood at the end of a day. Throws `org_node_not_found`, `org_node_not_then`. */
export async function placeOfNode(db: Queryable, node: number, treeAt: string | undefined): Promise<NodePlace> {
  const values = [node, treeAt ?? null];
  const above = await db.query<NodeRef & { treeId: number; tree: string }>(
    `with recursive above as (
       select p.*, 0 as up from shared.org_node_periods p where p.id = $1 and ${stood('p', '$2')}
       union all
       select p.*, a.up + 1 from above a join shared.org_node_periods p on p.id = a.parent_id and ${stood('p', '$2')})
     select a.id, a.name, a.is_team as "isTeam", a.tree_id as "treeId", t.name as tree
       from above a ${namedThen('a.tree_id', '$2')} order by a.up desc`,
    values,
  );
  const [top] = above;
  if (top === undefined) throw await whyNot(db, node, treeAt);
  const below = await db.query<NodeRef & { all: number }>(
    `select p.id, p.name, p.is_team as "isTeam", count(*) over () as all from shared.org_node_periods p
      where p.parent_id = $1 and ${stood('p', '$2')} order by lower(p.name), p.id limit ${mostNodes}`,
    values,
  );
  const refOf = ({ id, name, isTeam }: NodeRef): NodeRef => ({ id, name, isTeam });
  return {
    tree: { id: top.treeId, name: top.tree },
    path: above.map(refOf),
    below: below.map(refOf),
    belowInAll: below[0]?.all ?? 0,
  };
}

async function whyNot(db: Queryable, node: number, treeAt: string | undefined): Promise<PlumblineError> {
  const known = await db.maybeOne('select id from shared.org_node_periods where id = $1 group by id', [node]);
  return new PlumblineError(known !== undefined && treeAt !== undefined ? 'org_node_not_then' : 'org_node_not_found');
}
