import { afterAll, beforeAll } from 'vitest';
import {
  AnalysisRecord,
  BranchRecord,
  HotspotRecord,
  hashVersion,
  IssueRecord,
  MeasureHistoryRecord,
  MeasureRecord,
  MetricRecord,
  ProjectRecord,
  ProjectTagsRecord,
  QualityGateRecord,
  RuleRecord,
  ServerRecord,
} from '../../src/connectors/sonarqube/records.ts';
import { createSonarqubeSink } from '../../src/features/code-quality/index.ts';
import { recordHash } from '../../src/features/ingestion/receiving/record-hash.ts';
import type {
  PublishContext,
  PublishedPart,
  PublishSummary,
  ScopeComparison,
  StageForm,
  StoredThing,
  StreamOutcome,
} from '../../src/features/ingestion/sink.ts';
import {
  appendToStage,
  blockOf,
  clearTaskStage,
  jsonForm,
  type StagedRecord,
} from '../../src/features/ingestion/store/stage.ts';
import { keepHeldAbsences, readHeldAbsences } from '../../src/features/ingestion/store/held-absences.ts';
import type { Database, Tx } from '../../src/platform/database/index.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

const shapes = {
  server: ServerRecord,
  projects: ProjectRecord,
  project_tags: ProjectTagsRecord,
  metrics: MetricRecord,
  quality_gates: QualityGateRecord,
  branches: BranchRecord,
  analyses: AnalysisRecord,
  analysis_history: AnalysisRecord,
  measures: MeasureRecord,
  measure_history: MeasureHistoryRecord,
  issues: IssueRecord,
  hotspots: HotspotRecord,
  rules: RuleRecord,
};
export type StreamName = keyof typeof shapes;

export const mainBranch = 'branch:main-id';

/** One listing of one stream of one scope. */
export interface Listing {
  stream: StreamName;
  scope?: string;
  records: readonly object[];
  outcome?: Partial<Omit<StreamOutcome, 'stream' | 'scope'>>;
}

export interface PublishOptions {
  project?: string;
  phase?: PublishContext['phase'];
  integrationId?: number;
  now?: Date;
  /** Records set aside, by `<stream> <scope>`. */
  setAside?: ReadonlyMap<string, number>;
  trustHashes?: boolean;
}

export interface SonarqubeStage {
  /** Publishes listings the way a task does. */
  publish(listings: readonly Listing[], options?: PublishOptions): Promise<PublishSummary>;
  /**
   * Merges parts of `atOnce` findings before the publish, as a very large change does; with `killedAfter` parts the
   * rest, and what is staged, is lost. Returns the parts and, when not killed, the publish.
   */
  publishInParts(
    listings: readonly Listing[],
    options: PublishOptions & { atOnce: number; killedAfter?: number },
  ): Promise<{ parts: PublishedPart[]; summary: PublishSummary | undefined }>;
  /** Compares listings with the store, as an audit does. */
  compare(listings: readonly Listing[], options?: PublishOptions): Promise<ScopeComparison[]>;
  /** What `Find` finds in the store. */
  locate(text: string): Promise<StoredThing[]>;
  /** Rows written by the newest publish, per table of the room but the stage; tables without writes are left out. */
  writes(): Record<string, number>;
  /** The project and its main branch. */
  setUp(options?: PublishOptions): Promise<void>;
}

/**
 * One database for the tests of a file, emptied for each: cloning one per test takes longer than the test. Returns
 * what a test calls first; the project and its main branch are there then.
 */
export function sharedStore(): () => Promise<{ db: Database; stage: SonarqubeStage }> {
  let clone: TestDatabase;
  beforeAll(async () => {
    clone = await cloneDatabase();
  });
  afterAll(() => clone.drop());
  return async () => {
    const { db } = clone;
    await db.execute(
      `truncate code_quality.projects, code_quality.project_daily, code_quality.findings, code_quality.metrics, code_quality.quality_gates, code_quality.rules, code_quality.authors,
                code_quality.tags, code_quality.daily_changes, code_quality.changed_projects, code_quality.counting_modes, ingestion.held_absences, ingestion.runs restart identity cascade;
       delete from code_quality.severity_mapping where raw_level = 'unknown'`,
    );
    const stage = sonarqubeStage(db);
    await stage.setUp();
    return { db, stage };
  };
}

export const defaultProject = 'shop';
const firstIntegration = 1;

