import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { PublishContext, StreamOutcome, StreamPublished } from '../sink.ts';
import { keepHeldAbsences, readHeldAbsences } from '../store/held-absences.ts';
import { mergeListing } from './merge-listing.ts';
import { tableListing, type TableSpec } from './table-listing.ts';

const executions: TableSpec = {
  table: 'public.executions',
  columns: [['started_at', 'r."startedAt"']],
  shape: '"startedAt" timestamptz',
  identity: ['integration_id'],
  softDelete: true,
  dated: 'started_at',
};

let database: TestDatabase;
let taskId = 0;
beforeAll(async () => {
  database = await cloneDatabase();
  await database.db.execute(
    `create table public.executions (id bigint generated always as identity, integration_id bigint, source_key text collate "C",
       row_hash uuid, started_at timestamptz, deleted_at timestamptz, unique (integration_id, source_key))`,
  );
});
afterAll(() => database.drop());
beforeEach(() =>
  database.db.execute('truncate public.executions, ingestion.held_absences, ingestion.stage restart identity'),
);

type Execution = readonly [key: string, startedAt: string | null];
const january = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
const of = (prefix: string, count: number, startedAt: string): Execution[] =>
  Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, startedAt]);

async function publish(
  rows: readonly Execution[],
  more: Partial<StreamOutcome> = {},
  spec: TableSpec = executions,
): Promise<StreamPublished> {
  taskId += 1;
  const task = { integrationId: 1, slice: 'project:a', runId: taskId };
  const outcome: StreamOutcome = {
    stream: 'executions',
    scope: more.window === undefined ? '' : '2026-01',
    outcome: 'complete',
    sourceCount: rows.length,
    method: 'test',
    proof: 'counts_equal',
    sourceMoved: false,
    absenceTrusted: true,
    ...more,
  };
  return database.db.transaction(async (tx) => {
    await tx.execute(
      `insert into ingestion.stage (task_id, stream, scope, seq, source_key, row_hash, record)
       select $1, 'executions', $2, n, key, md5(key || coalesce(at, ''))::uuid, jsonb_build_object('startedAt', at)
         from unnest($3::text[], $4::text[]) with ordinality r (key, at, n)`,
      [taskId, outcome.scope, rows.map(([key]) => key), rows.map(([, at]) => at)],
    );
    const context: PublishContext = {
      tx,
      ...task,
      taskId,
      phase: 'current',
      outcomes: [outcome],
      now: new Date(),
      heldAbsences: await readHeldAbsences(tx, task),
      setAside: new Map(),
      trustHashes: true,
    };
    const published = await mergeListing(context, outcome, tableListing(spec, [1]));
    await keepHeldAbsences(tx, task, [published]);
    return published;
  });
}

const present = async (): Promise<string[]> =>
  (
    await database.db.query<{ source_key: string }>(
      'select source_key from public.executions where deleted_at is null order by source_key',
    )
  ).map((row) => row.source_key);

describe('a listing of a window of time', () => {
  const stored: Execution[] = [
    ['before', '2025-12-31T23:59:59.999Z'],
    ['first', january.from],
    ['inside', '2026-01-15T00:00:00.000Z'],
    ['after', january.to],
    ['undated', null],
  ];

  it('marks as gone what it leaves out inside, from its first moment on, and nothing outside', async () => {
    await publish(stored);
    const published = await publish([['new', '2026-01-20T00:00:00.000Z']], { window: january });
    expect(published).toMatchObject({ stored: 1, inserted: 1, gone: 2, held: false });
    expect(await present()).toEqual(['after', 'before', 'new', 'undated']);
  });

  it('is proven by the rows inside alone', async () => {
    await publish(stored);
    const inside: Execution[] = [
      ['first', january.from],
      ['inside', '2026-01-15T00:00:00.000Z'],
    ];
    expect(await publish(inside, { window: january })).toMatchObject({ stored: 2, updated: 0, gone: 0 });
    // One that is dated outside counts for nothing here: the source said three.
    const stray: Execution[] = [...inside, ['stray', '2026-03-01T00:00:00.000Z']];
    expect(await publish(stray, { window: january })).toMatchObject({ stored: 2, inserted: 1, gone: 0 });
  });

  it('is held where it loses more than half, however many rows lie outside', async () => {
    await publish([...of('jan', 60, '2026-01-15T00:00:00.000Z'), ...of('feb', 400, '2026-02-15T00:00:00.000Z')]);
    const few = of('jan', 20, '2026-01-15T00:00:00.000Z');
    expect(await publish(few, { window: january })).toMatchObject({
      held: true,
      gone: 0,
      missing: { before: 60, count: 40 },
    });
    expect(await present()).toHaveLength(460);
    const most = of('jan', 40, '2026-01-15T00:00:00.000Z');
    expect(await publish(most, { window: january })).toMatchObject({ held: false, gone: 20 });
    expect(await present()).toHaveLength(440);
  });

  it('leaves everything where the room does not say how its rows are dated', async () => {
    await publish(stored);
    const { dated: _, ...undated } = executions;
    expect(await publish([], { window: january }, undated)).toMatchObject({ gone: 0 });
    expect(await present()).toHaveLength(5);
  });

  it.each<[string, Partial<StreamOutcome>]>([
    ['is not proven', { proof: 'unproven' }],
    ['had a page that was no 200', { absenceTrusted: false }],
    ['was read while the source moved', { sourceMoved: true }],
    ['lists fewer than the source counts', { sourceCount: 2 }],
  ])('says nothing of what it leaves out when it %s', async (_, outcome) => {
    await publish(stored);
    expect(await publish([['first', january.from]], { window: january, ...outcome })).toMatchObject({ gone: 0 });
    expect(await present()).toHaveLength(5);
  });
});

it('a listing of everything also loses what is not dated', async () => {
  await publish([
    ['dated', january.from],
    ['undated', null],
    ['kept', january.from],
  ]);
  expect(await publish([['kept', january.from]])).toMatchObject({ stored: 1, gone: 2 });
  expect(await present()).toEqual(['kept']);
});
