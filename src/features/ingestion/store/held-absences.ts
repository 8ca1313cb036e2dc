import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { HeldAbsence as HeldAbsenceView } from '../contract.ts';
import type { HeldAbsence, StreamPublished } from '../sink.ts';
import type { LeasedTask } from './tasks.ts';

/** What of a slice is held back, for its next publish. The same rows missing an hour later are believed to be gone. */
export function readHeldAbsences(
  db: Queryable,
  { integrationId, slice }: Pick<LeasedTask, 'integrationId' | 'slice'>,
): Promise<HeldAbsence[]> {
  return db.query(
    `select stream, scope, fingerprint, confirmed_at is not null or held_at <= now() - interval '1 hour' as confirmed
       from ingestion.held_absences where integration_id = $1 and slice = $2`,
    [integrationId, slice],
  );
}

/** Keeps what a publish held back, and forgets what it settled. Other rows missing than before begin the hour anew. */
export async function keepHeldAbsences(
  tx: Tx,
  task: Pick<LeasedTask, 'integrationId' | 'slice' | 'runId'>,
  published: readonly StreamPublished[],
): Promise<void> {
  const place = [task.integrationId, task.slice];
  for (const { stream, scope, missing } of published) {
    if (missing === undefined) continue;
    await tx.execute(
      `insert into ingestion.held_absences as h (integration_id, slice, stream, scope, run_id, missing, before, fingerprint, examples)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (integration_id, slice, stream, scope) do update
          set run_id = excluded.run_id, missing = excluded.missing, before = excluded.before, listed_at = now(),
              fingerprint = excluded.fingerprint, examples = excluded.examples,
              held_at = case when h.fingerprint = excluded.fingerprint then h.held_at else now() end,
              confirmed_at = case when h.fingerprint = excluded.fingerprint then h.confirmed_at end,
              confirmed_by = case when h.fingerprint = excluded.fingerprint then h.confirmed_by end`,
      [...place, stream, scope, task.runId, missing.count, missing.before, missing.fingerprint, missing.examples],
    );
  }
  const released = published.filter((row) => row.released === true);
  if (released.length === 0) return;
  await tx.execute(
    `delete from ingestion.held_absences
      where integration_id = $1 and slice = $2 and (stream, scope) in (select * from unnest($3::text[], $4::text[]))`,
    [...place, released.map(({ stream }) => stream), released.map(({ scope }) => scope)],
  );
}

/** Slices that a proven discovery does not list are not read any more: nothing is left to decide or to complete. */
export async function settleUnlisted(tx: Tx, integrationId: number, listed: readonly string[]): Promise<void> {
  await tx.execute(
    `delete from ingestion.held_absences where integration_id = $1 and slice <> 'discovery' and slice <> all ($2)`,
    [integrationId, listed],
  );
  await tx.execute(
    `update ingestion.slices set incomplete_since = null
      where integration_id = $1 and slice <> 'discovery' and incomplete_since is not null and slice <> all ($2)`,
    [integrationId, listed],
  );
}

/** Adds to how many rows were ever marked as gone. */
export async function countRowsGone(
  tx: Tx,
  integrationId: number,
  published: readonly Pick<StreamPublished, 'stream' | 'gone'>[],
): Promise<void> {
  const rows = new Map<string, number>();
  for (const { stream, gone } of published) if (gone > 0) rows.set(stream, (rows.get(stream) ?? 0) + gone);
  if (rows.size === 0) return;
  await tx.execute(
    `insert into ingestion.rows_gone as g (integration_id, stream, rows)
     select $1, n.stream, n.rows from unnest($2::text[], $3::bigint[]) as n (stream, rows) order by n.stream
     on conflict (integration_id, stream) do update set rows = g.rows + excluded.rows`,
    [integrationId, [...rows.keys()], [...rows.values()]],
  );
}

interface HeldRow {
  id: number;
  integration_id: number;
  slice: string;
  stream: string;
  scope: string;
  run_id: number;
  missing: number;
  before: number;
  fingerprint: string;
  examples: string[];
  held_at: Date;
  listed_at: Date;
  confirms_at: Date;
  confirmed_at: Date | null;
  confirmed_by: string | null;
}

/** What is held, the largest first. */
export async function listHeldAbsences(
  db: Queryable,
  integrationId: number | undefined,
  limit: number,
): Promise<{ rows: HeldRow[]; total: number }> {
  const of = '($1::bigint is null or integration_id = $1)';
  const values = [integrationId ?? null];
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ingestion.held_absences where ${of}`,
    values,
  );
  const rows = await db.query<HeldRow>(
    `select *, held_at + interval '1 hour' as confirms_at from ingestion.held_absences
      where ${of} order by confirmed_at is not null, missing desc, id limit $2`,
    [...values, limit],
  );
  return { rows, total };
}

/** A person says that what is missing is gone; it is marked by the next reading that misses the same rows. */
export async function confirmAbsence(
  tx: Tx,
  id: number,
  { fingerprint, by }: { fingerprint: string; by: string },
): Promise<HeldRow> {
  const row = await tx.maybeOne<HeldRow>('select * from ingestion.held_absences where id = $1 for update', [id]);
  if (row === undefined) throw new PlumblineError('held_absence_not_found');
  if (row.fingerprint !== fingerprint) throw new PlumblineError('held_absence_changed');
  await tx.execute('update ingestion.held_absences set confirmed_at = now(), confirmed_by = $2 where id = $1', [
    id,
    by,
  ]);
  return row;
}

export async function heldAbsenceIntegration(db: Queryable, id: number): Promise<number> {
  const row = await db.maybeOne<{ id: number }>(
    'select integration_id as id from ingestion.held_absences where id = $1',
    [id],
  );
  if (row === undefined) throw new PlumblineError('held_absence_not_found');
  return row.id;
}

export function presentHeld(row: HeldRow, integrationName: string, scopeName: string): HeldAbsenceView {
  const { id, slice, stream, scope, missing, before, examples, fingerprint } = row;
  return {
    id,
    integrationId: row.integration_id,
    integrationName,
    slice,
    stream,
    scope,
    scopeName,
    runId: row.run_id,
    missing,
    before,
    examples,
    fingerprint,
    heldAt: row.held_at.toISOString(),
    listedAt: row.listed_at.toISOString(),
    confirmsAt: row.confirms_at.toISOString(),
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    confirmedBy: row.confirmed_by,
  };
}
