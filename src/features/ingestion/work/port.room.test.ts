import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { fakeConnector } from '../../../../test/support/fake-connector.ts';
import { textPort } from '../../../../test/support/text-port.ts';
import {
  type Connector,
  type ConnectorContext,
  type SliceEvent,
  type SliceRequest,
  statusesOf,
} from '../../../connectors/contract.ts';
import { type Assignment, type Batch, startWorker, type WorkPort } from '../../../connectors/work/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Outbound } from '../../../platform/outbound/types.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Sink } from '../sink.ts';
import type { OpenedIntegration, Sources } from '../source.ts';
import { startAggregation } from '../runs/start-run.ts';
import { insertRun, insertTask } from '../store/runs.ts';
import { claimTask, expireLeases, pauseHost } from '../store/tasks.ts';
import { ownWork } from './own-work.ts';
import { createPostgresPort, type PortOptions } from './postgres-port.ts';

const host = 'http://things.example';
const slice = 'thing:a';
const things = { stream: 'things', scope: '' };
const proven = { method: 'list', proof: 'key_set', sourceMoved: false, absenceTrusted: true } as const;
const traffic = { requests: 1, retries: 0 };

let clone: TestDatabase;
let db: Database;
/** What the connector was asked, and what it was answered. */
let heard: unknown[];
let refused: string[];

beforeEach(async () => {
  clone = await cloneDatabase();
  db = clone.db;
  [heard, refused] = [[], []];
  await db.execute('create table public.things (key text primary key, name text not null)');
});
afterEach(() => clone.drop());

async function* read(context: ConnectorContext<unknown, unknown>, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const { slice: asked, phase, resume, cursors } = request;
  heard.push({ asked, phase, resume, cursors, secrets: context.secrets, since: request.since instanceof Date });
  if (asked === 'discovery') {
    yield { type: 'identity', serverId: 'server-1' };
    yield { type: 'cursor', name: 'all:changes', value: '7' };
    yield { type: 'slice', slice, version: '1', touchedAt: null };
    return;
  }
  if (phase === 'history') return;
  const bookmark = await request.stored?.bookmark('things', '');
  const fingerprints = (await bookmark?.fingerprints()) ?? null;
  const rows = request.stored?.rows('things', '', { keys: ['a', 'b'] });
  const statuses = rows === undefined ? undefined : await statusesOf(rows);
  heard.push({
    bookmark: bookmark?.value ?? null,
    fingerprints: fingerprints === null ? null : [...fingerprints],
    statuses,
  });
  const records = Array.from({ length: 3 }, (_, at) => ({ key: `key-${at}`, name: `Thing ${at}` }));
  yield { type: 'records', ...things, records: [...records, { key: 'no name' }], cursor: { page: 1 } };
  yield { type: 'fingerprints', ...things, bytes: new Uint8Array([0, 128, 255]) };
  yield { type: 'complete', ...things, sourceCount: 3, ...proven, bookmark: { page: 1 } };
}

const connector: Connector = {
  ...fakeConnector().connector,
  read,
  streams: [
    {
      name: 'things',
      title: 'Things',
      phase: 'current',
      record: z.strictObject({ key: z.string(), name: z.string() }),
      key: (record: { key: string }) => record.key,
    },
  ],
};

const sink: Sink = {
  connector: 'fake',
  streams: ['things'],
  async publish({ tx, taskId, slice: published }) {
    if (published === 'discovery') return { streams: [], changes: [] };
    await tx.execute('delete from public.things');
    const stored = await tx.execute(
      `insert into public.things select source_key, record ->> 'name' from ingestion.stage where task_id = $1`,
      [taskId],
    );
    const counts = { inserted: 0, updated: 0, gone: 0, held: false };
    return { streams: [{ ...things, stored, ...counts }], changes: [] };
  },
  compare: async () => [],
  aggregate: async () => true,
  locate: async () => [],
  holdings: () => ({
    counts: async () => ({}),
    rows: async (_stream, _scope, { keys = [] }) => keys.map((key) => ({ key, status: 'OPEN' })),
  }),
};

const source: OpenedIntegration = {
  id: 1,
  name: 'things',
  kind: 'fake',
  hostKey: host,
  place: 'hub',
  intervalSeconds: 900,
  blackouts: [],
  auditTime: null,
  connector,
  settings: { url: host },
  secrets: { apiToken: 'good' },
  outbound: { configuredHost: 'things.example', loopbackAllowed: false },
  knownUnavailable: new Set(),
  backfillMonths: 6,
  credential: {
    id: 1,
    endsAt: null,
    refused: async (code) => {
      refused.push(code);
      return false;
    },
    rateLimited: async () => false,
    accepted: async () => undefined,
  },
};

