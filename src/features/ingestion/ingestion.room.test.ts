import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import type { Connector, SliceEvent, SliceRequest } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { createOutbound } from '../../platform/outbound/index.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import type { Actor } from '../access/index.ts';
import type { Run } from './contract.ts';
import { createDeliveryHandler } from './deliveries/receive.ts';
import {
  createIngestion,
  type Ingestion,
  type IngestionOptions,
  type OpenedIntegration,
  type Sources,
  type SourceSummary,
} from './index.ts';
import type { Sink, StreamPublished } from './sink.ts';

const admin: Actor = { kind: 'local', userId: null, tokenId: null, name: 'tester', role: 'admin' };
const summary: SourceSummary = {
  id: 1,
  name: 'fake',
  kind: 'fake',
  hostKey: 'http://fake',
  place: 'hub',
  intervalSeconds: 86_400,
  blackouts: [],
  auditTime: null,
};
const Thing = z.strictObject({ key: z.string(), value: z.int(), updatedAt: z.string() });
type Thing = z.infer<typeof Thing>;

/** What the fake outside system holds: items per project, and how reading a project goes wrong. */
interface World {
  projects: Map<string, { version: string; items: Map<string, number> }>;
  serverId: string;
  trouble: Map<string, () => void | Promise<void>>;
  /** Source counts that differ from what is listed. */
  claimed: Map<string, number>;
  badRecords: Set<string>;
  reads: string[];
  /** Items it says there are over all projects. */
  expected: number | undefined;
  /** Readings of a past of more than six months. */
  pasts: { slice: string; whole: boolean }[];
  /** How much of the past is wanted. */
  months: number;
  /** False where its connector has no stream of the past. */
  hasHistory: boolean;
  /** How PostgreSQL plans in each kind of publish. */
  plans: Map<string, string>;
  /** Projects whose items cannot be read. */
  lost: Set<string>;
  /** How the items count for whether a project is complete. */
  counts: 'essential' | 'shown' | undefined;
  /** Whether the items are what the integration is there for. */
  headline: boolean;
}

let clone: TestDatabase;
let db: Database;
let world: World;
let room: Ingestion;

beforeEach(async () => {
  clone = await cloneDatabase();
  db = clone.db;
  await db.execute(
    'create table public.things (project text, key text, value int, row_hash uuid, primary key (project, key))',
  );
  // The tests start their runs themselves; the planned one is a day away.
  await db.execute(
    "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values (1, now() + interval '1 day', 86400)",
  );
  world = {
    projects: new Map(),
    serverId: 'A',
    trouble: new Map(),
    claimed: new Map(),
    badRecords: new Set(),
    reads: [],
    expected: undefined,
    pasts: [],
    months: 6,
    hasHistory: true,
    plans: new Map(),
    lost: new Set(),
    counts: 'essential',
    headline: true,
  };
  for (const name of ['alpha', 'beta', 'gamma']) {
    world.projects.set(name, {
      version: '1',
      items: new Map(Array.from({ length: 50 }, (_, index) => [`${name}-${index}`, index])),
    });
  }
  room = makeRoom();
});
afterEach(async () => {
  await room.stop();
  await clone.drop();
});

