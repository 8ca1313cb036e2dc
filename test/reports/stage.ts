import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sample } from '../../lab/simulators/bitbucket-server/testing.ts';
import type { AnalysisRecord, HotspotRecord, IssueRecord } from '../../src/connectors/sonarqube/records.ts';
import type { PullRequestDetail, PullRequestList, ReportSummary } from '../../src/features/reports/contract.ts';
import { reportReactions } from '../../src/features/reports/reactions.ts';
import type { Binding } from '../../src/features/repositories/contract.ts';
import type { Run } from '../../src/features/ingestion/contract.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { analysis, branch, issue, metric, sonarqubeStage } from '../support/sonarqube-stage.ts';

/** What SonarQube says of a pull request. */
export interface Analysed {
  project?: string;
  /** Its number. */
  pullRequest: string;
  revision: string | null;
  at: string;
  /** Branch that the scanner was told it goes to; left out: nothing says so. */
  target?: string;
  gate?: AnalysisRecord['gateStatus'];
  conditions?: readonly NonNullable<AnalysisRecord['conditions']>[number][];
  issues?: readonly (Partial<IssueRecord> & { key: string })[];
  hotspots?: readonly HotspotRecord[];
  /** False: the issues of the analysis were not read to the end. */
  read?: boolean;
}