const sources: Sources = {
  active: async () => [source],
  open: async () => source,
  connector: () => connector,
  confirmIdentity: async () => true,
};

const shared = (holder: string) => ({
  db,
  sources,
  sinks: new Map([['fake', sink]]),
  now: () => new Date(),
  random: () => 0,
  holder,
  enqueueReactions: async () => undefined,
});
const portOf = (more: Partial<PortOptions> = {}): WorkPort =>
  createPostgresPort({ ...shared('first#1'), beforeDiscovery: async () => undefined, ...more });

const run = (place?: string, integrationId = 1): Promise<number> =>
  db.transaction((tx) =>
    insertRun(tx, {
      integrationId,
      hostKey: host,
      kind: 'incremental_sync',
      priority: 3,
      requestedBy: 'test',
      fullListing: false,
      ...(place === undefined ? {} : { place }),
    }),
  );

/** A waiting task of the slice, claimed through a port. */
async function claimed(port: WorkPort): Promise<Assignment> {
  const runId = await run();
  await db.execute('delete from ingestion.tasks where run_id = $1', [runId]);
  await db.transaction((tx) =>
    insertTask(tx, { runId, integrationId: 1, hostKey: host, slice, phase: 'current', priority: 3 }),
  );
  return (await port.claim()) as Assignment;
}

const page = (sequence: number, ...keys: string[]): Batch => ({
  sequence,
  events: [{ type: 'records', ...things, records: keys.map((key) => ({ key, name: key })), cursor: { sequence } }],
});

const staged = async (): Promise<string[]> =>
  (await db.query<{ key: string }>('select source_key as key from ingestion.stage order by seq')).map(({ key }) => key);

const taskRow = () =>
  db.one<{ state: string; retries: number; code: string | null; seconds: number | null }>(
    `select state, retries, error_code as code, extract(epoch from lease_until - now())::float8 as seconds
       from ingestion.tasks order by id desc limit 1`,
  );

const lost = expect.objectContaining({ code: 'task_lease_lost' });
const signal = new AbortController().signal;
const found = (): void => undefined;

describe('a worker that can send and receive nothing but text', () => {
  const noNetwork: Outbound = {
    request: () => Promise.reject(new Error('this test has no network')),
    concurrency: () => 1,
    stats: () => ({ requests: 2, retries: 0, bytes: 0 }),
    close: async () => undefined,
  };

  it('reads what there is, asks for what is stored, and a process beside the database publishes it', async () => {
    const worker = startWorker({
      port: textPort(portOf()),
      connectorOf: () => connector,
      openOutbound: () => noNetwork,
      log: silentLog,
      now: () => new Date(),
      concurrency: 1,
      reached: () => undefined,
      own: ownWork({ ...shared('first#1'), log: silentLog, reached: () => undefined }),
    });
    const ended = (id: number) =>
      vi.waitFor(
        async () => {
          worker.wake();
          const { status } = await db.one<{ status: string }>('select status from ingestion.runs where id = $1', [id]);
          expect(status).not.toMatch(/pending|running/);
          return status;
        },
        { timeout: 30_000, interval: 50 },
      );
    try {
      // One record has another shape: it is set aside by whoever receives it.
      expect(await ended(await run())).toBe('partial');
      expect(await db.query('select key, name from public.things order by 1')).toEqual(
        [0, 1, 2].map((at) => ({ key: `key-${at}`, name: `Thing ${at}` })),
      );
      expect(await db.query('select stream, reason from ingestion.set_aside')).toEqual([
        { stream: 'things', reason: expect.stringContaining('name') },
      ]);
      expect(heard[0]).toMatchObject({ asked: 'discovery', secrets: { apiToken: 'good' }, since: true });
      heard = [];
      await db.execute(
        "update ingestion.sync_wants set wanted_generation = done_generation + 1, reasons = '{discovery}', not_before = now()",
      );
      await ended(await run());
      expect(heard[1]).toMatchObject({ asked: slice, cursors: { 'all:changes': '7' } });
      expect(heard[2]).toEqual({
        bookmark: { page: 1 },
        fingerprints: [0, 128, 255],
        statuses: new Map([
          ['a', 'OPEN'],
          ['b', 'OPEN'],
        ]),
      });
    } finally {
      await worker.stop();
    }
  });
});

