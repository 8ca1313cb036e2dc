import { fileURLToPath } from 'node:url';
import { connectors } from '../connectors/index.ts';
import { type Access, createAccess } from '../features/access/index.ts';
import {
  codeQualityChanges,
  codeQualityData,
  codeQualityRoutes,
  countingReaction,
  countingReactions,
  createSonarqubeSink,
  keepProject,
} from '../features/code-quality/index.ts';
import {
  deploymentChanges,
  deploymentRoutes,
  deploymentsData,
  deriveAgainReaction,
  harnessSink,
} from '../features/deployments/index.ts';
import { createExplorer } from '../features/explorer/index.ts';
import { createHelp } from '../features/help/index.ts';
import {
  createReadOnDemand,
  createRegistrySink,
  imageChanges,
  imageRoutes,
  imagesData,
} from '../features/images/index.ts';
import { createInbox, followMain, forgetCompanionPlace, inboxData, maxBodyBytes } from '../features/inbox/index.ts';
import {
  createHealthWatch,
  createIngestion,
  healthReaction,
  hostPauses,
  ingestionChanges,
  ingestionData,
  ingestionRoutes,
  type KillPoint,
  lastSyncedAt,
} from '../features/ingestion/index.ts';
import { consumeReaction, createInsights, followReaction, forgetSaved } from '../features/insights/index.ts';
import { createIntegrations } from '../features/integrations/index.ts';
import { createOperations, installationId, isHeld, type Operations } from '../features/operations/index.ts';
import { announce, createOutgoingWebhooks } from '../features/operations/outgoing-webhooks/index.ts';
import { createOverview } from '../features/overview/index.ts';
import { createPolicy, policyAsksFor, policyChanges, policyData, policyReactsTo } from '../features/policy/index.ts';
import {
  belongingsChanged,
  createTeams,
  teamChanges,
  heldByNode,
  teamScope,
  teamsData,
  teamsReactTo,
} from '../features/teams/index.ts';
import { createRunning, runningData, runningReactsTo } from '../features/running/index.ts';
import { createTrace, traceAsksFor, traceChanges, traceData, traceReactsTo } from '../features/trace/index.ts';
import { createSatellites, satellitesData } from '../features/satellites/index.ts';
import { createReports, reportChanges, reportsData, reportsReactTo } from '../features/reports/index.ts';
import {
  bitbucketSink,
  createRepositories,
  forgetPerson,
  repositoriesData,
  repositoryChanges,
} from '../features/repositories/index.ts';
import { listensOnLoopback, publicUrlOf } from '../platform/config/index.ts';
import type { Database, Tx } from '../platform/database/index.ts';
import type { HttpServerOptions } from '../surfaces/http/index.ts';
import { leftOutOfBackups, ownSchemas, retention } from '../schema.ts';
import type { FloorOptions, Floors } from './floors.ts';
import type { Outside } from './outside.ts';
import type { Change } from './reactions.ts';
import type { Role, Room } from './room.ts';

export interface RoomOptions extends FloorOptions {
  floors: Floors;
  outside: Outside;
  /** What the server listens on; rooms ask when they need it. */
  port(): number;
  databaseAddress: { host: string; port: number };
  localToken: string | undefined;
  /** Asks for what other rooms do about changes, in their transaction. */
  tell(tx: Tx, changes: readonly Change[]): Promise<void>;
  /** Asks for one reaction. */
  ask(tx: Tx, reaction: string, key: string): Promise<void>;
  /** The crash tests end the process at these moments of a task. */
  reached?: (point: KillPoint) => void;
  /** How long a task waits for a holder that died. */
  leaseSeconds?: number;
}

/** The rooms of a hub, in the order in which they start. */
export interface Rooms {
  all: readonly Room[];
  access: Access;
  presence: Operations['presence'];
  hooks: NonNullable<HttpServerOptions['hooks']>;
  satellites: NonNullable<HttpServerOptions['satellites']>;
}