describe('a run', () => {
  it('reads every slice, publishes it, and is a success with equal counts', async () => {
    await room.startWorking();
    const run = await syncAndWait();
    expect(run).toMatchObject({
      kind: 'backfill',
      status: 'success',
      completeness: { stored: 150, source: 150, unproven: 0 },
    });
    expect(await stored()).toBe(150);
    expect(await leftInStage()).toBe(0);
  });

  it('plans the statements of its slices once, and those of a discovery for the length of its lists', async () => {
    await room.startWorking();
    await syncAndWait();
    expect(Object.fromEntries(world.plans)).toEqual({
      discovery: 'auto',
      current: 'force_generic_plan',
      history: 'force_generic_plan',
    });
  });

  it('reads nothing again when nothing moved, and only what moved when something did', async () => {
    await room.startWorking();
    await syncAndWait();
    world.reads = [];
    expect(await syncAndWait()).toMatchObject({ kind: 'incremental_sync', status: 'success', rowsChanged: 0 });
    expect(world.reads).toEqual(['discovery']);
    world.projects.get('beta')?.items.set('beta-new', 1);
    (world.projects.get('beta') as { version: string }).version = '2';
    world.reads = [];
    expect(await syncAndWait()).toMatchObject({ status: 'success', rowsChanged: 1 });
    expect(world.reads.toSorted()).toEqual(['discovery', 'project:beta', 'project:beta']);
    expect(await stored()).toBe(151);
  });

  it('asks for no past where there is none, also when everything is asked for', async () => {
    world.hasHistory = false;
    await room.startWorking();
    const first = await syncAndWait();
    expect(first).toMatchObject({ status: 'success', completeness: { stored: 150, source: 150 } });
    expect(world.reads.toSorted()).toEqual(['discovery', 'project:alpha', 'project:beta', 'project:gamma']);
    world.months = 12;
    const { id } = await room.sync('fake', { full: true }, admin);
    expect(await ended(id as number)).toMatchObject({ status: 'success' });
    expect(await db.query("select slice from ingestion.tasks where phase = 'history'")).toEqual([]);
    world.hasHistory = true;
    await syncAndWait();
    expect(await db.query("select slice from ingestion.tasks where phase = 'history'")).toHaveLength(3);
  });

  it('lets one failing project harm no other, and retries only what failed', async () => {
    world.trouble.set('beta', () => {
      throw new PlumblineError('invalid_permissions', { upstream: 'Insufficient privileges' });
    });
    await room.startWorking();
    const run = await syncAndWait();
    expect(run).toMatchObject({
      status: 'partial',
      error: { code: 'invalid_permissions', upstream: 'Insufficient privileges' },
    });
    expect(await stored()).toBe(100);
    world.trouble.clear();
    world.reads = [];
    const retry = await room.retryFailed(run.id as number, admin);
    expect(await ended(retry.id as number)).toMatchObject({ status: 'success' });
    expect(new Set(world.reads)).toEqual(new Set(['project:beta']));
    expect(await stored()).toBe(150);
  });

  it('tries a passing fault again and counts the restart', async () => {
    let faults = 1;
    world.trouble.set('beta', () => {
      if (faults-- > 0) throw new PlumblineError('upstream_error');
    });
    await room.startWorking();
    expect(await syncAndWait()).toMatchObject({ status: 'success', retries: 1 });
    expect(await stored()).toBe(150);
  });

  it('stops as a whole when the token is refused', async () => {
    world.trouble.set('discovery', () => {
      throw new PlumblineError('invalid_credentials');
    });
    await room.startWorking();
    expect(await syncAndWait()).toMatchObject({ status: 'failed', error: { code: 'invalid_credentials' } });
  });

  it.each(['invalid_credentials', 'expired_credentials', 'server_identity_changed'] as const)(
    'stops as a whole at %s in one project: the server is not asked for the others',
    async (code) => {
      for (let n = 0; n < 40; n++) world.projects.set(`more-${n}`, { version: '1', items: new Map([[`m${n}`, n]]) });
      const refuse = (): never => {
        throw new PlumblineError(code);
      };
      for (const name of world.projects.keys()) world.trouble.set(name, refuse);
      await room.startWorking();
      // The list of projects was read well before.
      expect(await syncAndWait()).toMatchObject({ status: 'partial', error: { code } });
      // Those that were being read when the first one was refused; each of 43 would be refused alike.
      expect(new Set(world.reads).size).toBeLessThan(20);
      const tasks = await db.query<{ state: string; code: string | null }>(
        "select distinct state, error_code as code from ingestion.tasks where slice <> 'discovery'",
      );
      expect(tasks).toEqual([{ state: 'failed', code }]);
      world.trouble.clear();
      expect(await syncAndWait()).toMatchObject({ status: 'success' });
      expect(await stored()).toBe(190);
    },
  );

  it('is partial when the source says there is more than was listed, and the next run reads it again', async () => {
    world.claimed.set('beta', 60);
    await room.startWorking();
    expect(await syncAndWait()).toMatchObject({ status: 'partial', error: { code: 'incomplete_listing' } });
    // Nothing moves at the source, and yet the next run is due soon and reads it.
    expect(await secondsUntilNextRun()).toBeLessThanOrEqual(60);
    world.claimed.clear();
    world.reads = [];
    expect(await scheduledRun()).toMatchObject({ status: 'success' });
    expect(world.reads).toEqual(['discovery', 'project:beta']);
  });

  it('is never an idle success while something that is not proven complete waits', async () => {
    world.claimed.set('beta', 60);
    await room.startWorking();
    await syncAndWait();
    // Read again at once, and no better: now it waits an hour, and the schedule its interval.
    expect(await scheduledRun()).toMatchObject({ status: 'partial', error: { code: 'incomplete_listing' } });
    expect(await secondsUntilNextRun()).toBeGreaterThan(3_600);
    world.reads = [];
    expect(await scheduledRun()).toMatchObject({
      status: 'partial',
      rowsChanged: 0,
      error: { code: 'incomplete_listing', message: expect.stringContaining('earlier run: beta.') },
    });
    expect(world.reads).toEqual(['discovery']);
    // A person does not wait; nor does anybody after the hour.
    world.reads = [];
    expect(await syncAndWait()).toMatchObject({ status: 'partial' });
    expect(world.reads).toEqual(['discovery', 'project:beta']);
    world.claimed.clear();
    await db.execute("update ingestion.sync_wants set not_before = not_before - interval '61 minutes'");
    expect(await scheduledRun()).toMatchObject({ status: 'success' });
    expect(await scheduledRun()).toMatchObject({ status: 'success', rowsChanged: 0 });
  });

  it('forgets what it waits for when the source no longer lists it', async () => {
    world.claimed.set('beta', 60);
    await room.startWorking();
    await syncAndWait();
    await scheduledRun();
    world.projects.delete('beta');
    expect(await scheduledRun()).toMatchObject({ status: 'success' });
  });

  it('sets a record aside that does not parse, keeps the others, and says so', async () => {
    world.badRecords.add('beta-7');
    await room.startWorking();
    const run = await syncAndWait();
    expect(run).toMatchObject({ status: 'partial', error: { code: 'record_set_aside' } });
    expect(await stored()).toBe(149);
    expect(await room.setAside(run.id as number)).toMatchObject([
      { slice: 'project:beta', reason: expect.stringContaining('value') },
    ]);
  });

  it('refuses another server at the same address', async () => {
    await room.startWorking();
    await syncAndWait();
    world.serverId = 'B';
    world.projects.clear();
    expect(await syncAndWait()).toMatchObject({ status: 'failed', error: { code: 'server_identity_changed' } });
    expect(await stored()).toBe(150);
  });

  it('is cancelled in mid-read and leaves what was published before', async () => {
    let reached: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      reached = resolve;
    });
    world.trouble.set('beta', async () => {
      reached();
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    });
    await room.startWorking();
    const run = await room.sync('fake', { full: false }, admin);
    await reading;
    await room.cancel(run.id as number, admin);
    expect(await ended(run.id as number)).toMatchObject({ status: 'cancelled' });
    expect(await leftInStage()).toBe(0);
  });

  it('is not done again by the next incremental one when a full sync was cancelled', async () => {
    await room.startWorking();
    await syncAndWait();
    const beta = held('beta');
    const full = await room.sync('fake', { full: true }, admin);
    await beta.reached;
    await room.cancel(full.id as number, admin);
    const cancelled = await ended(full.id as number);
    expect(cancelled).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(cancelled.error?.message).toContain('before somebody asks for it again');
    world.trouble.delete('beta');
    world.reads = [];
    expect(await syncAndWait()).toMatchObject({ status: 'success', rowsChanged: 0 });
    expect(world.reads).toEqual(['discovery']);
  });

  it('leaves what changed at the source wanted when it was cancelled, and says so', async () => {
    await room.startWorking();
    await syncAndWait();
    const beta = held('beta');
    const moved = world.projects.get('beta');
    if (moved !== undefined) moved.version = '2';
    moved?.items.set('beta-late', 1);
    const full = await room.sync('fake', { full: true }, admin);
    await beta.reached;
    await room.cancel(full.id as number, admin);
    const cancelled = await ended(full.id as number);
    expect(cancelled.error?.message).toMatch(/tasks of it read what is new or changed at the source: the next sync/);
    world.trouble.delete('beta');
    world.reads = [];
    expect(await syncAndWait()).toMatchObject({ status: 'success', rowsChanged: 1 });
    expect(new Set(world.reads)).toEqual(new Set(['discovery', 'project:beta']));
    expect(await stored()).toBe(151);
  });

  it('counts no cancelled task as done, and says while tasks are ending that it is being cancelled', async () => {
    await room.startWorking();
    await syncAndWait();
    await room.stop();
    const run = await room.sync('fake', { full: true }, admin);
    await db.execute(
      `insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority, state)
       values ($1, 1, 'project:alpha', 'current', 'http://fake', 0, 'success'), ($1, 1, 'project:beta', 'current', 'http://fake', 0, 'pending')`,
      [run.id],
    );
    await db.execute(
      `update ingestion.tasks set state = 'leased', holder = 'somebody', lease_until = now() + interval '1 hour' where run_id = $1 and slice = 'discovery'`,
      [run.id],
    );
    await room.cancel(run.id as number, admin);
    expect((await room.run(run.id as number)).progress).toMatchObject({
      stage: 'Cancelling: one task is ending',
      tasksDone: 1,
      tasksTotal: 3,
      secondsLeft: null,
    });
  });

  it('measures a full reading by the rows the source says there are, an incremental one by nothing', async () => {
    world.expected = 150;
    const beta = held('beta');
    await room.startWorking();
    const run = await room.sync('fake', { full: false }, admin);
    await beta.reached;
    await vi.waitFor(
      async () => expect((await room.run(run.id as number)).progress).toMatchObject({ recordsTotal: 150 }),
      { timeout: 30_000 },
    );
    beta.release();
    await ended(run.id as number);
    const again = held('beta');
    const moved = world.projects.get('beta');
    if (moved !== undefined) moved.version = '2';
    const incremental = await room.sync('fake', { full: false }, admin);
    await again.reached;
    expect((await room.run(incremental.id as number)).progress).toMatchObject({
      recordsTotal: null,
      secondsLeft: null,
    });
    again.release();
    await ended(incremental.id as number);
  });

  it('reads the past again at the next sync when more of it is wanted, and not when less is', async () => {
    await room.startWorking();
    await syncAndWait();
    world.reads = [];
    world.months = 3;
    await syncAndWait();
    expect(world.reads).toEqual(['discovery']);
    world.months = 24;
    await syncAndWait();
    expect(world.pasts.map(({ slice, whole }) => [slice, whole]).toSorted()).toEqual(
      ['alpha', 'beta', 'gamma'].map((name) => [`project:${name}`, true]),
    );
    world.reads = [];
    await syncAndWait();
    expect(world.reads).toEqual(['discovery']);
  });

  it('never ends before it began: the scan range of a full sync has no beginning, and no other runs backwards', async () => {
    await room.startWorking();
    await syncAndWait();
    const later = '2026-06-01T00:00:00.000Z';
    await db.execute("insert into ingestion.cursors (integration_id, name, value) values (1, 'changes', $1)", [later]);
    const full = await room.sync('fake', { full: true }, admin);
    expect(await ended(full.id as number)).toMatchObject({ scanFrom: null, scanTo: '2026-01-01T00:00:00.000Z' });
    const moved = world.projects.get('beta');
    if (moved !== undefined) moved.version = '2';
    expect(await syncAndWait()).toMatchObject({ scanFrom: later, scanTo: later });
  });
});

