import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { z } from 'zod';
import type { Database, Queryable, Tx } from '../../platform/database/index.ts';
import type { Worker } from '../../connectors/work/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { type Actor, audit as auditTrail } from '../access/index.ts';
import type { Connecting } from '../integrations/index.ts';
import type { Audit, Run, RunQuery } from './contract.ts';
import { createDeliveryHandler, readSoon } from './deliveries/receive.ts';
import { find } from './lookup/find.ts';
import type { Ingestion } from './model.ts';
import type { KillPoint } from './work/own-work.ts';
import { createPostgresPort } from './work/postgres-port.ts';
import { startWork } from './work/start-work.ts';
import { startConfirmation } from './runs/confirm-absence.ts';
import { startAggregation, startAudit, startSync } from './runs/start-run.ts';
import { startScheduler, type Scheduler } from './scheduling/scheduler.ts';
import { type ScopeName, scopeNamesOf } from './scope-names.ts';
import type { PublishSummary, Sink } from './sink.ts';
import type { Sources, SourceSummary } from './source.ts';
import { streamRoles } from './stream-roles.ts';
import { listAudits, readAudit } from './store/audits.ts';
import { listSetAside, readCompleteness } from './store/completeness.ts';
import { heldAbsenceIntegration, listHeldAbsences, presentHeld } from './store/held-absences.ts';
import { placesWithWork, queuesOf, tasksUnderWay } from './store/places.ts';
import { listRuns, listTasks, readRun } from './store/run-views.ts';
import { insertRetryRun, requestCancel } from './store/runs.ts';
import { releaseLeases, releaseLeasesOfTheDead, resumeLease, whereaboutsOf } from './store/tasks.ts';

export type { PublishSummary, Sink } from './sink.ts';
export type { OpenedIntegration, Sources, SourceSummary } from './source.ts';
export type { KillPoint } from './work/own-work.ts';
export { countHealth, createHealthWatch, healthReaction, lastSyncedAt } from './health/index.ts';
export * from './merging/index.ts';
export { hostPauses } from './host-pauses.ts';
export { countWork, ingestionMetrics } from './metrics.ts';
export type { Ingestion } from './model.ts';
export { ingestionChanges } from './changes.ts';
export { ingestionData } from './integration-data.ts';
export { ingestionRoutes } from './routes.ts';

export interface IngestionOptions {
  db: Database;
  log: Log;
  sources: Sources & { find(nameOrId: string): Promise<SourceSummary> };
  /** How the outside system is asked beside what the worker reads. */
  connect: Connecting['connect'];
  sinks: readonly Sink[];
  openOutbound(options: OutboundOptions): Outbound;
  enqueueReactions(tx: Tx, changes: PublishSummary['changes']): Promise<void>;
  now(): Date;
  random(): number;
  /** Tasks carried out at once by this process. */
  concurrency: number;
  /** True in a process of its own: leases of killed processes of this machine are taken back at once. */
  takeBackLeases: boolean;
  /** How long a task waits for a holder that died; a minute when left out. */
  leaseSeconds?: number;
  /** Called before a discovery asks what there is; it may find wishes to read something. Never throws. */
  beforeDiscovery?(integrationId: number, signal: AbortSignal): Promise<void>;
  /** True while no run may start by itself. */
  held?(): Promise<boolean>;
  /** Called at named moments of a task; the crash tests end the process there. */
  reached?(point: KillPoint): void;
}

/** Held disappearances that a page shows. */
const shownHeld = 200;