describe('a lease', () => {
  it('lasts as long as the port was told, and each beat renews it', async () => {
    const port = portOf({ leaseSeconds: 7 });
    const { lease, leaseSeconds } = await claimed(port);
    expect(leaseSeconds).toBe(7);
    expect((await taskRow()).seconds).toBeLessThanOrEqual(7);
    await db.execute("update ingestion.tasks set lease_until = now() + interval '1 second'");
    expect(await port.beat(lease)).toEqual({ state: 'held', slots: 4, pausedUntil: null });
    expect((await taskRow()).seconds).toBeGreaterThan(5);
  });

  it('that ended is the next one’s, and the first holder stages, finishes and fails nothing with it', async () => {
    const port = portOf();
    const { lease } = await claimed(port);
    await port.open(lease, signal);
    await port.stage(lease, page(1, 'a', 'b'));
    await db.execute("update ingestion.tasks set lease_until = now() - interval '1 second'");
    expect(await expireLeases(db, 12)).toBe(1);
    const other = portOf({ holder: 'second#2' });
    const next = (await other.claim()) as Assignment;
    expect(next.lease).toEqual({ taskId: lease.taskId, fence: lease.fence + 1 });

    expect((await port.beat(lease)).state).toBe('lost');
    await expect(port.stage(lease, page(2, 'c'))).rejects.toEqual(lost);
    await expect(port.finish(lease, { ...page(3, 'd'), traffic })).rejects.toEqual(lost);
    const failure = { code: 'upstream_error', message: 'It failed.', upstream: null, retryAt: null } as const;
    await port.fail(lease, { type: 'failed', ...failure, traffic });
    expect(await staged()).toEqual(['a', 'b']);
    expect(await taskRow()).toMatchObject({ state: 'leased', retries: 1 });

    const opened = await other.open(next.lease, signal);
    expect(opened.request.resume).toEqual({ 'things ': { cursor: { sequence: 1 } } });
    expect(await other.ask(next.lease, 'stagedKeys', { ...things, from: 0 })).toEqual({ keys: ['a', 'b'], next: null });
  });

  it('of which this port knows nothing opens nothing', async () => {
    const { lease } = await claimed(portOf());
    const other = portOf({ holder: 'second#2' });
    await expect(other.open(lease, signal)).rejects.toEqual(lost);
    await expect(other.stage(lease, page(1, 'a'))).rejects.toEqual(lost);
    await expect(portOf().ask({ ...lease, fence: 99 }, 'known', {})).rejects.toEqual(lost);
  });
});

