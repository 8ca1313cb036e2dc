import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { connectors } from '../../src/connectors/index.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import { codeQualityData, createSonarqubeSink } from '../../src/features/code-quality/index.ts';
import { deploymentsData, harnessSink } from '../../src/features/deployments/index.ts';
import { createRegistrySink, imagesData } from '../../src/features/images/index.ts';
import { createIngestion, type Ingestion, ingestionData, ingestionRoutes } from '../../src/features/ingestion/index.ts';
import { bitbucketSink, repositoriesData } from '../../src/features/repositories/index.ts';
import { createSatellites, type Satellites, satellitesData } from '../../src/features/satellites/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { type Log, silentLog } from '../../src/platform/telemetry/log.ts';
import { readSatelliteFile } from '../../src/surfaces/satellite/file.ts';
import { enterHome } from '../../src/surfaces/satellite/home.ts';
import { secretReader } from '../../src/surfaces/satellite/references.ts';
import { type RunningSatellite, startSatellite } from '../../src/surfaces/satellite/run.ts';
import { testHub, type TestHub } from '../support/hub.ts';
import { type Front, startFront } from './front.ts';

export const tenant = '3f0f9c4e-0000-4000-8000-000000000001';

export interface System {
  kind: string;
  settings: Record<string, unknown>;
  secrets: Record<string, unknown>;
}

/** A hub and what satellites need of it, on a database of its own. */
export interface SatelliteStage extends TestHub {
  ingestion: Ingestion;
  satellites: Satellites;
  front: Front;
  /** Starts another process of the hub on the same database: calls go to it in turns from now on. Returns how many each had. */
  secondHub(): Promise<() => readonly [number, number]>;
  /** Makes an integration that the hub reads itself. */
  direct(name: string, system: System): Promise<number>;
  /** Makes one that satellites read, not yet checked. */
  far(name: string, system: System): Promise<number>;
  /** Downloads the file of integrations, with the secrets typed in the browser. */
  file(ids: readonly number[], system: System): Promise<string>;
  /** Starts a satellite with a file; it is stopped when the test ends. */
  satellite(yaml: string, options?: SatelliteWish): Promise<RunningSatellite>;
  /** Validates the connection in the satellite, as the browser asks. */
  check(id: number): Promise<{ status: number; text: string; lines: Record<string, unknown>[] }>;
  sync(id: number, options?: { full?: boolean }): Promise<void>;
  settled(id: number, seconds?: number): Promise<void>;
}

export interface SatelliteWish {
  /** Directory that outlives it. */
  home?: string;
  now?: () => Date;
  protocol?: number;
  version?: string;
  log?: Log;
  bufferBytes?: number;
  connectors?: readonly Connector[];
}

export interface StageWish {
  leaseSeconds?: number;
  certificate?: { notAfter?: Date; notBefore?: Date };
  log?: Log;
}

const version = '1.0.0';
const openOutbound: typeof createOutbound = (wanted) => createOutbound(wanted);

/** One process of a hub that satellites call. */
interface Process {
  hub: TestHub;
  ingestion: Ingestion;
  satellites: Satellites;
  port: number;
}

async function startHubProcess(
  wish: StageWish,
  publicUrl: () => URL,
  beside?: Pick<TestHub, 'db' | 'vault'>,
): Promise<Process> {
  let ingestion: Ingestion | undefined;
  let satellites: Satellites | undefined;
  const hub = await testHub({
    ...(beside === undefined ? {} : { beside }),
    connectors,
    openOutbound,
    data: (db) => [
      ingestionData(db),
      satellitesData(db),
      codeQualityData(db),
      imagesData(db),
      deploymentsData(db),
      repositoriesData(db),
    ],
    checkElsewhere: (id, asked) => (satellites as Satellites).checkElsewhere(id, asked),
    rooms({ db, integrations }) {
      const shared = { db, log: wish.log ?? silentLog, now: () => new Date() };
      ingestion = createIngestion({
        ...shared,
        sources: integrations.sources,
        connect: integrations.connect,
        openOutbound,
        sinks: [createSonarqubeSink(), createRegistrySink(), harnessSink, bitbucketSink],
        enqueueReactions: async () => undefined,
        random: () => 0.5,
        concurrency: 2,
        takeBackLeases: false,
      });
      satellites = createSatellites({
        ...shared,
        version,
        tenant: async () => tenant,
        publicUrl,
        far: () => integrations.sources.far(),
        work: ingestion,
        heartbeatSeconds: 0.2,
        idleSeconds: 0.1,
        ...(wish.leaseSeconds === undefined ? {} : { leaseSeconds: wish.leaseSeconds }),
      });
      return { routes: [...ingestionRoutes(ingestion), ...satellites.routes], satellites: satellites.door };
    },
  });
  await hub.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = hub.app.server.address() as AddressInfo;
  return { hub, port, ingestion: ingestion as Ingestion, satellites: satellites as Satellites };
}