/** Builds the room. Nothing runs before `startWorking`. */
export function createIngestion(options: IngestionOptions): Ingestion {
  const { db, sources } = options;
  const sinks = new Map(options.sinks.map((sink) => [sink.connector, sink]));
  let worker: Worker | undefined;
  let scheduler: Scheduler | undefined;

  const names = async (): Promise<(id: number) => string> => {
    const rows = await db.query<{ id: number; name: string }>('select id, name from shared.integrations');
    const byId = new Map(rows.map((row) => [row.id, row.name]));
    return (id) => byId.get(id) ?? `deleted integration ${id}`;
  };
  const run = async (id: number): Promise<Run> => {
    const found = await readRun(db, id, await names());
    if (found === undefined) throw new PlumblineError('run_not_found');
    return found;
  };
  const audit = async (id: number): Promise<Audit> => {
    const found = await readAudit(db, id);
    if (found === undefined) throw new PlumblineError('audit_not_found');
    return found;
  };
  /** Notes who asked for what, wakes this process's worker, and answers with the run. */
  const started = async (runId: number, actor: Actor, action: string): Promise<Run> => {
    const found = await run(runId);
    const about = { kind: 'run', id: runId, name: found.integrationName };
    await db.transaction((tx) => auditTrail(tx, actor, action, about));
    worker?.wake();
    return found;
  };

  return {
    async listRuns(query) {
      const name = await names();
      const source = query.integration === undefined ? undefined : await sources.find(query.integration);
      const filter = {
        integrationId: source?.id,
        status: query.status,
        kind: query.kind,
        from: query.from,
        to: query.to,
      };
      const window = { limit: query.pageSize, offset: (query.page - 1) * query.pageSize };
      const { runs, total } = await listRuns(db, filter, window, name);
      const planned = query.page === 1 ? await plannedRuns(db, sources, query, source?.id) : [];
      return { runs: [...planned, ...runs], total, page: query.page, pageSize: query.pageSize };
    },
    run,
    async tasks(runId, query) {
      const { integrationId } = await run(runId);
      const window = { status: query.status, limit: query.pageSize, offset: (query.page - 1) * query.pageSize };
      const names = scopeNamesOf(db, sinks.values(), integrationId);
      return { ...(await listTasks(db, runId, window, names)), page: query.page, pageSize: query.pageSize };
    },
    setAside: (runId) => listSetAside(db, runId),
    async sync(integration, { full }, actor) {
      const source = await sources.find(integration);
      return started(
        await startSync(db, source, { full, requestedBy: actor.name }),
        actor,
        full ? 'run.full_sync' : 'run.sync',
      );
    },
    async aggregate(integration, actor) {
      const source = await sources.find(integration);
      return started(await startAggregation(db, source.id, actor.name), actor, 'run.aggregate');
    },
    async cancel(runId, actor) {
      await requestCancel(db, runId);
      return started(runId, actor, 'run.cancel');
    },
    async retryFailed(runId, actor) {
      const retryId = await db.transaction((tx) => insertRetryRun(tx, runId, actor.name));
      return started(retryId, actor, 'run.retry');
    },
    async completeness(integration, page) {
      const source = await sources.find(integration);
      const window = { limit: page.pageSize, offset: (page.page - 1) * page.pageSize };
      const streams = streamRoles(sources.connector(source.kind));
      const nameScopes = scopeNamesOf(db, sinks.values(), source.id);
      return readCompleteness(db, source.id, window, { streams, nameScopes });
    },
    async startAudit(integration, actor) {
      const source = await sources.find(integration);
      const id = await db.transaction(async (tx) => {
        const started = await startAudit(tx, source, { requestedBy: actor.name, depth: 'everything' });
        await auditTrail(tx, actor, 'audit.start', { kind: 'integration', id: source.id, name: source.name });
        return started;
      });
      worker?.wake();
      return audit(id);
    },
    audit,
    async audits(integration) {
      return listAudits(db, (await sources.find(integration)).id);
    },
    async heldAbsences(integration) {
      const source = integration === undefined ? undefined : await sources.find(integration);
      const { rows, total } = await listHeldAbsences(db, source?.id, shownHeld);
      const name = await names();
      const scopes = new Map<number, ScopeName>();
      for (const [id, own] of Map.groupBy(rows, (row) => row.integration_id))
        scopes.set(id, await scopeNamesOf(db, sinks.values(), id)(own.map(({ slice }) => slice)));
      const held = rows.map((row) => {
        const scopeName = scopes.get(row.integration_id)?.(row.slice, row.scope) ?? row.scope;
        return presentHeld(row, name(row.integration_id), scopeName);
      });
      return { held, total };
    },
    async confirmAbsence(id, fingerprint, actor) {
      const held = await heldAbsenceIntegration(db, id);
      const source = await sources.find(String(held));
      const runId = await startConfirmation(db, { id, fingerprint, source, actor });
      worker?.wake();
      return run(runId);
    },
    async find(integration, text, signal) {
      return find(await sources.find(integration), text, signal, { db, sinks, connect: options.connect });
    },
    deliveries: (kind) =>
      createDeliveryHandler(kind, { sources, sink: sinks.get(kind) ?? {}, wake: () => worker?.wake() }),
    async readSoon(tx, integrationId, slice) {
      await readSoon(tx, { integrationId, sources }, [{ slice, phases: ['current'] }]);
    },
    portOf: (terms) =>
      createPostgresPort({
        ...options,
        beforeDiscovery: async () => undefined,
        sinks,
        leasesTravel: true,
        ...terms,
      }),
    placesWithWork: (places) => placesWithWork(db, places),
    underWay: (integrationIds) => tasksUnderWay(db, integrationIds),
    resumeLease: (lease, holder, leaseSeconds) => resumeLease(db, lease, { holder, leaseSeconds }),
    whereaboutsOf: (taskId) => whereaboutsOf(db, taskId),
    releaseLeases: (holder, but) => releaseLeases(db, holder, but),
    queues: (places) => queuesOf(db, places),
    async startWorking() {
      const machine = `${hostname()}#`;
      const holder = `${machine}${process.pid}#${randomUUID().slice(0, 8)}`;
      if (options.takeBackLeases) await releaseLeasesOfTheDead(db, machine);
      worker = startWork({ ...options, sinks, holder });
      scheduler = startScheduler({
        db,
        sources,
        log: options.log,
        random: options.random,
        onDue: () => worker?.wake(),
        ...(options.held === undefined ? {} : { held: options.held }),
      });
    },
    async stop() {
      await scheduler?.stop();
      await worker?.stop();
    },
  };
}

