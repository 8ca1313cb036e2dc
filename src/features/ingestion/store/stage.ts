import { type Cell, copyChunks, encodeRows, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { StageForm } from '../sink.ts';

/** How a stream without a form of its own is staged. */
export const jsonForm: StageForm = { table: 'ingestion.stage', columns: ['record'], cells: (_, json) => [json] };

export interface StagedRecord {
  sourceKey: string;
  rowHash: string;
  /** By the form's columns. */
  cells: readonly Cell[];
}

/** Records of one stream and scope, ready to be written. */
export interface StagedBlock {
  stream: string;
  scope: string;
  form: StageForm;
  records: number;
  rows: readonly Buffer[];
}

/** Takes records apart as they come. `firstSeq` rises over the task, so that of a key staged twice the later counts. */
export function blockOf(
  place: { taskId: number; stream: string; scope: string; form: StageForm },
  firstSeq: number,
  records: Iterable<StagedRecord>,
): StagedBlock {
  const { taskId, stream, scope, form } = place;
  let count = 0;
  const rows = function* (): Generator<Cell[]> {
    for (const { sourceKey, rowHash, cells } of records) {
      yield [taskId, stream, scope, firstSeq + count, sourceKey, rowHash, ...cells];
      count += 1;
    }
  };
  const encoded = [...encodeRows(rows())];
  return { stream, scope, form, records: count, rows: encoded };
}

export async function appendToStage(tx: Tx, blocks: readonly StagedBlock[]): Promise<void> {
  for (const form of new Set(blocks.map((block) => block.form))) {
    const columns = ['task_id', 'stream', 'scope', 'seq', 'source_key', 'row_hash', ...form.columns];
    const own = blocks.filter((block) => block.form === form);
    await copyChunks(
      tx,
      form.table,
      columns,
      own.flatMap((block) => block.rows),
    );
  }
}

/** Drops the records that were staged, and those set aside, for one stream and scope; what was said of it stays. */
export async function clearStage(tx: Tx, taskId: number, stream: string, scope: string): Promise<void> {
  for (const table of ['ingestion.stage', 'ingestion.set_aside'])
    await tx.execute(`delete from ${table} where task_id = $1 and stream = $2 and scope = $3`, [taskId, stream, scope]);
}

export async function clearTaskStage(tx: Tx, taskId: number): Promise<void> {
  await tx.execute(
    `with said as (delete from ingestion.staged_events where task_id = $1)
     delete from ingestion.stage where task_id = $1`,
    [taskId],
  );
}

const keysPerPage = 20_000;

/**
 * Keys staged for one stream and scope, a page at a time from `from` on: a listing that goes on must count them to prove
 * that it is whole.
 */
export async function stagedKeys(
  db: Queryable,
  place: { taskId: number; stream: string; scope: string; from: number },
): Promise<{ keys: readonly string[]; next: number | null }> {
  const end = place.from + keysPerPage;
  const of = [place.taskId, place.stream, place.scope];
  const rows = await db.query<{ source_key: string }>(
    `select source_key from ingestion.stage
      where task_id = $1 and stream = $2 and scope = $3 and seq >= $4 and seq < $5`,
    [...of, place.from, end],
  );
  // Asked there: another process may have staged since.
  const more = await db.maybeOne(
    `select seq from ingestion.stage where task_id = $1 and stream = $2 and scope = $3 and seq >= $4
      limit 1 /* any: whether there is one */`,
    [...of, end],
  );
  return { keys: rows.map((row) => row.source_key), next: more === undefined ? null : end };
}

/** Rows of tasks that ended without cleaning up (a killed process between two statements). */
export async function sweepStage(tx: Tx): Promise<number> {
  let swept = 0;
  for (const table of ['ingestion.stage', 'ingestion.staged_events'])
    swept += await tx.execute(
      `delete from ${table} s using (
         select distinct st.task_id from ${table} st left join ingestion.tasks t on t.id = st.task_id
          where t.id is null or t.state in ('success', 'partial', 'failed', 'cancelled')) gone
        where s.task_id = gone.task_id`,
    );
  return swept;
}
