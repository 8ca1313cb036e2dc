import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Connector } from './connectors/contract.ts';
import { connectors } from './connectors/index.ts';
import { ociRegistry } from './connectors/oci-registry/index.ts';
import { createAccess, endAllSessions, writeLocalToken } from './features/access/index.ts';
import {
  codeQualityOwner,
  codeQualityRoutes,
  countingReactions,
  createSonarqubeSink,
} from './features/code-quality/index.ts';
import { createExplorer, prepareReader } from './features/explorer/index.ts';
import { createHelp } from './features/help/index.ts';
import { createRegistrySink, createTakeIn, imageRoutes, imagesOwner } from './features/images/index.ts';
import { createInbox, inboxOwner, maxBodyBytes } from './features/inbox/index.ts';
import {
  countHealth,
  countWork,
  ingestionMetrics,
  createHealthWatch,
  createIngestion,
  ingestionOwner,
  ingestionRoutes,
  type KillPoint,
  lastSyncedAt,
} from './features/ingestion/index.ts';
import { createInsights } from './features/insights/index.ts';
import { createIntegrations } from './features/integrations/index.ts';
import { createOperations, isHeld, newestHeartbeat, recogniseInstallation } from './features/operations/index.ts';
import { announce, createOutgoingWebhooks } from './features/operations/outgoing-webhooks/index.ts';
import { createPolicy, policyOwner } from './features/policy/index.ts';
import { type Config, listensOnLoopback, publicUrlOf } from './platform/config/index.ts';
import {
  connect,
  connectionBudget,
  type Database,
  migrate,
  openReadDatabase,
  type ReadDatabase,
  readMigrations,
  type Tx,
} from './platform/database/index.ts';
import { isPlumblineError, PlumblineError } from './platform/errors/index.ts';
import { createJobs } from './platform/jobs/index.ts';
import { createOutbound, createTrust } from './platform/outbound/index.ts';
import {
  createMetrics,
  createReadiness,
  databaseAnswers,
  type Log,
  migrationsApplied,
} from './platform/telemetry/index.ts';
import { type KeySource, openVault } from './platform/vault/index.ts';
import { applyViews, leftOutOfBackups, migrationFolders, ownSchemas, retention } from './schema.ts';
import { createHttpServer, createProbeServer } from './surfaces/http/index.ts';
import { enqueueReactions, requireWired } from './reactions.ts';