describe('a lease that several processes answer for in turns', () => {
  const holder = 'satellite/1';
  const process_ = (more: Partial<PortOptions> = {}): WorkPort => portOf({ holder, leasesTravel: true, ...more });

  it('is read as by one: each goes on where the other was', async () => {
    const [one, other] = [process_(), process_()];
    const { lease } = await claimed(one);
    const opened = await other.open(lease, signal);
    expect(opened.request.resume).toEqual({});
    await one.stage(lease, page(1, 'a', 'b'));
    const nameless = [{ type: 'records', ...things, scope: 'x', records: [{ key: 'no name' }] }] as SliceEvent[];
    await other.stage(lease, { sequence: 2, events: nameless });
    await one.stage(lease, page(3, 'c'));
    // It knows of none of these, and then of two fewer than there are.
    for (const port of [process_(), other]) {
      expect(await port.ask(lease, 'stagedKeys', { ...things, from: 0 })).toEqual({
        keys: ['a', 'b', 'c'],
        next: null,
      });
      await port.stage(lease, page(3, 'c'));
      await port.stage(lease, page(2, 'never'));
    }
    expect(await staged()).toEqual(['a', 'b', 'c']);
    await process_().stage(lease, page(4, 'd'));
    await one.finish(lease, {
      sequence: 5,
      events: [{ type: 'complete', ...things, sourceCount: 4, ...proven }],
      traffic,
    });
    const publish = ownWork({ ...shared('hub#1'), log: silentLog, reached: () => undefined });
    expect(await publish.first(signal, found)).toBe(true);
    expect(await db.query('select key from public.things order by 1')).toEqual(
      ['a', 'b', 'c', 'd'].map((key) => ({ key })),
    );
    expect(await taskRow()).toMatchObject({ state: 'partial', retries: 0 });
  });

  it('counts a restart of a listing that one of them was told', async () => {
    const [one, other] = [process_(), process_()];
    const { lease } = await claimed(one);
    await one.open(lease, signal);
    await one.stage(lease, page(1, 'a', 'b'));
    const anew: SliceEvent[] = [{ type: 'restart', ...things }, ...page(2, 'c').events];
    await other.stage(lease, { sequence: 2, events: anew });
    await one.stage(lease, page(3, 'd'));
    expect(await staged()).toEqual(['c', 'd']);
    await other.finish(lease, { sequence: 4, events: [], traffic });
    expect(await taskRow()).toMatchObject({ state: 'staged' });
  });

  it('keeps whole batches or nothing of them, and the same process takes it again', async () => {
    const port = process_();
    const { lease } = await claimed(port);
    await port.open(lease, signal);
    await port.stage(lease, page(1, 'a'));
    await db.execute(
      `create function public.no_room() returns trigger language plpgsql as $$ begin raise exception 'no room' using errcode = '53100'; end $$`,
    );
    await db.execute(
      'create trigger no_room before update on ingestion.tasks for each statement execute function public.no_room()',
    );
    const anew: SliceEvent[] = [{ type: 'restart', ...things }, ...page(2, 'b').events];
    await expect(port.stage(lease, { sequence: 2, events: anew })).rejects.toMatchObject({ code: 'disk_full' });
    expect(await staged()).toEqual(['a']);
    await db.execute('drop function public.no_room() cascade');
    await port.stage(lease, { sequence: 2, events: anew });
    expect(await staged()).toEqual(['b']);
  });

  it('asks for how far back it was asked for when it was opened', async () => {
    const one = process_();
    const { lease } = await claimed(one);
    const { request } = await one.open(lease, signal);
    const longer = { ...source, backfillMonths: 24 };
    const later = process_({ sources: { ...sources, open: async () => longer } });
    await later.finish(lease, { sequence: 1, events: [], traffic });
    const { since } = await db.one<{ since: string }>(
      "select reading ->> 'since' as since from ingestion.tasks where state = 'staged'",
    );
    expect(since).toBe(request.since);
  });

  it('is refused where it was not opened, where it was begun, and for another holder', async () => {
    const [one, other] = [process_(), process_()];
    const { lease } = await claimed(one);
    await expect(other.stage(lease, page(1, 'a'))).rejects.toEqual(lost);
    await one.open(lease, signal);
    await other.open(lease, signal);
    await one.stage(lease, page(1, 'a'));
    await expect(other.open(lease, signal)).rejects.toEqual(lost);
    const stranger = process_({ holder: 'satellite/2' });
    await expect(stranger.open(lease, signal)).rejects.toEqual(lost);
    await expect(stranger.stage(lease, page(2, 'x'))).rejects.toEqual(lost);
    const failure = { code: 'upstream_error', message: 'It failed.', upstream: null, retryAt: null } as const;
    expect(await stranger.fail(lease, { type: 'failed', ...failure, traffic })).toMatchObject({ action: 'drop' });
    expect(await taskRow()).toMatchObject({ state: 'leased', retries: 0 });
    expect(await staged()).toEqual(['a']);
  });

  it('is begun anew where the stage is not what it was when it was opened', async () => {
    const one = process_();
    const { lease } = await claimed(one);
    await one.open(lease, signal);
    await one.stage(lease, page(1, 'a'));
    await db.execute('truncate ingestion.stage, ingestion.staged_events, ingestion.stage_epoch');
    for (const port of [one, process_()])
      await expect(port.stage(lease, page(2, 'b'))).rejects.toMatchObject({ code: 'stage_lost' });
    const newer = { ...connector, hashVersion: connector.hashVersion + 1 };
    const updated = process_({ sources: { ...sources, open: async () => ({ ...source, connector: newer }) } });
    await expect(updated.stage(lease, page(2, 'b'))).rejects.toMatchObject({ code: 'stage_lost' });
    expect(await staged()).toEqual([]);
  });
});