/** Stages records and has the sink publish them, each publish with a task of its own. */
export function sonarqubeStage(db: Database, announce?: Parameters<typeof createSonarqubeSink>[0]): SonarqubeStage {
  const sink = createSonarqubeSink(announce);
  let taskId = 0;
  let written: Record<string, number> = {};

  const inTask = <T>(
    listings: readonly Listing[],
    options: PublishOptions,
    work: (context: PublishContext) => Promise<T>,
  ): Promise<T> => {
    taskId += 1;
    const task = taskId;
    return db.transaction(async (tx) => {
      let seq = 1;
      for (const listing of listings) {
        const { stream, scope = defaultScope(stream) } = listing;
        const form = sink.forms?.[stream] ?? jsonForm;
        const records = listing.records.map((record) => stagedRecord(stream, record, form));
        const block = blockOf({ taskId: task, stream, scope, form }, seq, records);
        await appendToStage(tx, [block]);
        seq += block.records;
      }
      const { now } = await tx.one<{ now: Date }>('select now() as now');
      const before = await writesOf(tx);
      const integrationId = options.integrationId ?? firstIntegration;
      const slice = options.phase === 'discovery' ? 'discovery' : `project:${options.project ?? defaultProject}`;
      const result = await work({
        tx,
        integrationId,
        runId: task,
        taskId: task,
        phase: options.phase ?? 'current',
        slice,
        outcomes: listings.map(outcomeOf),
        now: options.now ?? now,
        heldAbsences: await readHeldAbsences(tx, { integrationId, slice }),
        setAside: options.setAside ?? new Map(),
        trustHashes: options.trustHashes ?? true,
      });
      await clearTaskStage(tx, task);
      written = difference(before, await writesOf(tx));
      return result;
    });
  };

  const stage: SonarqubeStage = {
    publish: (listings, options = {}) =>
      inTask(listings, options, async (context) => {
        const summary = await sink.publish(context);
        await keepHeldAbsences(context.tx, context, summary.streams);
        return summary;
      }),
    publishInParts: (listings, options) =>
      inTask(listings, options, async (context) => {
        const chunked = createSonarqubeSink(undefined, { atOnce: options.atOnce });
        const parts: PublishedPart[] = [];
        while (parts.length < (options.killedAfter ?? Number.POSITIVE_INFINITY)) {
          const part = await chunked.publishPart?.(context, parts.at(-1)?.last ?? '');
          if (part === undefined) return { parts, summary: await chunked.publish(context) };
          parts.push(part);
        }
        return { parts, summary: undefined };
      }),
    compare: (listings, options = {}) => inTask(listings, options, (context) => sink.compare(context)),
    locate: (text) => db.transaction((tx) => sink.locate(tx, firstIntegration, text)),
    writes: () => written,
    async setUp(options = {}) {
      const key = options.project ?? defaultProject;
      await stage.publish([{ stream: 'projects', records: [project({ key, name: key })] }], {
        ...options,
        phase: 'discovery',
      });
      await stage.publish([{ stream: 'branches', records: [branch()] }], options);
    },
  };
  return stage;
}

/** Counted by the connection itself, so that no other one and no delay of the statistics can blur it. */
async function writesOf(tx: Tx): Promise<Record<string, number>> {
  const rows = await tx.query<{ relname: string; writes: number }>(
    `select relname, n_tup_ins + n_tup_upd + n_tup_del as writes from pg_stat_xact_user_tables
      where schemaname = 'code_quality' and relname <> 'staged_findings' and n_tup_ins + n_tup_upd + n_tup_del > 0 order by relname`,
  );
  return Object.fromEntries(rows.map((row) => [row.relname, row.writes]));
}

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const more = Object.entries(after).map(([table, writes]): [string, number] => [table, writes - (before[table] ?? 0)]);
  return Object.fromEntries(more.filter(([, writes]) => writes > 0));
}

function stagedRecord(stream: StreamName, record: object, form: StageForm): StagedRecord {
  const parsed = shapes[stream].parse(record) as Record<string, unknown>;
  const text = JSON.stringify(parsed);
  const { metric, at } = parsed;
  const sourceKey = stream === 'measures' ? metric : stream === 'measure_history' ? `${metric} ${at}` : parsed['key'];
  return {
    sourceKey: String(sourceKey),
    rowHash: recordHash(hashVersion, text),
    cells: form.cells(parsed as never, text),
  };
}

const sliceStreams: readonly StreamName[] = ['server', 'projects', 'metrics', 'quality_gates', 'branches', 'rules'];
const defaultScope = (stream: StreamName): string => (sliceStreams.includes(stream) ? '' : mainBranch);

function outcomeOf(listing: Listing): StreamOutcome {
  const partial = ['analyses', 'analysis_history', 'measure_history', 'rules'].includes(listing.stream);
  return {
    stream: listing.stream,
    scope: listing.scope ?? defaultScope(listing.stream),
    outcome: 'complete',
    sourceCount: listing.records.length,
    method: 'test',
    proof: 'key_set',
    sourceMoved: false,
    absenceTrusted: !partial,
    ...listing.outcome,
  };
}

const first = '2026-01-10T08:00:00.000Z';

export const project = (over: Partial<ProjectRecord> = {}): ProjectRecord => ({
  key: defaultProject,
  name: 'Shop',
  uuid: null,
  organization: null,
  qualifier: 'TRK',
  visibility: 'private',
  lastAnalysisAt: first,
  revision: null,
  ...over,
});