export async function satelliteStage(wish: StageWish = {}): Promise<SatelliteStage> {
  const publicUrl = (): URL => new URL(front.url.replace('satellite/v1', ''));
  const first = await startHubProcess(wish, publicUrl);
  const { hub, ingestion, satellites } = first;
  const ports = [first.port];
  const answered = [0, 0];
  let call = 0;
  const front = await startFront(() => {
    const at = call % ports.length;
    call += 1;
    answered[at] = (answered[at] ?? 0) + 1;
    return ports[at] ?? 0;
  }, wish.certificate);
  const rooms = { ingestion, satellites };
  await rooms.ingestion.startWorking();
  onTestFinished(async () => {
    await front.close();
    await rooms.ingestion.stop();
  });

  const create = async (name: string, { kind, settings }: System, more: object): Promise<number> => {
    const body = { name, kind, settings, syncIntervalSeconds: 86_400, ...more };
    const created = await hub.call('POST', '/api/v1/integrations', { body });
    if (created.status !== 201) throw new Error(created.text);
    const id = created.body.integration.id as number;
    // The first planned run is a day away: runs are the test's.
    await hub.db.execute(
      "insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) values ($1, now() + interval '1 day', 86400) on conflict do nothing",
      [id],
    );
    return id;
  };

  return {
    ...hub,
    ...rooms,
    front,
    async secondHub() {
      const second = await startHubProcess(wish, publicUrl, hub);
      ports.push(second.port);
      return () => [answered[0] ?? 0, answered[1] ?? 0];
    },
    direct: (name, system) => create(name, system, { secrets: system.secrets }),
    far: (name, system) => create(name, system, { secrets: {}, place: 'satellite' }),
    async file(ids, { kind, secrets }) {
      const made = await hub.call('POST', '/api/v1/satellites/files', { body: { integrationIds: ids } });
      if (made.status !== 201) throw new Error(made.text);
      return withSecrets(made.body.yaml as string, kind, secrets)
        .split('\n')
        .filter((line) => !/"<[A-Z_]+>"$/.test(line))
        .join('\n');
    },
    satellite: (yaml, options) => start(yaml, { version, ...options }, front),
    async check(id) {
      const headers = { accept: 'application/x-ndjson' };
      const { status, text } = await hub.call('POST', `/api/v1/integrations/${id}/check`, { headers });
      const lines = text.split('\n').filter(Boolean);
      return { status, text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
    },
    async sync(id, { full = false } = {}) {
      const { status, text } = await hub.call('POST', `/api/v1/integrations/${id}/sync`, { body: { full } });
      if (status !== 200) throw new Error(text);
    },
    settled: (id, seconds) => settled(hub.db, id, seconds),
  };
}

async function start(
  yaml: string,
  { home, log = silentLog, bufferBytes, ...options }: SatelliteWish & { version: string },
  front: Front,
): Promise<RunningSatellite> {
  const directory = home ?? (await mkdtemp(join(tmpdir(), 'plumbline-satellite-')));
  const { config } = await readSatelliteFile(yaml, secretReader({}));
  const own = await enterHome(directory);
  const running = await startSatellite({
    config: { ...config, ca: front.ca, ...(bufferBytes === undefined ? {} : { bufferBytes }) },
    connectors,
    openOutbound: (wanted) => createOutbound(wanted),
    log,
    home: own,
    ...options,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= running.stop().then(() => own.leave()));
  onTestFinished(async () => {
    await stop();
    if (home === undefined) await rm(directory, { recursive: true, force: true });
  });
  return { ...running, stop };
}

async function settled(db: Database, integrationId: number, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const { busy } = await db.one<{ busy: boolean }>(
      `select exists (select from ingestion.tasks where integration_id = $1 and state in ('pending', 'leased', 'staged'))
           or exists (select from ingestion.runs where integration_id = $1 and finished_at is null) as busy`,
      [integrationId],
    );
    if (!busy) return;
    if (Date.now() > deadline) {
      const tasks = await db.query(
        `select slice, phase, state, place, error_code, error_message from ingestion.tasks where integration_id = $1 and state not in ('success')`,
        [integrationId],
      );
      throw new Error(`not settled: ${JSON.stringify(tasks)}`);
    }
    await delay(50);
  }
}
