import type { HealthLabel } from '../../../domain/announcement.ts';
import { advisoryLocks, type Queryable, type Tx } from '../../../platform/database/index.ts';
import { type HealthInput, type HealthReason, type HeldBack, healthDays } from './model.ts';

export type RunTally = Pick<HealthInput, 'runs' | 'codes' | 'newestError' | 'newestEnd'>;

export const noRuns: RunTally = {
  runs: { success: 0, partial: 0, failed: 0 },
  codes: [],
  newestError: null,
  newestEnd: null,
};

/** How the runs of the last days ended, by integration; an integration without runs is left out. */
export async function tallyRuns(db: Queryable, integrationIds: readonly number[]): Promise<Map<number, RunTally>> {
  const rows = await db.query<{
    id: number;
    status: keyof HealthInput['runs'];
    code: string | null;
    n: number;
    message: string | null;
    at: Date;
  }>(
    `select integration_id as id, status, error_code as code, count(*) as n,
            (array_agg(error_message order by finished_at desc))[1] as message, max(finished_at) as at from ingestion.runs
      where integration_id = any($1::bigint[]) and kind <> 'audit' and status in ('success', 'partial', 'failed')
        and finished_at > now() - make_interval(days => $2)
      group by 1, 2, 3 order by n desc, code`,
    [integrationIds, healthDays],
  );
  const tallies = new Map<number, RunTally & { codes: { code: string; count: number }[] }>();
  const newest = new Map<number, Date>();
  for (const { id, status, code, n, message, at } of rows) {
    const tally = tallies.get(id) ?? { ...noRuns, runs: { ...noRuns.runs }, codes: [] };
    tallies.set(id, tally);
    tally.runs[status] += n;
    if (tally.newestEnd === null || at > tally.newestEnd) tally.newestEnd = at;
    if (code === null || status === 'success') continue;
    if (at > (newest.get(id) ?? new Date(0))) {
      newest.set(id, at);
      tally.newestError = message;
    }
    const known = tally.codes.find((entry) => entry.code === code);
    if (known === undefined) tally.codes.push({ code, count: n });
    else known.count += n;
  }
  return tallies;
}

/** What is held and not confirmed, by integration, the largest first. */
export async function heldBack(db: Queryable, integrationIds: readonly number[]): Promise<Map<number, HeldBack[]>> {
  const rows = await db.query<HeldBack & { id: number }>(
    `select integration_id as id, stream, slice, missing, before from ingestion.held_absences
      where integration_id = any ($1::bigint[]) order by missing desc, held_absences.id`,
    [integrationIds],
  );
  return Map.groupBy(rows, ({ id }) => id);
}

/** When each integration was last read to the end; a partial run read too. */
export async function lastSyncedAt(db: Queryable, integrationIds: readonly number[]): Promise<Map<number, Date>> {
  const rows = await db.query<{ id: number; at: Date }>(
    `select i.id, r.at from unnest($1::bigint[]) as i (id)
      cross join lateral (
        select finished_at as at from ingestion.runs
         where integration_id = i.id and status in ('success', 'partial') and kind not in ('audit', 'aggregation')
         order by id desc limit 1) r`,
    [integrationIds],
  );
  return new Map(rows.map((row) => [row.id, row.at]));
}

export interface HealthRow {
  integrationId: number;
  health: HealthLabel;
  reasons: HealthReason[];
  since: Date;
}

export function listHealth(db: Queryable): Promise<HealthRow[]> {
  return db.query('select integration_id as "integrationId", health, reasons, since from ingestion.health');
}

/** Holds the integration's health until the transaction ends, so that what is compared is what is replaced. */
export async function lockHealth(tx: Tx, integrationId: number): Promise<HealthRow | undefined> {
  await tx.execute('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.health, integrationId]);
  return tx.maybeOne(
    'select integration_id as "integrationId", health, reasons, since from ingestion.health where integration_id = $1',
    [integrationId],
  );
}

export async function storeHealth(
  tx: Tx,
  integrationId: number,
  now: { health: HealthLabel; reasons: readonly HealthReason[] },
): Promise<void> {
  await tx.execute(
    `insert into ingestion.health (integration_id, health, reasons) values ($1, $2, $3)
     on conflict (integration_id) do update
        set health = excluded.health, reasons = excluded.reasons, computed_at = now(),
            since = case when health.health = excluded.health then health.since else now() end`,
    [integrationId, now.health, JSON.stringify(now.reasons)],
  );
}

export async function insertHealthChange(
  tx: Tx,
  integrationId: number,
  change: { before: HealthLabel | null; health: HealthLabel; reasons: readonly HealthReason[] },
): Promise<void> {
  await tx.execute(
    'insert into ingestion.health_changes (integration_id, before, health, reasons) values ($1, $2, $3, $4)',
    [integrationId, change.before, change.health, JSON.stringify(change.reasons)],
  );
}

export interface HealthChangeRow {
  id: number;
  before: HealthLabel | null;
  health: HealthLabel;
  reasons: HealthReason[];
  changedAt: Date;
}

export function listHealthChanges(db: Queryable, integrationId: number, limit: number): Promise<HealthChangeRow[]> {
  return db.query(
    `select id, before, health, reasons, changed_at as "changedAt" from ingestion.health_changes
      where integration_id = $1 order by id desc limit $2`,
    [integrationId, limit],
  );
}

/** For metrics: how many integrations have each health. */
export async function countHealth(db: Queryable): Promise<Record<string, number>> {
  const rows = await db.query<{ health: string; n: number }>(
    'select health, count(*) as n from ingestion.health group by 1',
  );
  return Object.fromEntries(rows.map((row) => [row.health, row.n]));
}