/** The next planned run of each integration, as a row without an id. */
async function plannedRuns(
  db: Queryable,
  sources: Sources,
  query: z.infer<typeof RunQuery>,
  integrationId: number | undefined,
): Promise<Run[]> {
  if (query.status !== undefined && !query.status.includes('scheduled')) return [];
  if (query.kind !== undefined && !query.kind.includes('incremental_sync')) return [];
  const active = await sources.active();
  const rows = await db.query<{ integration_id: number; next_run_at: Date }>(
    'select integration_id, next_run_at from ingestion.schedules where $1::bigint is null or integration_id = $1 order by next_run_at',
    [integrationId ?? null],
  );
  return rows.flatMap((row) => {
    const source = active.find((candidate) => candidate.id === row.integration_id);
    return source === undefined ? [] : [plannedRun(source, row.next_run_at)];
  });
}

function plannedRun(source: SourceSummary, at: Date): Run {
  return {
    id: null,
    integrationId: source.id,
    integrationName: source.name,
    kind: 'incremental_sync',
    status: 'scheduled',
    requestedBy: 'schedule',
    scanFrom: null,
    scanTo: null,
    aggregationStatus: null,
    startedAt: at.toISOString(),
    finishedAt: null,
    durationMs: null,
    retries: 0,
    httpRequests: 0,
    httpRetries: 0,
    completeness: null,
    rowsChanged: 0,
    rowsGone: 0,
    rowsHeld: 0,
    error: null,
    progress: null,
  };
}
