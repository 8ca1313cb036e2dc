import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { ControlEvent } from '../../../connectors/contract.ts';
import type { Database } from '../../../platform/database/index.ts';
import { compareSlice } from '../audits/compare-slice.ts';
import type { PublishContext, Sink, StreamOutcome } from '../sink.ts';
import { insertRun, insertTask, type NewTask } from '../store/runs.ts';
import { jsonForm } from '../store/stage.ts';
import { differingPlaces, type StageTally } from '../store/stage-proof.ts';
import { claimTask, endTask, heartbeat, type LeasedTask, returnTask } from '../store/tasks.ts';
import { publishSlice } from '../publishing/publish-slice.ts';
import { readingOf as toldBy, type SliceReading } from '../publishing/slice-reading.ts';
import { openStager, type Stager } from './stager.ts';

const host = 'https://sonar.example.com';
const traffic = { requests: 0, retries: 0 };

let clone: TestDatabase;
let db: Database;
let published: string[];

beforeEach(async () => {
  clone = await cloneDatabase();
  db = clone.db;
  published = [];
});
afterEach(() => clone.drop());

/** A waiting task of a slice, and its first holder. */
async function claimed(phase: NewTask['phase'] = 'current', slice = 'project:a'): Promise<LeasedTask> {
  await db.transaction(async (tx) => {
    const run = {
      integrationId: 1,
      hostKey: host,
      kind: 'incremental_sync',
      priority: 3,
      requestedBy: 'test',
    } as const;
    const runId = await insertRun(tx, { ...run, fullListing: false });
    await tx.execute('delete from ingestion.tasks where run_id = $1', [runId]);
    await insertTask(tx, { runId, integrationId: 1, hostKey: host, slice, phase, priority: 3 });
    if (phase === 'audit')
      await tx.execute(
        "insert into ingestion.audits (integration_id, run_id, requested_by, status) values (1, $1, 'test', 'running')",
        [runId],
      );
  });
  return (await claimTask(db, 'first')) as LeasedTask;
}

/** The lease of the present holder ends; it does not notice. */
async function takenOver(): Promise<LeasedTask> {
  await db.execute("update ingestion.tasks set state = 'pending', holder = null where state = 'leased'");
  return (await claimTask(db, 'second')) as LeasedTask;
}

const records = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({
    sourceKey: `key-${from + at}`,
    rowHash: '00000000-0000-0000-0000-000000000000',
    cells: ['{}'],
  }));

const of = (scope: string, cursor?: number) => ({
  stream: 'issues',
  scope,
  form: jsonForm,
  ...(cursor === undefined ? {} : { cursor }),
});

const outcome = (scope: string): StreamOutcome => ({
  stream: 'issues',
  scope,
  outcome: 'complete',
  sourceCount: null,
  method: 'list',
  proof: 'key_set',
  sourceMoved: false,
  absenceTrusted: true,
});

const ended = (scope: string, stream = 'issues'): ControlEvent => {
  const { outcome: _, code: __, ...told } = outcome(scope);
  return { type: 'complete', ...told, stream };
};

