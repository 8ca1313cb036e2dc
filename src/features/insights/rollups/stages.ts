import type { Tx } from '../../../platform/database/index.ts';

/** One of the tables that nodes sum up, in the order of its key, so that a part is read alone. */
export interface Stage {
  /** Where a row lies in that order. */
  place: readonly { column: string; type: 'text' | 'date' }[];
  /** Rows of the project $1 that a condition on the place leaves, in the order of the place. */
  rows(condition: string): readonly string[];
  /** What adds to nodes the rows of the projects that move, of places that a condition leaves. */
  move(condition: string): string;
}

/** Projects that are moved in parts, of which nothing is taken over meanwhile. */
export async function movingProjects(tx: Tx): Promise<number[]> {
  const rows = await tx.query<{ id: number }>('select project_id as id from insights.moving_projects order by 1');
  return rows.map(({ id }) => id);
}

/** Of nodes whose numbers hold no part of a project. */
export const isWhole = 'node_id not in (select node_id from insights.moving_nodes)';
