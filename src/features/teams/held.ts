import { PlumblineError } from '../../platform/errors/index.ts';
import type { HeldByNode } from '../access/index.ts';

/** What belongs to the teams of a node, each once; a node that is gone is no node without anything. */
export const heldByNode: HeldByNode = async (db, node, thing) => {
  const row = await db.maybeOne<{ ids: number[] }>(
    `select coalesce(array_agg(b.thing_id order by b.thing_id) filter (where b.thing_id is not null), '{}')::bigint[] as ids
       from shared.org_nodes n left join shared.node_belongings b on b.node_id = n.id and b.thing = $2 where n.id = $1 group by n.id`,
    [node, thing],
  );
  if (row === undefined) throw new PlumblineError('org_node_not_found');
  return row.ids.map(Number);
};
