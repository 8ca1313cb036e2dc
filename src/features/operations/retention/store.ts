import type { Database, Queryable, RetainedRows, Tx } from '../../../platform/database/index.ts';

const older = (subject: RetainedRows, before: string): string =>
  `t.${subject.time} < ${before}${subject.only === undefined ? '' : ` and ${subject.only}`}`;

const daysAgo = (parameter: string): string => `now() - make_interval(days => ${parameter})`;

/** Rows that would go with this setting, all rows, and the oldest. */
export function measure(
  db: Queryable,
  subject: RetainedRows,
  days: number,
): Promise<{ rows: number; drops: number; oldest: Date | null }> {
  return db.one(
    `select count(*) as rows, count(*) filter (where ${older(subject, daysAgo('$1'))}) as drops, min(t.${subject.time}) as oldest
       from ${subject.table} t`,
    [days],
  );
}

export interface SettingRow {
  subject: string;
  days: number;
  updatedAt: Date;
  updatedBy: string;
}

export function readSettings(db: Queryable): Promise<SettingRow[]> {
  return db.query(
    'select subject, days, updated_at as "updatedAt", updated_by as "updatedBy" from operations.retention',
  );
}

export async function writeSetting(db: Queryable, row: Pick<SettingRow, 'subject' | 'days' | 'updatedBy'>) {
  await db.execute(
    `insert into operations.retention (subject, days, updated_by) values ($1, $2, $3)
     on conflict (subject) do update set days = excluded.days, updated_by = excluded.updated_by, updated_at = now()`,
    [row.subject, row.days, row.updatedBy],
  );
}

export interface RunRow {
  subject: string;
  days: number;
  dropped: number;
  startedAt: Date;
  finishedAt: Date | null;
  errorCode: string | null;
}

/** The newest per subject. */
export function latestRuns(db: Queryable): Promise<RunRow[]> {
  return db.query(
    `select distinct on (subject) subject, days, dropped, started_at as "startedAt", finished_at as "finishedAt",
            error_code as "errorCode"
       from operations.retention_runs order by subject, id desc`,
  );
}

const batchRows = 2_000;

/**
 * Drops what is older, a batch per transaction, so that nobody waits for it and a kill loses no more than a batch of
 * work. Writes down how many as it goes. Returns how many.
 */
export async function drop(db: Database, subject: RetainedRows, days: number, signal: AbortSignal): Promise<number> {
  const { id, before } = await db.one<{ id: number; before: Date }>(
    `insert into operations.retention_runs (subject, days, before) values ($1, $2, ${daysAgo('$2')}) returning id, before`,
    [subject.name, days],
  );
  let dropped = 0;
  try {
    for (let batch = batchRows; batch === batchRows && !signal.aborted; dropped += batch) {
      batch = await db.transaction(async (tx) => {
        const rows = await dropBatch(tx, subject, before);
        await tx.execute('update operations.retention_runs set dropped = dropped + $2 where id = $1', [id, rows]);
        return rows;
      });
    }
    await db.execute('update operations.retention_runs set finished_at = now() where id = $1', [id]);
    return dropped;
  } catch (error) {
    await db
      .execute(
        `update operations.retention_runs set finished_at = now(), error_code = 'internal_server_error' where id = $1`,
        [id],
      )
      .catch(() => undefined);
    throw error;
  }
}

async function dropBatch(tx: Tx, subject: RetainedRows, before: Date): Promise<number> {
  if (subject.drop !== undefined) return subject.drop(tx, before, batchRows);
  return (await tx.one<{ rows: number }>(batchOf(subject), [before])).rows;
}

const batchOf = (subject: RetainedRows): string => {
  const parts = (subject.parts ?? []).map(
    ({ table, of }, index) => `, part_${index} as (delete from ${table} part using gone where ${of})`,
  );
  return `with gone as (
      delete from ${subject.table} d using (
        select t.tableoid, t.ctid from ${subject.table} t where ${older(subject, '$1')} order by t.${subject.time} limit ${batchRows}
      ) old where d.tableoid = old.tableoid and d.ctid = old.ctid returning d.*
    )${parts.join('')}
    select count(*) as rows from gone`;
};

/** Days in force per subject. */
export async function daysInForce(db: Queryable, retention: readonly RetainedRows[]): Promise<Map<string, number>> {
  const settings = new Map((await readSettings(db)).map((row) => [row.subject, row.days]));
  return new Map(retention.map((subject) => [subject.name, settings.get(subject.name) ?? subject.standard]));
}