export interface HubOptions {
  config: Config;
  log: Log;
  database: { connectionString: string; embedded: boolean; dataId?: string | undefined };
  /** A person said that the database is a copy of another installation's. */
  isCopy?: boolean;
  /** `web` answers people and programs, `worker` syncs; `all` does both. */
  role: 'all' | 'web' | 'worker';
  /** Folder of the built web application. */
  webRoot: string | undefined;
  version: string;
  /** The crash tests end the process at these moments of a task. */
  reached?: (point: KillPoint) => void;
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

/** Composition root: builds the floors in order and one line per room, then starts what the role asks for. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { config, log, version } = options;
  const db = connect({
    connectionString: options.database.connectionString,
    applicationName: `plumbline ${options.role}`,
    maxConnections: connectionBudget.work,
    log,
  });
  // What a start that fails later must give back: an open pool or queue would keep the process alive.
  const opened: (() => Promise<unknown>)[] = [() => db.close()];
  try {
    const migrations = await readMigrations(migrationFolders);
    await migrate(db, migrations, log, version);
    await applyViews(db, log);
    await recogniseInstallation({
      db,
      log,
      dataId: options.database.dataId,
      publicUrl: config.publicUrl?.href,
      saidToBeCopy: options.isCopy ?? false,
      endSessions: () => endAllSessions(db),
    });
    const keys = { keyFile: `${config.stateDirectory}/vault.keys`, environmentKey: config.masterKey };
    const vault = await openVault({ db, ...keys });
    const reads = await openReadDatabase({
      primary: db,
      log,
      newest: newestHeartbeat,
      applicationName: `plumbline ${options.role} reads`,
      replicaUrl: options.role === 'worker' ? undefined : config.readDatabaseUrl,
    });
    opened.push(() => reads.close());
    const reader = await prepareReader(db, { ownCluster: options.database.embedded, reads });
    const newest = Math.max(...migrations.map((migration) => migration.number));
    return await startRooms({ ...options, db, reads, vault, keys, reader, newest, version, opened });
  } catch (error) {
    for (const close of opened.toReversed()) await close().catch(() => undefined);
    throw error;
  }
}

interface Floors extends HubOptions {
  opened: (() => Promise<unknown>)[];
  db: Database;
  reads: ReadDatabase;
  vault: Awaited<ReturnType<typeof openVault>>;
  keys: KeySource;
  reader: Awaited<ReturnType<typeof prepareReader>>;
  newest: number;
}

async function startRooms(floors: Floors): Promise<Hub> {
  const { config, log, db, reads, vault, reader, version, role } = floors;
  const now = (): Date => new Date();
  const held = (): Promise<boolean> => isHeld(db);
  const databaseAddress = addressOf(floors.database.connectionString);
  // The port is known only once the server listens; rooms ask when they need it.
  let port = config.port;
  const outbound = {
    allow: config.outboundAllow,
    deny: config.outboundDeny,
    loopbackAllowed: listensOnLoopback(config.host),
    get ownPorts() {
      return [port, databaseAddress.port];
    },
    userAgent: `Plumbline/${version}`,
  };
  const metrics = createMetrics({ version, sources: metricSources(db), families: ingestionMetrics(db) });
  const trust = createTrust();
  // Reads the certificates of the system: now, while nobody waits for an answer.
  trust.context(undefined);
  const openOutbound: typeof createOutbound = (wanted) =>
    createOutbound(wanted, { trust, observe: (call) => metrics.observeOutbound(call) });

  const localToken = role === 'worker' ? undefined : await writeLocalToken(config.stateDirectory);
  const access = createAccess({ db, localToken, insecureHttp: config.insecureHttp, version });
  const integrations = createIntegrations({
    db,
    vault,
    log,
    connectors,
    // Ingestion first: once its tasks are gone no publish in progress can add rows behind the purge.
    owners: [
      { ...inboxOwner(db), leave: (id, signal) => inbox.leave(id, signal) },
      ingestionOwner(db),
      codeQualityOwner(db),
      policyOwner(db, announce),
      imagesOwner(db),
    ],
    openOutbound,
    outbound,
    network: {
      get publicUrl() {
        return publicUrlOf(config, port);
      },
      get listen() {
        return { host: config.host, port, tls: config.tls !== undefined };
      },
      database: { ...databaseAddress, embedded: floors.database.embedded },
    },
    enqueueReactions: (tx, changes) => enqueue(tx, changes),
    lastSyncedAt: (ids) => lastSyncedAt(db, ids),
    now,
  });
  const ingestion = createIngestion({
    db,
    log,
    sources: integrations.sources,
    sinks: [createSonarqubeSink(announce), createRegistrySink()],
    openOutbound,
    enqueueReactions: (tx, changes) => enqueue(tx, changes),
    now,
    random: Math.random,
    concurrency: 4,
    takeBackLeases: true,
    held,
    beforeDiscovery: (id, signal) => inbox.catchUp(id, signal),
    ...(floors.reached === undefined ? {} : { reached: floors.reached }),
  });
  const registryDeliveries = ingestion.deliveries('oci-registry');
  const inbox = createInbox({
    db,
    vault,
    log,
    connectors,
    handlers: [ingestion.deliveries('sonarqube'), registryDeliveries],
    sources: integrations.sources,
    openOutbound,
    publicUrl: () => publicUrlOf(config, port),
    held,
    refused: ({ kind, reason }) => {
      const known = connectors.some((connector) => connector.kind === kind);
      metrics.countRefusedDelivery({ kind: known ? kind : 'unknown', reason });
    },
    now,
  });
  const health = createHealthWatch({ db, standings: () => integrations.sources.standings(), announce, now });
  const policy = createPolicy({
    db,
    now,
    announce,
    enqueue: (tx, name, key) => jobs.enqueue(tx, name, key),
    takeIn: createTakeIn({
      db,
      log,
      now,
      openOutbound,
      outbound,
      sources: integrations.sources,
      connector: ociRegistry as Connector,
      async wantRepository(tx, integrationId, repository) {
        const reads = [{ slice: `repository:${repository}`, parts: ['current' as const] }];
        const parsed = { event: 'looked_at', subject: repository, reference: null, reads, facts: [] };
        await registryDeliveries.handle(tx, { integrationId, adapter: '', parsed });
      },
    }),
  });
  const insights = createInsights({ db, reads: reads.db, log, now });
  const explorer = createExplorer({ db, reader, replica: reads.replica, log, now });
  const operations = createOperations({
    db,
    log,
    vault,
    role,
    version,
    now,
    keys: floors.keys,
    connectionString: floors.database.connectionString,
    schemas: ownSchemas,
    leftOut: leftOutOfBackups,
    retention,
    stateDirectory: config.stateDirectory,
    newestMigration: floors.newest,
    publicUrl: () => config.publicUrl?.href,
    async leaveToOriginal() {
      await inbox.disown();
      await outgoing.disown();
    },
    recordForms: new Map(connectors.map(({ kind, hashVersion }) => [kind, hashVersion])),
    sources: integrations.sources,
    openOutbound,
    facts: () => ({
      settings: config.settings,
      unknownVariables: config.unknownVariables,
      publicUrl: publicUrlOf(config, port),
      publicUrlIsSet: config.publicUrl !== undefined,
      listensOnLoopback: listensOnLoopback(config.host),
      insecureHttp: config.insecureHttp,
      embeddedDatabase: floors.database.embedded,
      replica: reads.replica === undefined ? undefined : reads.state(),
    }),
  });
  const outgoing = createOutgoingWebhooks({ db, vault, log, openOutbound, outbound, now, random: Math.random, held });

  const reactions = [
    ...policy.reactions,
    ...inbox.reactions,
    ...insights.reactions,
    ...explorer.reactions,
    ...outgoing.reactions,
    ...operations.reactions,
    ...health.reactions,
    ...countingReactions(db, (tx, id) => enqueue(tx, [{ kind: 'roll_up', id }])),
  ];
  requireWired(reactions);
  const jobs = await createJobs({ connectionString: floors.database.connectionString, log, reactions });
  floors.opened.push(() => jobs.stop());
  const enqueue = (tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void> =>
    enqueueReactions(jobs, tx, changes);

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
    access,
    metrics,
    health: {
      ready: createReadiness(
        { database: databaseAnswers(db), migrations: migrationsApplied(db, floors.newest) },
        { notes: () => (reads.replica === undefined ? {} : { readReplica: reads.state().reason ?? 'ok' }) },
      ),
    },
  };
  const server =
    role === 'worker'
      ? await createProbeServer(surface)
      : await createHttpServer({
          ...surface,
          routes: [
            ...access.routes,
            ...integrations.routes,
            ...inbox.routes,
            ...ingestionRoutes(ingestion),
            ...codeQualityRoutes({ db: reads.db, now }),
            ...imageRoutes({ db }),
            ...policy.routes,
            ...insights.routes,
            ...explorer.routes,
            ...operations.routes,
            ...outgoing.routes,
            ...health.routes,
            ...createHelp({ root: fileURLToPath(new URL('..', import.meta.url)) }).routes,
          ],
          hooks: { accept: (call) => inbox.accept(call), refuse: (refusal) => inbox.refuse(refusal), maxBodyBytes },
          webRoot: floors.webRoot,
        });
  floors.opened.push(() => server.close());
  port = await (role === 'worker' ? listenForProbes(server, config) : listen(server, config.host, config.port));
  const localUrl = publicUrlOf({ ...config, publicUrl: undefined }, port);
  const url = role === 'worker' ? localUrl : publicUrlOf(config, port);
  floors.opened.push(() => operations.presence.stop());
  await operations.presence.start(url.href);
  await inbox.startWorking({ processing: role !== 'web', own: role !== 'worker' });
  if (role !== 'web') {
    await jobs.startWorking();
    integrations.startWorking();
    outgoing.startWorking();
    await ingestion.startWorking();
  }
  return {
    url,
    localUrl,
    setupLink: role === 'worker' ? undefined : await setUp(access, config, port),
    async stop() {
      await server.close();
      await inbox.stop();
      await ingestion.stop();
      await integrations.stop();
      await outgoing.stop();
      await jobs.stop();
      await operations.stop();
      await operations.presence.stop();
      await reads.close();
      await db.close();
    },
  };
}

/** Returns the port listened on. Throws `port_taken` or `config_invalid`. */
async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  await server.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, { host, port });
  });
  return (server.server.address() as AddressInfo).port;
}