describe('a lost worker', () => {
  it('loses its task to another one, whose publish is the only one', async () => {
    await room.startWorking();
    await syncAndWait();
    await room.stop();
    await db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by) values (1, 'incremental_sync', 'running', 'test')`,
    );
    await db.execute(
      `insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority, state, holder, lease_until, fence, staged)
       select max(id), 1, 'project:beta', 'current', 'http://fake', 3, 'leased', 'dead', now() - interval '1 second', 1, 25 from ingestion.runs`,
    );
    world.projects.get('beta')?.items.set('beta-late', 1);
    room = makeRoom();
    await room.startWorking();
    const { id } = await db.one<{ id: number }>('select max(id) as id from ingestion.runs');
    expect(await ended(id)).toMatchObject({ status: 'success', retries: 1 });
    expect(await stored()).toBe(151);
  });
});

describe('a reading whose process dies after its last page', () => {
  /** Reads until a project lies in the stage as a whole, and then touches nothing any more, as a killed process. */
  async function readAndDie(): Promise<void> {
    const died = Promise.withResolvers<void>();
    let alive = true;
    let readings = 0;
    const touched = <T>(work: () => Promise<T>): Promise<T> => (alive ? work() : new Promise(() => undefined));
    const doomed = makeRoom({
      concurrency: 1,
      db: {
        ...db,
        query: (...args) => touched(() => db.query(...args)),
        maybeOne: (...args) => touched(() => db.maybeOne(...args)),
        one: (...args) => touched(() => db.one(...args)),
        execute: (...args) => touched(() => db.execute(...args)),
        transaction: (...args) => touched(() => db.transaction(...args)),
      } as Database,
      reached(point) {
        // The discovery was the first.
        if (point !== 'task_read' || ++readings < 2) return;
        alive = false;
        died.resolve();
      },
    });
    await room.sync('fake', { full: false }, admin);
    await doomed.startWorking();
    await died.promise;
  }

  const things = () => db.query('select project, key, value from public.things order by 1, 2');
  const readsOf = (slice: string): number => world.reads.filter((read) => read === slice).length;
  const staged = () =>
    db.one<{ id: number; slice: string }>("select id, slice from ingestion.tasks where state = 'staged'");
  const runEnds = async () => ended((await db.one<{ id: number }>('select max(id) as id from ingestion.runs')).id);

  it('is published by another that never saw it: nobody reads it again', async () => {
    await readAndDie();
    const { slice } = await staged();
    expect(await stored()).toBe(0);
    await room.startWorking();
    expect(await runEnds()).toMatchObject({
      status: 'success',
      retries: 0,
      completeness: { stored: 150, source: 150 },
    });
    // Its present, and its past.
    expect(readsOf(slice)).toBe(2);
    expect(await stored()).toBe(150);
    expect(await leftInStage()).toBe(0);
    expect(await db.query('select * from ingestion.staged_events')).toEqual([]);
    const published = await things();
    await db.execute('truncate public.things; delete from ingestion.sync_wants; delete from ingestion.slices');
    await syncAndWait();
    expect(published).toEqual(await things());
  });

  it.each([
    ['what was said of it', 'delete from ingestion.staged_events'],
    [
      'as much said of it as was staged',
      'insert into ingestion.staged_events select task_id, 0, stream, scope, events from ingestion.staged_events',
    ],
    ['a record of it', 'delete from ingestion.stage where ctid = (select min(ctid) from ingestion.stage)'],
  ])('is read again, and never published, without %s', async (_, loss) => {
    await readAndDie();
    const { slice } = await staged();
    await db.execute(loss);
    await room.startWorking();
    expect(await runEnds()).toMatchObject({
      status: 'success',
      retries: 1,
      completeness: { stored: 150, source: 150 },
    });
    expect(readsOf(slice)).toBe(3);
    expect(await stored()).toBe(150);
  });

  it('is read again when another version cannot tell what was said', async () => {
    await readAndDie();
    const { slice } = await staged();
    await db.execute(`update ingestion.staged_events set events = '[{"type": "a later version"}]'`);
    await room.startWorking();
    expect(await runEnds()).toMatchObject({ status: 'success', retries: 1 });
    expect(readsOf(slice)).toBe(3);
  });

  it('is not read a second time while it waits, and ends with its run when that is cancelled', async () => {
    await readAndDie();
    const { id } = await staged();
    const { max } = await db.one<{ max: number }>('select max(id) from ingestion.runs');
    expect(
      (await room.tasks(max, { page: 1, pageSize: 50, status: 'running' })).tasks.map((task) => task.id),
    ).toContain(id);
    await room.cancel(max, admin);
    expect(
      await db.one('select state, finished_at is not null as ended from ingestion.tasks where id = $1', [id]),
    ).toEqual({
      state: 'cancelled',
      ended: true,
    });
    await room.startWorking();
    expect(await stored()).toBe(0);
  });
});

describe('an audit', () => {
  it('is found by the number of its run, and can be cancelled by it', async () => {
    await room.startWorking();
    await syncAndWait();
    const beta = held('beta');
    const { id, runId } = await room.startAudit('fake', admin);
    await beta.reached;
    expect(await room.run(runId as number)).toMatchObject({ id: runId, kind: 'audit', status: 'running' });
    expect(await room.cancel(runId as number, admin)).toMatchObject({ kind: 'audit' });
    await vi.waitFor(async () => expect((await room.audit(id)).status).toBe('cancelled'), { timeout: 30_000 });
    const trail = await db.query("select from access.audit_events where action = 'run.cancel'");
    expect(trail).toHaveLength(1);
    expect((await list({})).runs.map((run) => run.kind)).not.toContain('audit');
    expect((await list({ kind: ['audit'] })).runs).toHaveLength(1);
  });

  it('names what is missing, invented and changed, and the next sync repairs it', async () => {
    await room.startWorking();
    await syncAndWait();
    await db.execute(`delete from public.things where key = 'beta-1'`);
    await db.execute(`insert into public.things values ('beta', 'beta-invented', 0, gen_random_uuid())`);
    await db.execute(`update public.things set value = 999 where key = 'beta-2'`);
    const audit = await auditAndWait();
    expect(audit.status).toBe('different');
    const differences = audit.scopes.flatMap((scope) =>
      scope.differences.map(({ kind, sourceKey }) => `${kind} ${sourceKey}`),
    );
    expect(differences.toSorted()).toEqual(['changed beta-2', 'invented beta-invented', 'missing beta-1']);
    await syncAndWait();
    expect((await auditAndWait()).status).toBe('equal');
  });

  it('by counts compares every row where the connector counts nothing', async () => {
    await room.startWorking();
    await syncAndWait();
    await db.execute(`delete from public.things where key = 'beta-1'`);
    await db.execute('update ingestion.schedules set next_audit_at = now()');
    const audit = await vi.waitFor(
      async () => {
        const [newest] = await room.audits('fake');
        expect(newest?.status).not.toBe('running');
        return room.audit(newest?.id ?? 0);
      },
      { timeout: 30_000, interval: 50 },
    );
    expect(audit).toMatchObject({ depth: 'counts', status: 'different' });
    expect(audit.scopes.flatMap(({ differences }) => differences)).toMatchObject([
      { kind: 'missing', sourceKey: 'beta-1' },
    ]);
  });
});

describe('whether what is stored is complete', () => {
  const told = async () => {
    const { rows, ...sums } = await room.completeness('fake', { page: 1, pageSize: 50 });
    return { ...sums, rows: rows.length };
  };

  it('is judged by what the connector calls essential, whatever its name', async () => {
    world.lost.add('beta');
    await room.startWorking();
    await syncAndWait();
    expect(await told()).toMatchObject({ rows: 3, slices: 3, complete: 2, stored: 100, source: 100 });
    // What is only shown counts the same as soon as the integration is there for it.
    world.counts = 'shown';
    expect(await told()).toMatchObject({ rows: 3, slices: 3, complete: 2 });
    world.headline = false;
    expect(await told()).toMatchObject({ rows: 3, slices: 0, complete: 0 });
    world.counts = undefined;
    expect(await told()).toMatchObject({ rows: 0, slices: 0, complete: 0 });
  });

  it.each([
    ['essential', true, 'incomplete'],
    ['essential', false, 'incomplete'],
    ['shown', true, 'incomplete'],
    ['shown', false, 'equal'],
  ] as const)('an audit that cannot list what is %s (counted: %s) ends %s', async (counts, headline, status) => {
    await room.startWorking();
    world.projects.get('beta')?.items.clear();
    await syncAndWait();
    world.lost.add('beta');
    world.counts = counts;
    world.headline = headline;
    expect((await auditAndWait()).status).toBe(status);
  });
});

describe('monitoring', () => {
  it('lists the planned run first, then runs newest first, and filters', async () => {
    await room.startWorking();
    await syncAndWait();
    await vi.waitFor(async () => expect((await list({})).runs[0]).toMatchObject({ id: null, status: 'scheduled' }), {
      timeout: 10_000,
    });
    expect((await list({ status: ['success'] })).runs.map((run) => run.status)).toEqual(['success']);
    expect((await list({ kind: ['aggregation'] })).runs).toEqual([]);
  });

  it('ends an aggregation without slices as a success and shows it beside the runs', async () => {
    await room.startWorking();
    const aggregation = await room.aggregate('fake', admin);
    expect(await ended(aggregation.id as number)).toMatchObject({
      kind: 'aggregation',
      status: 'success',
      aggregationStatus: 'success',
    });
  });
});

describe('a delivery while the integration is paused', () => {
  it('is kept, and read by the first run after it is resumed', async () => {
    await room.startWorking();
    await syncAndWait();
    world.projects.get('beta')?.items.set('beta-new', 1);
    world.reads = [];
    const paused = { ...sourcesOf(), active: async () => [] };
    const handler = createDeliveryHandler('fake', { sources: paused, wake: () => undefined });
    const parsed = {
      event: 'analysis',
      subject: 'beta',
      reference: 'task-1',
      reads: [{ slice: 'project:beta', phases: ['current'] as const }],
      facts: [],
    };
    const delivery = { integrationId: 1, parsed } as unknown as Parameters<typeof handler.handle>[1];
    const runs = await db.one('select count(*) as n from ingestion.runs');
    expect(await db.transaction((tx) => handler.handle(tx, delivery))).toEqual({ outcome: 'kept', runId: null });
    expect(await db.one('select count(*) as n from ingestion.runs')).toEqual(runs);
    // No version tells of the change: only what was kept does.
    expect(await syncAndWait()).toMatchObject({ status: 'success', rowsChanged: 1 });
    expect(new Set(world.reads)).toEqual(new Set(['discovery', 'project:beta']));
    expect(await stored()).toBe(151);
  });
});

async function syncAndWait(): Promise<Run> {
  const run = await room.sync('fake', { full: false }, admin);
  return ended(run.id as number);
}

/** The planned run, made due now. */
async function scheduledRun(): Promise<Run> {
  const { last } = await db.one<{ last: number }>('select max(id) as last from ingestion.runs');
  await db.execute('update ingestion.schedules set next_run_at = now()');
  const id = await vi.waitFor(
    async () => (await db.one<{ id: number }>('select id from ingestion.runs where id > $1', [last])).id,
    { timeout: 30_000, interval: 50 },
  );
  return ended(id);
}

const secondsUntilNextRun = async (): Promise<number> =>
  (
    await db.one<{ seconds: number }>(
      'select extract(epoch from next_run_at - now())::float8 as seconds from ingestion.schedules',
    )
  ).seconds;

async function ended(id: number): Promise<Run> {
  return vi.waitFor(
    async () => {
      const run = await room.run(id);
      expect(run.finishedAt).not.toBeNull();
      return run;
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** Holds the reading of a project in its middle. */
function held(project: string): { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  world.trouble.set(project, () => {
    reached.resolve();
    return released.promise;
  });
  return { reached: reached.promise, release: released.resolve };
}

async function auditAndWait() {
  const { id } = await room.startAudit('fake', admin);
  return vi.waitFor(
    async () => {
      const audit = await room.audit(id);
      expect(audit.status).not.toBe('running');
      return audit;
    },
    { timeout: 30_000, interval: 50 },
  );
}

const list = (query: Partial<Parameters<Ingestion['listRuns']>[0]>) =>
  room.listRuns({ page: 1, pageSize: 50, ...query });
const stored = async (): Promise<number> => (await db.one<{ n: number }>('select count(*) as n from public.things')).n;
const leftInStage = async (): Promise<number> =>
  (await db.one<{ n: number }>('select count(*) as n from ingestion.stage')).n;

function sourcesOf(): Sources & { find(name: string): Promise<SourceSummary> } {
  let knownServer: string | undefined;
  const source: OpenedIntegration = {
    ...summary,
    get connector() {
      return fakeConnector();
    },
    settings: {},
    secrets: {},
    outbound: { configuredHost: 'fake', loopbackAllowed: true },
    knownUnavailable: new Set(),
    get backfillMonths() {
      return world.months;
    },
    credential: {
      id: 1,
      endsAt: null,
      refused: async () => false,
      rateLimited: async () => false,
      accepted: async () => undefined,
    },
  };
  return {
    active: async () => [summary],
    find: async () => summary,
    open: async () => source,
    connector: () => source.connector,
    async confirmIdentity(_, serverId) {
      knownServer ??= serverId;
      return knownServer === serverId;
    },
  };
}

function makeRoom(more: Partial<IngestionOptions> = {}): Ingestion {
  return createIngestion({
    db,
    log: silentLog,
    sources: sourcesOf(),
    connect: () => Promise.reject(new Error('nobody is asked in these tests')),
    sinks: [fakeSink()],
    openOutbound: createOutbound,
    enqueueReactions: async () => undefined,
    now: () => new Date(),
    random: () => 0,
    concurrency: 2,
    takeBackLeases: false,
    ...more,
  });
}

function fakeConnector(): Connector {
  return {
    kind: 'fake',
    title: 'Fake',
    description: 'A system of three projects.',
    settings: z.unknown(),
    secrets: z.unknown(),
    form: [],
    endpoints: [],
    hashVersion: 1,
    streams: [
      {
        name: 'issues',
        title: 'Things',
        phase: 'current',
        record: Thing,
        key: (record: Thing) => record.key,
        dateOf: (record: Thing) => record.updatedAt,
        ...(world.headline ? { headline: true as const } : {}),
        ...(world.counts === undefined ? {} : { completeness: world.counts }),
      },
      ...(world.hasHistory
        ? [{ name: 'past', title: 'Past', phase: 'history' as const, record: Thing, key: () => '' }]
        : []),
    ],
    backfillMonths: () => 6,
    baseUrl: () => new URL('http://fake'),
    secretsTravelBy: [],
    check: () => {
      throw new Error('not asked for in these tests');
    },
    lookup: async () => [],
    read: (_, request) => readWorld(request),
  };
}

async function* readWorld(request: SliceRequest): AsyncGenerator<SliceEvent> {
  world.reads.push(request.slice);
  if (request.slice === 'discovery') {
    await world.trouble.get('discovery')?.();
    yield { type: 'identity', serverId: world.serverId };
    if (world.expected !== undefined) yield { type: 'expected', records: world.expected };
    for (const [name, project] of world.projects)
      yield { type: 'slice', slice: `project:${name}`, version: project.version, touchedAt: null };
    return;
  }
  if (request.phase === 'history') {
    if (world.months > 6) world.pasts.push({ slice: request.slice, whole: request.stored === undefined });
    return;
  }
  const name = request.slice.replace('project:', '');
  if (world.lost.has(name)) {
    const blocked = { code: 'endpoint_unavailable', message: 'It is blocked.' } as const;
    yield { type: 'unavailable', stream: 'issues', scope: '', ...blocked };
    return;
  }
  const items = [...(world.projects.get(name)?.items ?? [])];
  const records = items.map(([key, value]) => ({
    key,
    value: world.badRecords.has(key) ? 'bad' : value,
    updatedAt: '2026-01-01T00:00:00.000Z',
  }));
  yield { type: 'records', stream: 'issues', scope: '', records: records.slice(0, 25) };
  await world.trouble.get(name)?.();
  yield { type: 'records', stream: 'issues', scope: '', records: records.slice(25) };
  yield {
    type: 'complete',
    stream: 'issues',
    scope: '',
    sourceCount:
      world.claimed.get(name) ?? items.length - [...world.badRecords].filter((key) => key.startsWith(name)).length,
    method: 'list',
    proof: 'key_set',
    sourceMoved: false,
    absenceTrusted: true,
  };
}

function fakeSink(): Sink {
  return {
    connector: 'fake',
    streams: ['issues'],
    async publish({ tx, taskId, phase, slice, outcomes, trustHashes }) {
      world.plans.set(
        phase,
        (await tx.one<{ mode: string }>("select current_setting('plan_cache_mode') as mode")).mode,
      );
      if (!outcomes.some((outcome) => outcome.stream === 'issues')) return { streams: [], changes: [] };
      const project = slice.replace('project:', '');
      const staged = `(select distinct on (source_key) source_key, row_hash, (record ->> 'value')::int as value
                         from ingestion.stage where task_id = ${taskId} order by source_key, seq desc)`;
      const inserted = await tx.execute(
        `insert into public.things select $1, s.source_key, s.value, s.row_hash from ${staged} s
          where not exists (select from public.things t where t.project = $1 and t.key = s.source_key)`,
        [project],
      );
      const updated = await tx.execute(
        `update public.things t set value = s.value, row_hash = s.row_hash from ${staged} s
          where t.project = $1 and t.key = s.source_key and (t.row_hash <> s.row_hash or not $2 and t.value <> s.value)`,
        [project, trustHashes],
      );
      const gone = await tx.execute(
        `delete from public.things t where project = $1 and not exists (select from ${staged} s where s.source_key = t.key)`,
        [project],
      );
      const { n } = await tx.one<{ n: number }>('select count(*) as n from public.things where project = $1', [
        project,
      ]);
      const stream: StreamPublished = { stream: 'issues', scope: '', stored: n, inserted, updated, gone, held: false };
      return { streams: [stream], changes: [] };
    },
    async compare({ tx, taskId, slice }) {
      if (slice === 'discovery') return [];
      const project = slice.replace('project:', '');
      const rows = await tx.query<{ key: string; stored: number | null; source: number | null }>(
        `select coalesce(t.key, s.source_key) as key, t.value as stored, s.value as source
           from (select * from public.things where project = $1) t
           full join (select source_key, (record ->> 'value')::int as value from ingestion.stage where task_id = $2) s on s.source_key = t.key`,
        [project, taskId],
      );
      const differences = rows
        .filter((row) => row.stored !== row.source)
        .map((row) => ({
          stream: 'issues',
          scope: '',
          sourceKey: row.key,
          kind:
            row.stored === null
              ? ('missing' as const)
              : row.source === null
                ? ('invented' as const)
                : ('changed' as const),
          fields: [],
        }));
      const source = rows.filter((row) => row.source !== null).length;
      return [
        {
          stream: 'issues',
          scope: '',
          label: project,
          source,
          stored: rows.filter((row) => row.stored !== null).length,
          retained: 0,
          differences,
        },
      ];
    },
    aggregate: async () => false,
    holdings: () => ({
      counts: async () => ({}),
      rows: async () => [],
    }),
    locate: async () => [],
  };
}
