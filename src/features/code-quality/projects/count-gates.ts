import type { Queryable } from '../../../platform/database/index.ts';
import { gateConditions, joinedFor, whereOf } from './list-projects.ts';

export interface GateCounts {
  /** As many as the list of projects shows under the filter of failed gates. */
  failed: number;
  projects: number;
  /** Projects of which no gate is known: never analysed, or without a gate. */
  none: number;
  /** The newest analysis behind these; null: there is none. */
  newestAt: Date | null;
}

/** Gates of main branches as they stand now; `ids`: of these projects alone. */
export function countGates(db: Queryable, ids: readonly number[] | undefined): Promise<GateCounts> {
  const where = whereOf({ deleted: 'without', sort: 'name', direction: 'asc', ids });
  return db.one(
    `select count(*) filter (where ${gateConditions.failed}) as failed, count(*) as projects,
            count(*) filter (where ${gateConditions.none}) as none, max(main.analyzed_at) as "newestAt"
       from ${joinedFor('main.gate_status')} where ${where.sql}`,
    where.values,
  );
}
