import type { Queryable } from '../../../platform/database/index.ts';
import type { Basis, DataState } from '../contract.ts';
import type { Scope } from './scope.ts';

interface StateRow {
  known: number;
  read: number;
  waiting: number;
  updating: number;
  as_of: Date | null;
}

/**
 * How far the numbers can be trusted: projects a discovery found and projects read, and since when nothing newer was
 * looked at (the least recent of the integrations' newest successful runs; while there is none, the oldest publish).
 */
export async function readDataState(db: Queryable, { recomputing }: Pick<Scope, 'recomputing'>): Promise<DataState> {
  const row = await db.one<StateRow>(`
    with live as (select id from shared.integrations where state <> 'deleting' and kind = 'sonarqube'),
    wanted as (
      select w.integration_id, w.current_published_at
      from shared.wanted_slices w join live on live.id = w.integration_id),
    newest as (
      select r.integration_id, max(r.started_at) as at
      from shared.runs r join live on live.id = r.integration_id
      where r.status = 'success' and r.kind in ('backfill', 'full_sync', 'incremental_sync') group by 1),
    states as (
      select w.integration_id, coalesce(n.at, min(w.current_published_at)) as at
      from wanted w left join newest n using (integration_id) group by w.integration_id, n.at)
    select (select count(*) from wanted) as known,
           (select count(*) from wanted where current_published_at is not null) as read,
           (select count(*) from live where not exists (select from wanted w where w.integration_id = live.id)
              and not exists (select from newest n where n.integration_id = live.id)) as waiting,
           (select count(*) from shared.projects where publishing_since is not null and counts) as updating,
           (select min(at) from states) as as_of`);
  return {
    asOf: row.as_of?.toISOString() ?? null,
    // An integration whose projects nobody has listed yet may have any number of them.
    incomplete: row.read < row.known || row.waiting > 0,
    projectsRead: row.read,
    projectsKnown: row.known,
    projectsUpdating: row.updating,
    projectsRecomputing: recomputing,
  };
}

/** From which days on all projects of a scope are read by us, and counted by us or their servers; null: for all time. */
export interface KnownFrom {
  /** Null when there are no projects. */
  read: string | null;
  counted: string | null;
}

export async function readKnownFrom(db: Queryable, scope: Scope): Promise<KnownFrom> {
  const row = await db.one<KnownFrom>(
    `select max((p.reliable_from at time zone 'UTC')::date) as read,
            nullif(max(coalesce(case when not (k.is_split and $3::boolean) then k.counted_from end, (p.reliable_from at time zone 'UTC')::date)), '-infinity') as counted
       from shared.projects p
       left join shared.daily_known k on k.project_id = p.id and k.counting = $4 and k.branch_class = any ($2)
      where p.counts and ($1::bigint[] is null or p.id = any ($1))`,
    [scope.projects, scope.branchClasses, scope.assetTypes !== null, scope.counting],
    'insights known from',
  );
  return row;
}

/** What the number of open vulnerabilities at the end of a day rests on; `unknown` are those without a severity. */
export function basisOf(known: KnownFrom, day: string, unknown: number): Basis {
  if (known.read === null || day >= known.read) return 'read';
  if (known.counted !== null && day < known.counted) return 'reconstructed';
  return unknown > 0 ? 'estimated' : 'counted';
}
