import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { fakeConnector } from '../../../../test/support/fake-connector.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import type { ConnectorContext, SliceEvent, SliceRequest } from '../../../connectors/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Actor } from '../../access/index.ts';
import type { Run } from '../contract.ts';
import { createIngestion, type Ingestion } from '../index.ts';

const admin: Actor = { kind: 'local', userId: null, tokenId: null, name: 'tester', role: 'admin' };
const projects = Array.from({ length: 12 }, (_, index) => `project:p${index}`);

const nothing = { stream: 'things', scope: '', stored: 0, inserted: 0, updated: 0, gone: 0, held: false };

let hub: TestHub;
let room: Ingestion;
/** Which token read which slice, in the order of the calls. */
let reads: { slice: string; token: string }[];
/** What the outside system says to a token; nothing when it takes it. */
let refusals: Map<string, () => PlumblineError>;
let told: { kind: string; id: number }[];

async function* read(context: ConnectorContext<unknown, unknown>, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const token = (context.secrets as { apiToken: string }).apiToken;
  reads.push({ slice: request.slice, token });
  // Answers take a moment, so that tasks overlap.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const refusal = refusals.get(token)?.();
  if (refusal !== undefined) throw refusal;
  if (request.phase === 'history') return;
  if (request.slice !== 'discovery') {
    const proven = { method: 'list', proof: 'key_set', sourceMoved: false, absenceTrusted: true } as const;
    yield { type: 'complete', stream: 'things', scope: '', sourceCount: 0, ...proven };
    return;
  }
  yield { type: 'identity', serverId: 'server-1' };
  for (const slice of projects) yield { type: 'slice', slice, version: '1', touchedAt: null };
}

beforeEach(async () => {
  [reads, refusals, told] = [[], new Map(), []];
  const things = { name: 'things', title: 'Things', phase: 'current' as const, record: z.object({}), key: () => '' };
  const connector = { ...fakeConnector().connector, streams: [things], read };
  hub = await testHub({ connectors: [connector] });
  const settings = { url: 'http://127.0.0.1:9000/' };
  const body = { name: 'several', kind: 'fake', settings, secrets: { apiToken: 'one' } };
  expect((await hub.call('POST', '/api/v1/integrations', { body })).status).toBe(201);
  for (const apiToken of ['two', 'three']) {
    const added = await hub.call('POST', '/api/v1/integrations/1/credentials', { body: { secrets: { apiToken } } });
    expect(added.status).toBe(201);
  }
  // The tests start their runs themselves; the planned one is a day away.
  await hub.db.execute(
    "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values (1, now() + interval '1 day', 900)",
  );
  room = createIngestion({
    db: hub.db,
    log: silentLog,
    sources: hub.integrations.sources,
    connect: hub.integrations.connect,
    sinks: [
      {
        connector: 'fake',
        streams: ['things'],
        publish: async () => ({ streams: [nothing], changes: [] }),
        compare: async () => [],
        aggregate: async () => false,
        locate: async () => [],
      },
    ],
    openOutbound: () => ({
      request: () => Promise.reject(new Error('this test has no network')),
      concurrency: () => 1,
      stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
      close: async () => undefined,
    }),
    enqueueReactions: async (_tx, changes) => void told.push(...changes),
    now: () => new Date(),
    random: () => 0,
    concurrency: 4,
    takeBackLeases: false,
  });
  await room.startWorking();
});
afterEach(() => room.stop());

async function sync(full = true): Promise<Run> {
  const { id } = await room.sync('several', { full }, admin);
  return vi.waitFor(
    async () => {
      const run = await room.run(id as number);
      expect(run.finishedAt).not.toBeNull();
      return run;
    },
    { timeout: 60_000, interval: 100 },
  );
}

const standings = async () => {
  const { credentials } = (await hub.call('GET', '/api/v1/integrations/1')).body.integration;
  return credentials.map((one: { disabledCode: string | null }) => one.disabledCode);
};
const tokensOf = (slices: (slice: string) => boolean): string[] =>
  [...new Set(reads.filter(({ slice }) => slices(slice)).map(({ token }) => token))].sort();

describe('a run with several credentials', () => {
  it('spreads the projects over all of them and lists with one, and tells other rooms that it ended', async () => {
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(tokensOf((slice) => slice !== 'discovery')).toEqual(['one', 'three', 'two']);
    expect(tokensOf((slice) => slice === 'discovery')).toEqual(['one']);
    await vi.waitFor(() => expect(told).toContainEqual({ kind: 'run_ended', id: 1 }), { timeout: 30_000 });
  });

  it('goes on without one that is refused, and is a success', async () => {
    refusals.set('two', () => new PlumblineError('invalid_credentials', { upstream: 'HTTP 401' }));
    expect(await sync()).toMatchObject({ status: 'success', error: null });
    expect(await standings()).toEqual([null, 'invalid_credentials', null]);
    reads = [];
    expect(await sync()).toMatchObject({ status: 'success', retries: 0 });
    expect(tokensOf(() => true)).toEqual(['one', 'three']);
  });

  it('fails with the code when all are refused, tries one at the next run, and heals by itself', async () => {
    for (const token of ['one', 'two', 'three']) refusals.set(token, () => new PlumblineError('invalid_credentials'));
    expect(await sync()).toMatchObject({ status: 'failed', error: { code: 'invalid_credentials' } });
    expect(await standings()).toEqual(Array.from({ length: 3 }, () => 'invalid_credentials'));
    expect(reads.map(({ token }) => token)).toEqual(['one', 'two', 'three']);
    reads = [];
    expect(await sync()).toMatchObject({ status: 'failed', error: { code: 'invalid_credentials' } });
    expect(reads).toHaveLength(1);
    refusals.clear();
    expect(await sync()).toMatchObject({ status: 'success' });
    expect((await standings()).filter((code: string | null) => code === null)).toHaveLength(1);
  });

  it('lets only the limited one wait', async () => {
    const retryAt = new Date(Date.now() + 3_600_000).toISOString();
    refusals.set('three', () => new PlumblineError('rate_limited', { data: { retryAt } }));
    expect(await sync()).toMatchObject({ status: 'success' });
    const { credentials } = (await hub.call('GET', '/api/v1/integrations/1')).body.integration;
    expect(credentials.map((one: { pausedUntil: string | null }) => one.pausedUntil)).toEqual([null, null, retryAt]);
    const hosts = await hub.db.query("select 1 from ingestion.hosts where paused_until > now() + interval '1 minute'");
    expect(hosts).toEqual([]);
  });
});