describe('a batch', () => {
  it('that comes to two processes at the same time is taken once', async () => {
    const options = { holder: 'satellite/1', leasesTravel: true };
    const [one, other] = [portOf(options), portOf(options)];
    const { lease } = await claimed(one);
    await one.open(lease, signal);
    await one.stage(lease, page(1, 'a'));
    expect(await other.ask(lease, 'stagedKeys', { ...things, from: 0 })).toMatchObject({ keys: ['a'] });
    await Promise.all([one, other].map((port) => port.stage(lease, page(2, 'b'))));
    expect(await staged()).toEqual(['a', 'b']);
    await other.stage(lease, page(3, 'c'));
    expect(await staged()).toEqual(['a', 'b', 'c']);
  });

  it('that comes twice is taken once, and one that never came is noticed', async () => {
    const port = portOf();
    const { lease } = await claimed(port);
    await port.open(lease, signal);
    await port.stage(lease, page(1, 'a'));
    await port.stage(lease, page(1, 'a'));
    expect(await staged()).toEqual(['a']);
    await expect(port.stage(lease, page(3, 'c'))).rejects.toMatchObject({ code: 'stage_lost' });
    expect(await staged()).toEqual(['a']);
  });

  it('of a stream that was never declared is refused', async () => {
    const port = portOf();
    const { lease } = await claimed(port);
    await port.open(lease, signal);
    const events = [{ type: 'records', stream: 'secrets', scope: '', records: [{}] }] as SliceEvent[];
    await expect(port.stage(lease, { sequence: 1, events })).rejects.toThrow('undeclared stream secrets');
  });
});

describe('a failure', () => {
  const failed = { type: 'failed', message: 'It failed.', upstream: null, retryAt: null, traffic } as const;

  it('is tried again or not as the planner decides, and a refused credential is told to its integration', async () => {
    const port = portOf();
    const { lease } = await claimed(port);
    await port.open(lease, signal);
    expect(await port.fail(lease, { ...failed, code: 'invalid_credentials' })).toEqual({
      action: 'fail',
      delaySeconds: null,
    });
    expect(refused).toEqual(['invalid_credentials']);
    expect(await taskRow()).toMatchObject({ state: 'failed', code: 'invalid_credentials' });
    const second = await claimed(port);
    const retryAt = new Date(Date.now() + 60_000).toISOString();
    const decision = await port.fail(second.lease, { ...failed, code: 'rate_limited', retryAt });
    expect(decision.action).toBe('retry');
    expect(decision.delaySeconds).toBeGreaterThan(50);
    expect(await taskRow()).toMatchObject({ state: 'pending', retries: 1, code: 'rate_limited' });
  });

  it('is none when the worker stops: the task waits as before', async () => {
    const port = portOf();
    const { lease } = await claimed(port);
    expect(await port.fail(lease, { type: 'stopping', traffic })).toEqual({ action: 'give_back', delaySeconds: null });
    expect(await taskRow()).toMatchObject({ state: 'pending', retries: 0, code: null });
  });
});

describe('a place', () => {
  it('is where its tasks are carried out, and nowhere else', async () => {
    await run('branch office');
    const hub = portOf();
    const office = portOf({ holder: 'office#1', place: 'branch office' });
    expect(await hub.claim()).toBeUndefined();
    expect(await office.claim()).toMatchObject({ slice: 'discovery' });
    await run(undefined, 2);
    expect(await office.claim()).toBeUndefined();
    expect(await hub.claim()).toMatchObject({ slice: 'discovery' });
  });

  it('plans what its discovery found for itself', async () => {
    await run('branch office');
    const office = portOf({ holder: 'office#1', place: 'branch office' });
    const { lease } = (await office.claim()) as Assignment;
    await office.open(lease, signal);
    await office.finish(lease, {
      sequence: 1,
      events: [{ type: 'slice', slice, version: '1', touchedAt: null }],
      traffic,
    });
    const publish = ownWork({ ...shared('hub#1'), log: silentLog, reached: () => undefined });
    expect(await publish.first(signal, found)).toBe(true);
    expect(await portOf().claim()).toBeUndefined();
    expect(await office.claim()).toMatchObject({ slice });
  });

  it('has hosts of its own: a pause there is no pause here', async () => {
    await run('branch office');
    await run();
    await pauseHost(db, host, new Date(Date.now() + 60_000), 'branch office');
    expect(await portOf({ place: 'branch office' }).claim()).toBeUndefined();
    expect(await portOf().claim()).toMatchObject({ slice: 'discovery' });
  });

  it('is not asked for what calls nobody: that is done beside the database', async () => {
    await db.execute('insert into ingestion.slices (integration_id, slice) values (1, $1)', [slice]);
    const id = await startAggregation(db, 1, 'test');
    expect(await portOf().claim()).toBeUndefined();
    expect(await claimTask(db, 'hub#1')).toBeUndefined();
    const work = ownWork({ ...shared('hub#1'), log: silentLog, reached: () => undefined });
    expect(await work.first(signal, found)).toBe(false);
    expect(await work.inTurn(signal, found)).toBe(true);
    expect(await work.inTurn(signal, found)).toBe(false);
    expect(await db.one('select status from ingestion.runs where id = $1', [id])).toEqual({ status: 'success' });
  });
});