const usualHealthPort = 8421;

/** Several workers on one machine need not be told ports; one that was named is taken or the start fails. */
async function listenForProbes(server: FastifyInstance, { host, healthPort }: Config): Promise<number> {
  if (healthPort !== undefined) return listen(server, host, healthPort);
  try {
    return await listen(server, host, usualHealthPort);
  } catch (error) {
    if (!isPlumblineError(error, 'port_taken')) throw error;
    return listen(server, host, 0);
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  if (error.code === 'EADDRINUSE') {
    return new PlumblineError('port_taken', {
      message: `Another program already listens on port ${port} of ${host}.`,
      remedy: `Stop it, or take another port, for example: plumbline up --port ${port + 1}`,
    });
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    const allowed = error.code === 'EACCES' ? 'This user may not listen there' : 'It is no address of this machine';
    return new PlumblineError('config_invalid', { message: `${allowed}: ${host} port ${port}.` });
  }
  return error;
}

/** The unattended administrator of the environment, else a link for a person. */
async function setUp(
  access: ReturnType<typeof createAccess>,
  config: Config,
  port: number,
): Promise<string | undefined> {
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

function metricSources(db: Database) {
  return {
    ...countWork(db),
    integrations: () => countHealth(db),
    connections: async () => ({ total: db.pool.totalCount, idle: db.pool.idleCount, waiting: db.pool.waitingCount }),
  };
}
