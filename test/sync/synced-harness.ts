import { expect, vi } from 'vitest';
import {
  type HarnessSimulator,
  type HarnessSimulatorOptions,
  startHarnessSimulator,
} from '../../lab/simulators/harness/index.ts';
import { type Clock, clockAt } from '../../lab/simulators/harness/testing.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { harness } from '../../src/connectors/harness/index.ts';
import { Secrets, Settings } from '../../src/connectors/harness/settings.ts';
import type { Actor } from '../../src/features/access/index.ts';
import { harnessSink } from '../../src/features/deployments/index.ts';
import type { Audit, Run } from '../../src/features/ingestion/contract.ts';
import { createIngestion, type Ingestion, type Sources } from '../../src/features/ingestion/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { connections } from '../support/connections.ts';
import { cloneDatabase } from '../support/database.ts';

const tester: Actor = { kind: 'local', userId: null, tokenId: null, name: 'tester', role: 'admin' };

/** Ingestion with the real connector and the real store, on a database of its own, before a simulated Harness. */
export interface SyncedHarness {
  server: HarnessSimulator;
  clock: Clock;
  db: Database;
  room: Ingestion;
  settings: Record<string, unknown>;
  token: string;
  /** A run that ended, and the calls that it made. As long after the last one as any scope waits to be polled. */
  sync(options?: { full?: boolean }): Promise<{ run: Run; requests: string[] }>;
  audit(): Promise<Audit>;
  close(): Promise<void>;
}

export async function startSyncedHarness(
  options: HarnessSimulatorOptions & { start?: string } = {},
): Promise<SyncedHarness> {
  const clock = clockAt(options.start ?? '2026-03-02T10:00:00Z');
  const server = await startHarnessSimulator({ now: clock.now, ...options });
  const clone = await cloneDatabase();
  const { db } = clone;
  const own = { settings: {} as Record<string, unknown>, token: server.state.addToken() };
  const summary = {
    id: 1,
    name: 'lab',
    kind: 'harness',
    hostKey: new URL(server.url).origin,
    place: 'hub',
    intervalSeconds: 86_400,
    blackouts: [],
    auditTime: null,
  } as const;
  const system = () => ({
    connector: harness as unknown as Connector,
    settings: Settings.parse({ accountType: 'on_prem', url: server.url, accountId: 'acc', ...own.settings }),
    secrets: Secrets.parse({ apiKey: own.token }),
  });
  const sources: Sources & { find(name: string): Promise<typeof summary> } = {
    active: async () => [summary],
    find: async () => summary,
    open: async () => ({
      ...summary,
      ...system(),
      outbound: { configuredHost: '127.0.0.1', loopbackAllowed: true },
      knownUnavailable: new Set(),
      backfillMonths: 6,
      credential: {
        id: 1,
        endsAt: null,
        refused: async () => false,
        rateLimited: async () => false,
        accepted: async () => {},
      },
    }),
    connector: () => system().connector,
    confirmIdentity: async () => true,
  };
  // Runs begin when a test asks for them.
  await db.execute(
    "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values (1, now() + interval '1 day', 86400)",
  );
  const room = createIngestion({
    db,
    log: silentLog,
    sources,
    connect: connections({ integration: () => ({ ...summary, ...system() }) }).connect,
    sinks: [harnessSink],
    openOutbound: createOutbound,
    enqueueReactions: async () => undefined,
    now: clock.now,
    random: () => 0,
    concurrency: 2,
    takeBackLeases: false,
  });
  await room.startWorking();
  return Object.assign(own, {
    server,
    clock,
    db,
    room,
    async sync({ full = false } = {}) {
      // The database’s clock is no test’s.
      await db.execute(
        "update ingestion.bookmarks set saved_at = saved_at - interval '1 hour', polled_at = polled_at - interval '1 hour'",
      );
      server.journal.clear();
      const started = await room.sync('lab', { full }, tester);
      const run = await vi.waitFor(() => ended(room, started.id as number), { timeout: 900_000, interval: 50 });
      return { run, requests: server.journal.entries.map(({ method, path }) => `${method} ${path}`) };
    },
    async audit() {
      const { id } = await room.startAudit('lab', tester);
      return vi.waitFor(
        async () => {
          const audit = await room.audit(id);
          expect(audit.status).not.toBe('running');
          return audit;
        },
        { timeout: 400_000, interval: 50 },
      );
    },
    async close() {
      await room.stop();
      await server.close();
      await clone.drop();
    },
  });
}

async function ended(room: Ingestion, id: number): Promise<Run> {
  const run = await room.run(id);
  expect(run.finishedAt).not.toBeNull();
  return run;
}

/** A run that must end well. */
export async function syncWell(source: SyncedHarness, options: { full?: boolean } = {}) {
  const synced = await source.sync(options);
  expect({ status: synced.run.status, error: synced.run.error }).toEqual({ status: 'success', error: null });
  return synced;
}