/** A hub that writes reports on simulated servers; what SonarQube says is stored without being read. */
export interface ReportStage {
  db: Database;
  hub: Hub;
  /** Integration of SonarQube, in which nothing is read. */
  sonarqube: number;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Connects a server and returns its integration. */
  connect(name: string, url: string, token: string): Promise<number>;
  /** Reads everything of an integration. */
  sync(integration: number): Promise<Run['status']>;
  /** A SonarQube project, and its row. */
  project(key: string, name?: string): Promise<number>;
  bind(wanted: object): Promise<Binding>;
  /** Stores an analysis and tells whoever reacts. */
  analyse(wanted: Analysed): Promise<void>;
  /** The reports of the head of a pull request, when nobody works on any report any more. */
  reports(number: number, place?: string): Promise<ReportSummary[]>;
  detail(number: number, place?: string): Promise<PullRequestDetail>;
  /** Resolves when no report is due and none is held. */
  settled(): Promise<void>;
  /** What must be retried later is due now. */
  hurry(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startReportStage(given?: TestDatabase): Promise<ReportStage> {
  const database = given ?? (await cloneDatabase());
  const { db } = database;
  const home = await mkdtemp(join(tmpdir(), 'plumbline-reports-'));
  const start = (): Promise<Hub> =>
    startHub({
      config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
      log: silentLog,
      database: { connectionString: database.connectionString, embedded: false },
      role: 'all',
      webRoot: undefined,
      version: '0.0.0-test',
      leaseSeconds: 5,
    });
  let hub = await start();
  let token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const { id: sonarqube } = await db.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings, state)
     values ('sonarqube', 'sonarqube', '{"url": "https://sonar.example.com/sonar"}', 'paused') returning id`,
  );
  const records = sonarqubeStage(db);
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(new URL(path, hub.url), init);
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };

  const ended = async (id: number): Promise<Run> => {
    for (;;) {
      const run = await api<Run>('GET', `/api/v1/runs/${id}`);
      if (!['pending', 'running'].includes(run.status)) return run;
      await delay(50);
    }
  };

  const settled = async (): Promise<void> => {
    // The time of the test is the limit; what it waited for is said long before.
    for (let tries = 1; ; tries += 1) {
      const { left } = await db.one<{ left: object | null }>(
        `select nullif(jsonb_strip_nulls(jsonb_build_object(
                  'reports', (select jsonb_agg(jsonb_build_object('commit', commit, 'state', state, 'due', due_at, 'lease', lease_until))
                                from reports.reports where due_at <= now() or lease_until > now()),
                  'jobs', (select jsonb_agg(jsonb_build_object('name', name, 'state', state, 'retries', retry_count, 'after', start_after, 'output', output))
                             from jobs.job where name like 'reports.%' and name <> 'reports.reconcile' and state < 'completed'))), '{}') as left`,
      );
      if (left === null) return;
      if (tries % 300 === 0) process.stderr.write(`reports are still being worked on: ${JSON.stringify(left)}\n`);
      await delay(50);
    }
  };

  const rowOf = async (number: number, place?: string): Promise<number> => {
    const search = place === undefined ? '' : `&search=${encodeURIComponent(place)}`;
    const { pullRequests } = await api<PullRequestList>('GET', `/api/v1/pull-requests?page=1${search}`);
    const found = pullRequests.find((one) => one.number === number);
    if (found === undefined) throw new Error(`pull request ${number} is not listed`);
    return found.id;
  };
  const detail = async (number: number, place?: string): Promise<PullRequestDetail> => {
    await settled();
    return api('GET', `/api/v1/pull-requests/${await rowOf(number, place)}`);
  };

  return {
    db,
    get hub() {
      return hub;
    },
    sonarqube,
    api,
    settled,
    detail,
    async connect(name, url, secret) {
      const { integration } = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
        name,
        kind: 'bitbucket-server',
        settings: { url },
        secrets: { token: secret },
        syncIntervalSeconds: 86_400,
      });
      return integration.id;
    },
    async sync(integration) {
      for (;;) {
        const asked = Date.now();
        const run = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full: false });
        const { status } = await ended(run.id as number);
        // One that was under way may have asked before what the test did last.
        if (run.startedAt === null || Date.parse(run.startedAt) >= asked) return status;
      }
    },
    async project(key, name = key) {
      const { id } = await db.one<{ id: number }>(
        `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
         values ($1, $2, $3, 'TRK', gen_random_uuid()) returning id`,
        [sonarqube, key, name],
      );
      const options = { project: key, integrationId: sonarqube };
      await records.publish([{ stream: 'metrics', records: metrics }], { ...options, phase: 'discovery' });
      await records.publish([{ stream: 'branches', records: [branch()] }], options);
      return id;
    },
    bind: async (wanted) => (await api<{ binding: Binding }>('POST', '/api/v1/bindings', wanted)).binding,
    async analyse(wanted) {
      const key = wanted.project ?? 'ledger';
      await store({ db, records, sonarqube }, key, wanted);
      const row = await db.one<{ id: number }>(
        'select id from code_quality.projects where integration_id = $1 and source_key = $2',
        [sonarqube, key],
      );
      await tellOfProject(db, row.id);
    },
    reports: async (number, place) => (await detail(number, place)).pullRequest.reports,
    async hurry() {
      await db.execute("update reports.reports set due_at = now() where state = 'failed' or beside_errors <> '[]'");
      await settled();
    },
    async restart() {
      await settled();
      await hub.stop();
      hub = await start();
      token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
    },
    async close() {
      await hub.stop();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const metrics = [
  metric('new_coverage', { name: 'Coverage on new code', type: 'PERCENT' }),
  metric('new_violations', { name: 'New issues' }),
  metric('new_security_rating', { name: 'Security rating on new code', type: 'RATING' }),
];

/** As a publish of the project tells it. */
export async function tellOfProject(db: Database, id: number): Promise<void> {
  const reaction = reportReactions(db).find(({ name }) => name === 'reports.project');
  await reaction?.handle(String(id), new AbortController().signal);
}

interface Store {
  db: Database;
  records: ReturnType<typeof sonarqubeStage>;
  sonarqube: number;
}

async function store({ db, records, sonarqube }: Store, key: string, wanted: Analysed): Promise<void> {
  const {
    pullRequest,
    revision,
    at,
    target,
    gate = 'OK',
    conditions,
    issues = [],
    hotspots = [],
    read = true,
  } = wanted;
  const scope = `pull_request:${pullRequest}`;
  const gateStatus = gate ?? 'NONE';
  const options = { project: key, integrationId: sonarqube };
  const found = issues.map((one) => issue({ component: `${key}:src/a.ts`, path: 'src/a.ts', ...one }));
  const branches = await db.query<{ name: string; at: Date; status: string; target: string | null }>(
    `select b.name, b.target, b.analyzed_at as at, b.gate_status as status from code_quality.branches b join code_quality.projects p on p.id = b.project_id
      where p.integration_id = $1 and p.source_key = $2 and b.kind = 'pull_request' and b.name <> $3`,
    [sonarqube, key, pullRequest],
  );
  const others = branches.map((one) =>
    pullRequestBranch(one.name, { at: one.at.toISOString(), gateStatus: one.status, target: one.target }),
  );
  const newest = pullRequestBranch(pullRequest, { at, gateStatus, target: target ?? null });
  await records.publish(
    [
      { stream: 'branches', records: [branch(), ...others, newest] },
      {
        stream: 'analyses',
        scope,
        records: [
          analysis({
            key: `at:${at}`,
            analyzedAt: at,
            revision,
            gateStatus: gate,
            ...(conditions === undefined ? {} : { conditions: [...conditions] }),
          }),
        ],
      },
      ...(read ? [{ stream: 'issues' as const, scope, records: found }] : []),
      ...(read ? [{ stream: 'hotspots' as const, scope, records: hotspots }] : []),
    ],
    options,
  );
  if (read) await noteRead({ db, sonarqube }, { slice: `project:${key}`, scope, at });
}

const pullRequestBranch = (
  name: string,
  { at, gateStatus, target }: { at: string; gateStatus: string; target: string | null },
) =>
  branch({
    key: `pull_request:${name}`,
    kind: 'pull_request',
    name,
    isMain: false,
    analyzedAt: at,
    gateStatus: gateStatus as 'OK',
    target,
  });

/** What a task keeps of a reading that was proven to be whole. */
export async function noteRead(
  { db, sonarqube }: Pick<Store, 'db' | 'sonarqube'>,
  { slice, scope, at }: { slice: string; scope: string; at: string },
): Promise<void> {
  const { id: run } = await db.one<{ id: number }>(
    `insert into ingestion.runs (integration_id, kind, status, requested_by) values ($1, 'incremental_sync', 'success', 'test') returning id`,
    [sonarqube],
  );
  const { id: task } = await db.one<{ id: number }>(
    `insert into ingestion.tasks (run_id, integration_id, phase, slice, state, host_key, priority) values ($1, $2, 'current', $3, 'success', 'test', 3) returning id`,
    [run, sonarqube, slice],
  );
  await db.execute(
    `insert into ingestion.completeness (task_id, integration_id, slice, scope, stream, outcome, stored_count, method, proof)
     values ($1, $2, $3, $4, 'hotspots', 'complete', 0, 'test', 'key_set')`,
    [task, sonarqube, slice, scope],
  );
  // Last: whoever looks meanwhile waits for it.
  await db.execute(
    `insert into ingestion.bookmarks (integration_id, slice, stream, scope, value, hash_version)
     values ($1, $2, 'issues', $3, jsonb_build_object('analyzedAt', $4::text), 1)
     on conflict (integration_id, slice, stream, scope) do update set value = excluded.value`,
    [sonarqube, slice, scope, at],
  );
}

/** Calls that no sync makes: one may go on meanwhile, lists pull requests and looks for the file of code owners. */
export function callsBesideSyncs({ bitbucket }: Pick<Sample, 'bitbucket'>): string[] {
  const ofSync = /\/(?:repos|pull-requests|browse)$/;
  return bitbucket.journal.entries
    .filter(({ path }) => !ofSync.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** Calls of reports that the server got, in order, by method and what they are about. */
export function reportCalls({ bitbucket }: Pick<Sample, 'bitbucket'>): string[] {
  return bitbucket.journal.entries
    .filter(({ path }) => path.includes('/reports/'))
    .map(({ method, path }) => `${method} ${path.endsWith('/annotations') ? 'annotations' : 'report'}`);
}