/** What a crash of PostgreSQL does, and nothing else does: unlogged tables are empty, those that log are as committed. */
async function emptyUnloggedTables(): Promise<void> {
  const rows = await db.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'r' and relpersistence = 'u'`,
  );
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['ingestion.stage', 'ingestion.stage_epoch']));
  await db.execute(`truncate ${rows.map(({ name }) => name).join(', ')}`);
}

const inStage = async (): Promise<number> =>
  (await db.one<{ n: number }>('select count(*) as n from ingestion.stage')).n;

const taskRow = (): Promise<{ state: string; holder: string | null; staged: number; retries: number }> =>
  db.one('select state, holder, staged, retries from ingestion.tasks');

/** Says what it was given and changes nothing. */
function sink(more: Partial<Sink> = {}): Sink {
  return {
    connector: 'test',
    streams: ['issues'],
    async publish({ slice }) {
      published.push(slice);
      return { streams: [], changes: [] };
    },
    async compare({ slice }: PublishContext) {
      published.push(`compared ${slice}`);
      return [];
    },
    aggregate: async () => false,
    locate: async () => [],
    ...more,
  };
}

const readingOf = (tally: StageTally, outcomes: StreamOutcome[]): SliceReading => ({
  ...toldBy([], { tally, newestAt: undefined }),
  outcomes,
});

const publish = (
  task: LeasedTask,
  tally: StageTally,
  options: { db?: Database; sink?: Sink; outcomes?: StreamOutcome[] } = {},
) =>
  publishSlice({
    db: options.db ?? db,
    sink: options.sink ?? sink(),
    task,
    reading: readingOf(tally, options.outcomes ?? [outcome('main')]),
    knownUnavailable: new Set(),
    historySince: new Date('2026-01-01T00:00:00Z'),
    hasHistory: true,
    headline: new Set(),
    besideTotals: null,
    hashVersion: 1,
    partPublished: () => undefined,
    enqueueReactions: async () => undefined,
  });

const lost = expect.objectContaining({ code: 'stage_lost' });
const takenByAnother = expect.objectContaining({ code: 'task_lease_lost' });

async function staging(task: LeasedTask, count = 30): Promise<Stager> {
  const stager = await openStager(db, task, 1);
  stager.add(records(count), of('main', 1));
  return stager;
}

describe('a crash of the database while a slice is read', () => {
  it('is noticed at the next write, though a new connection answers and the task is still ours', async () => {
    const stager = await staging(await claimed());
    await stager.flush();
    await emptyUnloggedTables();
    stager.add(records(30, 30), of('main', 2));
    await expect(stager.flush()).rejects.toEqual(lost);
    expect(await inStage()).toBe(0);
  });

  it('is noticed when another task has staged since, and the records of that one stay', async () => {
    const stager = await staging(await claimed());
    await stager.flush();
    await emptyUnloggedTables();
    const other = await staging(await claimed('current', 'project:b'), 7);
    await other.flush();
    stager.say({ type: 'restart', stream: 'issues', scope: 'main' });
    await expect(stager.flush()).rejects.toEqual(lost);
    await expect(stager.flush()).rejects.toEqual(lost);
    expect(await inStage()).toBe(7);
  });

  it('is noticed by the publish, by each part of a large one, and by the comparison of an audit', async () => {
    const task = await claimed();
    const tally = await (await staging(task)).flush();
    await emptyUnloggedTables();
    await expect(publish(task, tally)).rejects.toEqual(lost);
    const part = async () => {
      published.push('part');
      return { last: 'key', streams: [] };
    };
    await expect(publish(task, tally, { sink: sink({ publishPart: part }) })).rejects.toEqual(lost);
    await db.execute("update ingestion.tasks set state = 'failed'");
    const audit = await claimed('audit');
    const staged = await (await staging(audit)).flush();
    await emptyUnloggedTables();
    const reading = readingOf(staged, [outcome('main')]);
    const told = {
      reading,
      knownUnavailable: new Set<string>(),
      essential: new Set<string>(),
      needed: new Set<string>(),
    };
    await expect(compareSlice({ db, sink: sink(), task: audit, ...told })).rejects.toEqual(lost);
    expect(published).toEqual([]);
  });

  it('between two parts of a large publish ends it before the second', async () => {
    const task = await claimed();
    const tally = await (await staging(task)).flush();
    const enough = 200;
    const part = async () => {
      published.push('part');
      return published.length < enough ? { last: 'key', streams: [] } : undefined;
    };
    const crashing = sink({ publishPart: part });
    const publishing = publish(task, tally, { sink: crashing });
    // The second part waits for the row that says who holds the task; the crash comes meanwhile.
    await expect(
      Promise.all([
        publishing,
        (async () => {
          while (published.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          await emptyUnloggedTables();
        })(),
      ]),
    ).rejects.toEqual(lost);
    expect(published).not.toContain('project:a');
    // The crash came, and no part after it.
    expect(published.length).toBeLessThan(enough);
  });

  it('tells an empty listing from a lost one', async () => {
    const task = await claimed();
    const stager = await openStager(db, task, 1);
    stager.say(ended('main'));
    const tally = await stager.flush();
    await publish(task, tally);
    expect(published).toEqual(['project:a']);
  });

  it.each([
    ['fewer records', "delete from ingestion.stage where source_key = 'key-3'"],
    ['more records', "insert into ingestion.stage select * from ingestion.stage where source_key = 'key-3'"],
    ['records of another scope', "update ingestion.stage set scope = 'other' where source_key = 'key-3'"],
    ['no record that was set aside', 'delete from ingestion.set_aside'],
  ])('is not needed: %s in the stage than were put there are published by nobody', async (_, change) => {
    const task = await claimed();
    const stager = await staging(task);
    stager.setAside({ stream: 'issues', scope: 'main', reason: 'unknown', text: '{}' });
    const tally = await stager.flush();
    await db.execute(change);
    await expect(publish(task, tally)).rejects.toEqual(lost);
    expect(published).toEqual([]);
  });
});

describe('the next attempt', () => {
  const interrupted = async (): Promise<void> => {
    const stager = await staging(await claimed());
    stager.setAside({ stream: 'issues', scope: 'main', reason: 'unknown', text: '{}' });
    stager.add(records(5), of('begun without a cursor'));
    stager.say(ended('none', 'hotspots'));
    await stager.flush();
  };

  it('goes on with what is whole', async () => {
    await interrupted();
    const task = await takenOver();
    const stager = await openStager(db, task, 1);
    expect(Object.keys(stager.checkpoint).toSorted()).toEqual(['hotspots none', 'issues main']);
    expect(stager.checkpoint['issues main']).toEqual({ cursor: 1, staged: 30, setAside: 1, said: 0 });
    expect(await inStage()).toBe(30);
    stager.add(records(10, 30), of('main', 2));
    const tally = await stager.flush();
    expect(tally.places.get('issues main')).toEqual({ staged: 40, setAside: 1, said: 0 });
    await publish(task, tally);
    expect(published).toEqual(['project:a']);
  });

  it.each([
    ['the stage is empty after a crash', emptyUnloggedTables],
    [
      'a crash emptied it and as many records of another attempt lie there',
      async () => {
        await db.execute('create table kept as select * from ingestion.stage');
        await emptyUnloggedTables();
        await db.execute('insert into ingestion.stage select * from kept');
        await db.execute('insert into ingestion.stage_epoch (epoch) values (gen_random_uuid())');
      },
    ],
    ['a record is missing', () => db.execute("delete from ingestion.stage where source_key = 'key-3'")],
    ['a record set aside is missing', () => db.execute('delete from ingestion.set_aside')],
  ])('begins from the start when %s', async (_, change) => {
    await interrupted();
    await change();
    const stager = await openStager(db, await takenOver(), 1);
    expect(stager.checkpoint).toEqual({});
    expect(await inStage()).toBe(0);
    expect(await db.query('select id from ingestion.set_aside')).toEqual([]);
    expect((await stager.flush()).places).toEqual(new Map());
  });
});

describe('a holder that lost its lease and lives on', () => {
  let old: LeasedTask;
  let oldStager: Stager;
  let oldTally: StageTally;
  let present: LeasedTask;
  let presentStager: Stager;

  beforeEach(async () => {
    old = await claimed();
    oldStager = await staging(old);
    oldTally = await oldStager.flush();
    present = await takenOver();
    presentStager = await openStager(db, present, 1);
    presentStager.add(records(10, 30), of('main', 2));
    await presentStager.flush();
  });

  const untouched = async (): Promise<void> => {
    expect(await inStage()).toBe(40);
    expect(await taskRow()).toEqual({ state: 'leased', holder: 'second', staged: 40, retries: 0 });
    expect(published).toEqual([]);
    expect((await heartbeat(db, present)).state).toBe('held');
    await publish(present, await presentStager.flush());
    expect(published).toEqual(['project:a']);
  };

  it('is told so by its heartbeat', async () => {
    expect((await heartbeat(db, old)).state).toBe('lost');
    await untouched();
  });

  it('stages nothing', async () => {
    oldStager.add(records(10, 50), of('main', 3));
    await expect(oldStager.flush()).rejects.toEqual(takenByAnother);
    await untouched();
  });

  it('clears nothing', async () => {
    oldStager.say({ type: 'restart', stream: 'issues', scope: 'main' });
    await expect(oldStager.flush()).rejects.toEqual(takenByAnother);
    await untouched();
  });

  it('clears nothing when the lease is lost before the clearing is written', async () => {
    let transactions = 0;
    const losing: Database = {
      ...db,
      async transaction(work) {
        transactions += 1;
        if (transactions === 2) await takenOver();
        return db.transaction(work);
      },
    };
    // Its beginning, and the write with the clearing in it.
    const late = await openStager(losing, await takenOver(), 1);
    late.say({ type: 'restart', stream: 'issues', scope: 'main' });
    await expect(late.flush()).rejects.toEqual(takenByAnother);
    expect(transactions).toBe(2);
    expect(await inStage()).toBe(40);
  });

  it('clears nothing when it comes to its stage only now', async () => {
    const late = await openStager(db, old, 1);
    late.add(records(1, 90), of('main'));
    await expect(late.flush()).rejects.toEqual(takenByAnother);
    const third = await takenOver();
    presentStager = await openStager(db, third, 1);
    await expect(openStager(db, present, 1)).rejects.toEqual(takenByAnother);
    expect(await inStage()).toBe(40);
    await publish(third, await presentStager.flush());
    expect(published).toEqual(['project:a']);
  });

  it('publishes nothing, and no part of it', async () => {
    await expect(publish(old, oldTally)).rejects.toEqual(takenByAnother);
    // Its count would hold, and it is past its first look at the lease.
    const whole = { epoch: oldTally.epoch, places: new Map([['issues main', { staged: 40, setAside: 0, said: 0 }]]) };
    const written = sink({
      async publish({ tx, slice }) {
        await tx.execute("insert into ingestion.cursors (integration_id, name, value) values (1, 'published', $1)", [
          slice,
        ]);
        // Now another has it.
        return { streams: [], changes: [] };
      },
      async publishPart({ tx }) {
        await tx.execute("insert into ingestion.cursors (integration_id, name, value) values (1, 'part', '1')");
        return { last: 'key', streams: [] };
      },
    });
    await expect(publish(old, whole, { sink: written })).rejects.toEqual(takenByAnother);
    expect(await db.query('select name from ingestion.cursors')).toEqual([]);
    await untouched();
  });

  it('gives nothing back and ends nothing', async () => {
    const failure = { code: 'upstream_error', message: 'It failed.', upstream: null };
    await returnTask(db, old, failure, 0, traffic);
    await endTask(db, old, 'failed', failure, traffic);
    await untouched();
  });
});

describe('a lease lost during a publish', () => {
  it.each(['publish', 'publishPart'] as const)('rolls the %s back', async (step) => {
    const task = await claimed();
    const tally = await (await staging(task)).flush();
    const steal = async ({ tx, slice }: PublishContext): Promise<void> => {
      await tx.execute("insert into ingestion.cursors (integration_id, name, value) values (1, 'published', $1)", [
        slice,
      ]);
      await takenOver();
    };
    const stolen = sink(
      step === 'publish'
        ? { publish: async (context) => (await steal(context), { streams: [], changes: [] }) }
        : { publishPart: async (context) => (await steal(context), { last: 'key', streams: [] }) },
    );
    await expect(publish(task, tally, { sink: stolen })).rejects.toEqual(takenByAnother);
    expect(await db.query('select name from ingestion.cursors')).toEqual([]);
    expect(await inStage()).toBe(30);
    expect(await taskRow()).toMatchObject({ state: 'leased', holder: 'second' });
  });
});

describe('a connection that is lost while a publish commits', () => {
  const cut = new Error('Connection terminated unexpectedly');
  const failure = { code: 'database_unavailable', message: 'It went away.', upstream: null };

  it('may have been told nothing of a publish that is done: giving the task back changes nothing then', async () => {
    const task = await claimed();
    const tally = await (await staging(task)).flush();
    const untold: Database = {
      ...db,
      async transaction(work) {
        await db.transaction(work);
        throw cut;
      },
    };
    await expect(publish(task, tally, { db: untold })).rejects.toBe(cut);
    await returnTask(db, task, failure, 0, traffic);
    expect(await taskRow()).toMatchObject({ state: 'success', retries: 0 });
    expect(await inStage()).toBe(0);
    expect(await claimTask(db, 'second')).toBeUndefined();
  });

  it('or of one that is not: the next attempt publishes what lies there', async () => {
    const task = await claimed();
    const stager = await staging(task);
    stager.say(ended('main'));
    const tally = await stager.flush();
    const refused = sink({
      async publish() {
        throw cut;
      },
    });
    await expect(publish(task, tally, { sink: refused })).rejects.toBe(cut);
    await returnTask(db, task, failure, 0, traffic);
    const again = (await claimTask(db, 'second')) as LeasedTask;
    const resumed = await openStager(db, again, 1);
    expect(resumed.checkpoint['issues main']).toMatchObject({ complete: true, staged: 30, said: 1 });
    await publish(again, await resumed.flush());
    expect(published).toEqual(['project:a']);
  });
});

describe('what differs', () => {
  it('is named by stream and scope, in words', () => {
    const counted = new Map([
      ['issues main', { staged: 12_001, setAside: 0, said: 0 }],
      ['branches ', { staged: 3, setAside: 1, said: 0 }],
      ['hotspots main', { staged: 4, setAside: 0, said: 0 }],
    ]);
    const present = new Map([
      ['issues main', { staged: 8_000, setAside: 0, said: 0 }],
      ['hotspots main', { staged: 4, setAside: 0, said: 0 }],
      ['issues other', { staged: 1, setAside: 0, said: 0 }],
    ]);
    expect(differingPlaces(counted, present)).toEqual([
      'branches: 3 staged, 0 there',
      'branches: 1 set aside, 0 there',
      'issues main: 12001 staged, 8000 there',
      'issues other: 0 staged, 1 there',
    ]);
    expect(differingPlaces(counted, counted)).toEqual([]);
  });
});
