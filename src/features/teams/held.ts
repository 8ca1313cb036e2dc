import type { HeldByNode } from '../access/index.ts';
import { requireNodes } from './trees/present.ts';

/** What belongs to the teams of a node, each once; a node that is gone is no node without anything. */
export const heldByNode: HeldByNode = async (db, node, thing) => {
  await requireNodes(db, [node]);
  const rows = await db.query<{ id: number }>(
    'select thing_id as id from shared.node_belongings where node_id = $1 and thing = $2 order by 1',
    [node, thing],
  );
  return rows.map(({ id }) => id);
};
