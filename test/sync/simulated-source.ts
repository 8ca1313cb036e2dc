import { expect, vi } from 'vitest';
import { type ProfileName, type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { Scenario } from '../../lab/simulators/sonarqube/scenarios.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { Secrets, Settings } from '../../src/connectors/sonarqube/settings.ts';
import { connections } from '../support/connections.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import type { Actor } from '../../src/features/access/index.ts';
import { createSonarqubeSink } from '../../src/features/code-quality/index.ts';
import type { Audit, Run } from '../../src/features/ingestion/contract.ts';
import {
  createIngestion,
  type Ingestion,
  type Sources,
  type SourceSummary,
} from '../../src/features/ingestion/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { cloneDatabase } from '../support/database.ts';

const tester: Actor = { kind: 'local', userId: null, tokenId: null, name: 'tester', role: 'admin' };

/** A clock that moves when a test says so, for the server and the hub. */
export interface Clock {
  now(): Date;
  advance(minutes: number): void;
}

/** A while ago: whole days before it are round, and the database's clock is ahead of the source's. */
export const start = new Date(Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000 + 8 * 3_600_000);

export const daysBefore = (days: number): Date => new Date(start.getTime() - days * 86_400_000);

function createClock(): Clock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    advance: (minutes) => {
      at += minutes * 60_000;
    },
  };
}

/** Ingestion with the real connector and the real store, on a database of its own, before a simulated server. */
export interface SyncedSource {
  server: Simulator;
  db: Database;
  room: Ingestion;
  clock: Clock;
  settings: Record<string, unknown>;
  token: string;
  /** Weekly windows; may be changed. */
  blackouts: string[];
  auditTime: string | null;
  /** A run that ended; requests are those that the server counted. */
  sync(options?: { full?: boolean }): Promise<{ run: Run; requests: string[] }>;
  audit(): Promise<Audit>;
  close(): Promise<void>;
}

export interface SourceOptions {
  profile?: ProfileName;
  scenario: Scenario;
  settings?: Record<string, unknown>;
  /** Which of the simulator's tokens; the administrator's by default. */
  token?: 'admin' | 'browse' | 'analysis';
}

export async function startSyncedSource(options: SourceOptions): Promise<SyncedSource> {
  const clock = createClock();
  const { profile = '26.9', scenario } = options;
  const server = await startSimulator({ profile, scenario, now: clock.now });
  const clone = await cloneDatabase();
  const source: Pick<SyncedSource, 'settings' | 'token'> = {
    settings: options.settings ?? {},
    token: server.tokens[options.token ?? 'admin'],
  };
  const summary: SourceSummary = {
    id: 1,
    name: 'lab',
    kind: 'sonarqube',
    hostKey: new URL(server.url).origin,
    place: 'hub',
    intervalSeconds: 86_400,
    blackouts: [],
    auditTime: null,
  };
  const blackouts: string[] = [];
  summary.blackouts = blackouts;
  // Runs begin when a test asks for them.
  await clone.db.execute(
    "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values (1, now() + interval '1 day', 86400)",
  );
  const { connect } = connections({ integration: () => ({ ...summary, ...systemOf(server, source) }) });
  const room = createIngestion({
    db: clone.db,
    log: silentLog,
    sources: sourcesOf(summary, server, source),
    connect,
    sinks: [createSonarqubeSink()],
    openOutbound: createOutbound,
    enqueueReactions: async () => undefined,
    now: clock.now,
    random: () => 0,
    concurrency: 2,
    takeBackLeases: false,
  });
  await room.startWorking();
  return Object.assign(source, {
    server,
    blackouts,
    auditTime: summary.auditTime,
    clock,
    db: clone.db,
    room,
    async sync({ full = false } = {}) {
      server.journal.clear();
      const started = await room.sync('lab', { full }, tester);
      const run = await vi.waitFor(() => ended(room, started.id as number), { timeout: 400_000, interval: 50 });
      return { run, requests: server.journal.entries.map(({ path, query }) => `${path} ${JSON.stringify(query)}`) };
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

function systemOf(server: Simulator, source: Pick<SyncedSource, 'settings' | 'token'>) {
  return {
    connector: sonarqube as unknown as Connector,
    settings: Settings.parse({ url: server.url, ...source.settings }),
    secrets: Secrets.parse({ apiToken: source.token }),
  };
}

function sourcesOf(
  summary: SourceSummary,
  server: Simulator,
  source: Pick<SyncedSource, 'settings' | 'token'>,
): Sources & { find(name: string): Promise<SourceSummary> } {
  return {
    active: async () => [summary],
    find: async () => summary,
    open: async () => ({
      ...summary,
      ...systemOf(server, source),
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
    connector: () => systemOf(server, source).connector,
    confirmIdentity: async () => true,
  };
}

/** Runs that must end well. */
export async function syncWell(source: SyncedSource, options: { full?: boolean } = {}) {
  const synced = await source.sync(options);
  expect({ status: synced.run.status, error: synced.run.error }).toEqual({ status: 'success', error: null });
  return synced;
}

/** Everything the store would write if it read the whole server again: nothing. */
export async function expectNothingMissed(source: SyncedSource): Promise<void> {
  const { run } = await syncWell(source, { full: true });
  const rows = await source.db.query(
    `select c.stream, c.scope, c.inserted, c.updated, c.gone from ingestion.completeness c join ingestion.tasks t on t.id = c.task_id
      where t.run_id = $1 and c.inserted + c.updated + c.gone > 0`,
    [run.id],
  );
  expect(rows).toEqual([]);
}