export const branch = (over: Partial<BranchRecord> = {}): BranchRecord => ({
  key: mainBranch,
  kind: 'branch',
  name: 'main',
  isMain: true,
  excludedFromPurge: true,
  analyzedAt: first,
  gateStatus: 'OK',
  qualityGate: 'Sonar way',
  title: null,
  sourceBranch: null,
  base: null,
  target: null,
  url: null,
  isOrphan: null,
  ...over,
});

/** An open CRITICAL vulnerability of the standard scale. */
export const issue = (over: Partial<IssueRecord> & { key: string }): IssueRecord => ({
  rule: 'javascript:S1',
  type: 'VULNERABILITY',
  severity: 'CRITICAL',
  status: 'OPEN',
  issueStatus: 'OPEN',
  resolution: null,
  impacts: { security: null, reliability: null, maintainability: null },
  cleanCodeAttribute: null,
  cleanCodeAttributeCategory: null,
  component: `${defaultProject}:src/a.js`,
  path: 'src/a.js',
  line: 3,
  textRange: { startLine: 3, endLine: 3, startOffset: 0, endOffset: 9 },
  message: 'Do not do this.',
  effort: '5min',
  debt: '5min',
  assignee: null,
  author: 'ada@example.com',
  tags: [],
  createdAt: first,
  updatedAt: first,
  closedAt: null,
  scope: 'MAIN',
  externalRuleEngine: null,
  hash: null,
  ...over,
});

export const fixed = (at: string): Partial<IssueRecord> => ({
  status: 'CLOSED',
  issueStatus: 'FIXED',
  resolution: 'FIXED',
  closedAt: at,
  updatedAt: at,
  line: null,
});

export const accepted = (at: string): Partial<IssueRecord> => ({
  status: 'RESOLVED',
  issueStatus: 'ACCEPTED',
  resolution: 'WONTFIX',
  updatedAt: at,
});

export const hotspot = (over: Partial<HotspotRecord> & { key: string }): HotspotRecord => ({
  rule: 'javascript:S2',
  securityCategory: 'rce',
  vulnerabilityProbability: 'MEDIUM',
  status: 'TO_REVIEW',
  resolution: null,
  component: `${defaultProject}:src/b.js`,
  path: 'src/b.js',
  line: 6,
  textRange: { startLine: 6, endLine: 6, startOffset: 0, endOffset: 4 },
  message: 'Look at this.',
  assignee: null,
  author: 'ada@example.com',
  createdAt: first,
  updatedAt: first,
  ...over,
});

export const analysis = (over: Partial<AnalysisRecord> & { key: string }): AnalysisRecord => ({
  analyzedAt: first,
  revision: null,
  projectVersion: '1',
  buildString: null,
  detectedCi: null,
  gateStatus: 'OK',
  ignoredConditions: false,
  conditions: [{ metric: 'new_violations', operator: 'GT', threshold: '0', actualValue: '0', status: 'OK' }],
  warnings: [],
  ...over,
});

export const measure = (metric: string, value: string, over: Partial<MeasureRecord> = {}): MeasureRecord => ({
  metric,
  value,
  isNewCode: false,
  bestValue: null,
  periodMode: null,
  periodParameter: null,
  periodAt: null,
  ...over,
});

export const metric = (key: string, over: Partial<MetricRecord> = {}): MetricRecord => ({
  key,
  sourceId: null,
  name: key,
  description: null,
  type: 'INT',
  domain: null,
  direction: -1,
  qualitative: true,
  hidden: false,
  ...over,
});

export const rule = (over: Partial<RuleRecord> & { key: string }): RuleRecord => ({
  name: 'A rule',
  repository: over.key.split(':')[0] as string,
  language: 'js',
  type: 'VULNERABILITY',
  severity: 'MAJOR',
  status: 'READY',
  cwe: [],
  tags: [],
  isExternal: false,
  owasp: [],
  sections: [],
  ...over,
});

/** Everything of the room a reader sees, without ids, runs and times of writing. */
export async function findingContents(db: Database): Promise<unknown> {
  const findings = await db.query(
    `select f.source_key, b.source_key as branch, r.source_key as rule, r.name, p.path, a.name as author, f.line, f.state, f.counted_state, f.period_from,
            f.period_to, f.deleted_at is null as alive, f.row_hash, (select array_agg(t.name order by t.name) from code_quality.tags t where t.id = any (f.tag_ids)) as tags,
            (select array_agg(concat_ws(' ', e.from_at, e.to_at, e.state, e.ended_by) order by e.from_at) from code_quality.finding_past_periods e where e.finding_id = f.id) as past
       from code_quality.findings f join code_quality.branches b on b.id = f.branch_id
       left join code_quality.rules r on r.id = f.rule_id left join code_quality.paths p on p.id = f.path_id
       left join code_quality.authors a on a.id = f.author_id order by 1`,
  );
  const daily = await db.query('select * from code_quality.project_daily order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10');
  const projects = await db.query('select source_key, publishing_since from code_quality.projects');
  return { findings, daily, projects };
}