/** Builds every room; nothing runs yet. A room that needs what comes later is given a function that finds it then. */
export function buildRooms(options: RoomOptions): Rooms {
  const { config, log, role, version, floors, outside, port, databaseAddress, tell } = options;
  const { db, reads, vault, reader } = floors;
  const { openOutbound, outbound, metrics } = outside;
  const now = (): Date => new Date();
  const held = (): Promise<boolean> => isHeld(db);
  const publicUrl = (): URL => publicUrlOf(config, port());
  const common = { db, log, now, held };
  const repositories = createRepositories({
    ...common,
    vault,
    tell,
    keepProject,
    connect: (id, signal, use) => integrations.connect(id, signal, use),
    connectAs: (id, secrets, signal, use) => integrations.connectAs(id, secrets, signal, use),
    kinds: {
      code: connectors.filter(({ codeImport }) => codeImport !== undefined).map(({ kind }) => kind),
      projects: connectors.filter(({ projectCreation }) => projectCreation !== undefined).map(({ kind }) => kind),
    },
    ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
  });
  const storing: readonly Room[] = [
    // What stores the records of connectors: one line per room.
    codeQualityRoom({ db, reads: reads.db, now, tell }),
    {
      name: 'images',
      routes: imageRoutes({ db, heldBy: heldByNode }),
      changes: imageChanges,
      sinks: [createRegistrySink()],
      data: imagesData(db),
    },
    {
      name: 'repositories',
      routes: repositories.routes,
      changes: repositoryChanges,
      sinks: [bitbucketSink],
      data: repositoriesData(db),
      start: (as) => (as === 'web' ? undefined : repositories.startWorking()),
      stop: () => repositories.stop(),
    },
    {
      name: 'deployments',
      routes: deploymentRoutes({ db, now, heldBy: heldByNode, tell }),
      changes: deploymentChanges,
      sinks: [harnessSink],
      reactions: [deriveAgainReaction(db, log, tell)],
      data: deploymentsData(db),
    },
  ];
  const ownData = {
    inbox: { ...inboxData(db), leave: (id: number, signal: AbortSignal) => inbox.leave(id, signal) },
    // Once its tasks are gone no publish in progress can add rows behind the purge of the others.
    ingestion: ingestionData(db),
    policy: policyData(db, announce),
    reports: reportsData(db),
    teams: teamsData(db),
    satellites: satellitesData(db),
  };
  const linksData = traceData(db);
  const verdictsData = runningData(db);

  const access = createAccess({
    db,
    localToken: options.localToken,
    insecureHttp: config.insecureHttp,
    version,
    teams: teamScope,
    async forgetUser(tx, userId) {
      await forgetPerson(tx, userId);
      await forgetSaved(tx, userId);
    },
    vault,
    publicUrl,
    connectTo: (address, signal, use) => integrations.connectTo(address, signal, use),
  });
  const integrations = createIntegrations({
    ...common,
    openOutbound,
    pauses: hostPauses(db),
    vault,
    connectors,
    // Links go when what says them is gone.
    data: [...Object.values(ownData), ...storing.flatMap(({ data }) => data ?? []), linksData, verdictsData],
    outbound,
    network: {
      get publicUrl() {
        return publicUrl();
      },
      get listen() {
        return { host: config.host, port: port(), tls: config.tls !== undefined };
      },
      database: { ...databaseAddress, embedded: options.database.embedded },
    },
    enqueueReactions: tell,
    lastSyncedAt: (ids) => lastSyncedAt(db, ids),
    checkElsewhere: (id, asked) => satellites.checkElsewhere(id, asked),
  });
  const { sources, connect, connectOnce, connectTo } = integrations;
  const ingestion = createIngestion({
    ...common,
    openOutbound,
    sources,
    connect,
    sinks: storing.flatMap(({ sinks }) => sinks ?? []),
    enqueueReactions: tell,
    random: Math.random,
    concurrency: 4,
    takeBackLeases: true,
    beforeDiscovery: (id, signal) => inbox.catchUp(id, signal),
    ...(options.reached === undefined ? {} : { reached: options.reached }),
    ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
  });
  const satellites = createSatellites({
    ...common,
    version,
    publicUrl,
    tenant: () => installationId(db),
    far: () => sources.far(),
    work: ingestion,
  });
  const sending = connectors.filter(({ webhooks = [] }) => webhooks.length > 0);
  const handlers = sending.map(({ kind }) => ingestion.deliveries(kind));
  const inbox = createInbox({
    ...common,
    vault,
    connectors,
    handlers,
    sources,
    connect,
    publicUrl,
    refused: ({ kind, reason }) => {
      const known = connectors.some((connector) => connector.kind === kind);
      metrics.countRefusedDelivery({ kind: known ? kind : 'unknown', reason });
    },
  });
  const health = createHealthWatch({
    db,
    standings: () => sources.standings(),
    offline: (ids) => satellites.offline(ids),
    announce,
    now,
  });
  const policy = createPolicy({
    db,
    now,
    heldBy: heldByNode,
    announce,
    tell,
    enqueue: options.ask,
    readOnDemand: createReadOnDemand({
      db,
      connect,
      connectOnce,
      wantRepository: (tx, id, repository) => ingestion.readSoon(tx, id, `repository:${repository}`),
    }),
  });
  const reports = createReports({
    ...common,
    announce,
    webhooks: { follow: followMain, forget: forgetCompanionPlace },
    tell,
    connect,
    wantRepository: (tx, id, repository) => ingestion.readSoon(tx, id, `repository:${repository}`),
    ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
  });
  const teams = createTeams({ db, tell });
  const trace = createTrace({ db, now, tell, enqueue: options.ask });
  const running = createRunning({ db });
  const insights = createInsights({ db, reads: reads.db, log, now });
  const overview = createOverview({ db, reads: reads.db, now, heldBy: heldByNode, health: () => health.list() });
  const explorer = createExplorer({ db, reader, replica: reads.replica, log, now });
  const outgoing = createOutgoingWebhooks({ ...common, vault, connectTo, random: Math.random });
  const operations = createOperations({
    ...common,
    vault,
    role,
    version,
    keys: floors.keys,
    connectionString: options.database.connectionString,
    schemas: ownSchemas,
    leftOut: leftOutOfBackups,
    retention,
    stateDirectory: config.stateDirectory,
    migrations: floors.migrations,
    publicUrl: () => config.publicUrl?.href,
    async leaveToOriginal() {
      await inbox.disown();
      await outgoing.disown();
    },
    recordForms: new Map(connectors.map(({ kind, hashVersion }) => [kind, hashVersion])),
    connect,
    facts: () => ({
      settings: config.settings,
      unknownVariables: config.unknownVariables,
      publicUrl: publicUrl(),
      publicUrlIsSet: config.publicUrl !== undefined,
      listensOnLoopback: listensOnLoopback(config.host),
      insecureHttp: config.insecureHttp,
      embeddedDatabase: options.database.embedded,
      replica: reads.replica === undefined ? undefined : reads.state(),
    }),
  });

  const unlessWeb = (work: () => void | Promise<void>) => (as: Role) => (as === 'web' ? undefined : work());
  const all: Room[] = [
    { name: 'access', routes: access.routes },
    {
      name: 'inbox',
      routes: inbox.routes,
      reactions: inbox.reactions,
      data: ownData.inbox,
      start: (as) => inbox.startWorking({ processing: as !== 'web', own: as !== 'worker' }),
      stop: () => inbox.stop(),
    },
    {
      name: 'integrations',
      routes: integrations.routes,
      changes: ['integration'],
      start: unlessWeb(() => integrations.startWorking()),
      stop: () => integrations.stop(),
    },
    { name: 'satellites', routes: satellites.routes, data: ownData.satellites },
    ...storing,
    {
      name: 'policy',
      routes: policy.routes,
      changes: policyChanges,
      reactsTo: policyReactsTo,
      asksFor: policyAsksFor,
      reactions: policy.reactions,
      data: ownData.policy,
    },
    {
      name: 'reports',
      routes: reports.routes,
      changes: reportChanges,
      reactsTo: reportsReactTo,
      reactions: reports.reactions,
      data: ownData.reports,
      start: unlessWeb(() => reports.startWorking()),
      stop: () => reports.stop(),
    },
    {
      name: 'teams',
      routes: teams.routes,
      changes: teamChanges,
      reactsTo: teamsReactTo,
      reactions: teams.reactions,
      data: ownData.teams,
    },
    {
      name: 'trace',
      routes: trace.routes,
      changes: traceChanges,
      reactsTo: traceReactsTo,
      asksFor: traceAsksFor,
      reactions: trace.reactions,
      data: linksData,
      start: unlessWeb(() => trace.startWorking()),
    },
    {
      name: 'running',
      routes: running.routes,
      reactsTo: runningReactsTo,
      reactions: running.reactions,
      data: verdictsData,
      start: unlessWeb(() => running.startWorking()),
    },
    {
      name: 'insights',
      routes: insights.routes,
      reactsTo: {
        roll_up: { name: consumeReaction, key: 'organization' },
        [belongingsChanged]: { name: followReaction, key: 'nodes' },
      },
      reactions: insights.reactions,
    },
    { name: 'overview', routes: overview.routes },
    { name: 'explorer', routes: explorer.routes, reactions: explorer.reactions },
    { name: 'help', routes: createHelp({ root: fileURLToPath(new URL('../..', import.meta.url)) }).routes },
    {
      name: 'outgoing-webhooks',
      routes: outgoing.routes,
      reactions: outgoing.reactions,
      start: unlessWeb(() => outgoing.startWorking()),
      stop: () => outgoing.stop(),
    },
    { name: 'operations', routes: operations.routes, reactions: operations.reactions, stop: () => operations.stop() },
    {
      name: 'ingestion',
      routes: [...ingestionRoutes(ingestion), ...health.routes],
      changes: ingestionChanges,
      reactsTo: { run_ended: healthReaction, integration: healthReaction },
      reactions: health.reactions,
      handlers,
      data: ownData.ingestion,
      start: unlessWeb(() => ingestion.startWorking()),
      stop: () => ingestion.stop(),
    },
  ];
  const hooks: Rooms['hooks'] = {
    accept: (call) => inbox.accept(call),
    refuse: (refusal) => inbox.refuse(refusal),
    maxBodyBytes,
  };
  return { all, access, presence: operations.presence, hooks, satellites: satellites.door };
}

function codeQualityRoom({
  db,
  reads,
  now,
  tell,
}: Pick<RoomOptions, 'tell'> & { db: Database; reads: Database; now: () => Date }): Room {
  return {
    name: 'code-quality',
    routes: codeQualityRoutes({ db: reads, now, heldBy: heldByNode }),
    changes: codeQualityChanges,
    reactsTo: { integration: countingReaction },
    reactions: countingReactions(db, (tx, id) => tell(tx, [{ kind: 'roll_up', id }])),
    sinks: [createSonarqubeSink(announce)],
    data: codeQualityData(db),
  };
}
