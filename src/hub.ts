import { connectors } from './connectors/index.ts';
import { type Access, writeLocalToken } from './features/access/index.ts';
import type { KillPoint } from './features/ingestion/index.ts';
import { type FloorOptions, openFloors } from './hub/floors.ts';
import { listen, listenForProbes } from './hub/listen.ts';
import { createOutside } from './hub/outside.ts';
import { type Change, reactionsOf } from './hub/reactions.ts';
import { requirePurges, requireWhole } from './hub/room.ts';
import { buildRooms } from './hub/rooms.ts';
import { type Config, publicUrlOf } from './platform/config/index.ts';
import type { Tx } from './platform/database/index.ts';
import { createJobs } from './platform/jobs/index.ts';
import { createReadiness, databaseAnswers, migrationsApplied } from './platform/telemetry/index.ts';
import { ownSchemas } from './schema.ts';
import { createHttpServer, createProbeServer } from './surfaces/http/index.ts';

export interface HubOptions extends FloorOptions {
  /** Folder of the built web application. */
  webRoot: string | undefined;
  /** The crash tests end the process at these moments of a task. */
  reached?: (point: KillPoint) => void;
  /** How long a task waits for a holder that died; a minute when left out. */
  leaseSeconds?: number;
}

export interface Hub {
  /** Where people and programs reach it; of a worker, its probes. */
  url: URL;
  /** Where it listens, as a program of this machine reaches it. */
  localUrl: URL;
  /** The one-time link that makes the first administrator; undefined once there is one. */
  setupLink: string | undefined;
  stop(): Promise<void>;
}

/** Composition root: opens the floors, builds the rooms on them, serves them, and starts what the role asks for. */
export async function startHub(options: HubOptions): Promise<Hub> {
  // What a start that fails later must give back: an open pool or queue would keep the process alive.
  const opened: (() => Promise<unknown>)[] = [];
  try {
    return await start(options, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close().catch(() => undefined);
    throw error;
  }
}

async function start(options: HubOptions, opened: (() => Promise<unknown>)[]): Promise<Hub> {
  const { config, log, role, version, database } = options;
  const floors = await openFloors(options, opened);
  const { db, reads } = floors;
  const databaseAddress = addressOf(database.connectionString);
  // The port is known only once the server listens.
  let port = config.port;
  const outside = createOutside(db, { config, version, ownPorts: () => [port, databaseAddress.port] });
  const rooms = buildRooms({
    ...options,
    floors,
    outside,
    databaseAddress,
    port: () => port,
    localToken: role === 'worker' ? undefined : await writeLocalToken(config.stateDirectory),
    tell: (tx, changes) => tell(tx, changes),
    ask: (tx, reaction, key) => jobs.enqueue(tx, reaction, key),
  });
  requireWhole(rooms.all, connectors);
  await requirePurges(db, rooms.all, ownSchemas);
  const answer = reactionsOf(rooms.all);
  const tell = (tx: Tx, changes: readonly Change[]): Promise<void> => answer(jobs, tx, changes);
  const reactions = rooms.all.flatMap((room) => room.reactions ?? []);
  const jobs = await createJobs({ connectionString: database.connectionString, log, reactions });
  opened.push(() => jobs.stop());

  const surface = {
    config: {
      get publicUrl() {
        return publicUrlOf(config, port);
      },
      tls: config.tls,
      trustedProxies: config.trustedProxies,
      version,
    },
    log,
    access: rooms.access,
    metrics: outside.metrics,
    health: {
      ready: createReadiness(
        { database: databaseAnswers(db), migrations: migrationsApplied(db, floors.migrations) },
        { notes: () => (reads.replica === undefined ? {} : { readReplica: reads.state().reason ?? 'ok' }) },
      ),
    },
  };
  const routes = rooms.all.flatMap((room) => room.routes ?? []);
  const server =
    role === 'worker'
      ? await createProbeServer(surface)
      : await createHttpServer({
          ...surface,
          routes,
          hooks: rooms.hooks,
          satellites: rooms.satellites,
          webRoot: options.webRoot,
        });
  opened.push(() => server.close());
  port = await (role === 'worker' ? listenForProbes(server, config) : listen(server, config.host, config.port));
  const localUrl = publicUrlOf({ ...config, publicUrl: undefined }, port);
  const url = role === 'worker' ? localUrl : publicUrlOf(config, port);
  opened.push(() => rooms.presence.stop());
  await rooms.presence.start(url.href);
  if (role !== 'web') await jobs.startWorking();
  for (const room of rooms.all) await room.start?.(role);
  return {
    url,
    localUrl,
    setupLink: role === 'worker' ? undefined : await setUp(rooms.access, config, port),
    async stop() {
      await server.close();
      for (const room of rooms.all.toReversed()) await room.stop?.();
      await jobs.stop();
      await rooms.presence.stop();
      await reads.close();
      await db.close();
    },
  };
}

/** The unattended administrator of the environment, else a link for a person. */
async function setUp(access: Access, config: Config, port: number): Promise<string | undefined> {
  if (config.firstAdministrator !== undefined) await access.createFirstAdministrator(config.firstAdministrator);
  const secret = await access.issueSetupSecret();
  if (secret === undefined) return undefined;
  const base = publicUrlOf(config, port);
  return new URL(`setup#${secret}`, base.href.endsWith('/') ? base : `${base.href}/`).href;
}

function addressOf(connectionString: string): { host: string; port: number } {
  const url = new URL(connectionString);
  return { host: url.hostname, port: url.port === '' ? 5432 : Number(url.port) };
}
