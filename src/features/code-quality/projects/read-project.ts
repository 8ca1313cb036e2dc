import { conditionsInForce, conditionVerdict, type DefinedCondition } from '../../../domain/gate.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Analysis, Branch, GateCondition, Measure, Project, StreamCompleteness } from '../contract.ts';
import { readReading } from '../findings/reading.ts';
import type { BranchKind } from '../slice.ts';
import { projectLink } from './links.ts';
import { projectsWithMain, readProjectRows } from './list-projects.ts';

const shownPullRequests = 200;
const shownAnalyses = 20;

interface Head {
  key: string;
  integration_id: number;
  base_url: string | null;
  organization: string | null;
  visibility: string | null;
  tags: string[];
  tags_unread_since: Date | null;
  revision: string | null;
  reliable_from: Date;
  main_id: number | null;
  quality_gate: string | null;
  newest_id: number | null;
  ignored_conditions: boolean | null;
  warnings: string[] | null;
  read_at: Date | null;
}

/** One project as its page shows it. Throws `not_found`. */
export async function readProject(db: Queryable, id: number): Promise<Project> {
  const [row] = await readProjectRows(db, [id]);
  if (row === undefined) throw new PlumblineError('not_found', { message: 'There is no such project.' });
  const head = await db.one<Head>(
    `select p.source_key as key, p.integration_id, i.public_url as base_url, p.organization, p.visibility, p.tags, p.tags_unread_since, p.revision,
            p.reliable_from, main.id as main_id, main.quality_gate, newest.id as newest_id, newest.ignored_conditions, newest.warnings,
            slice.current_published_at as read_at
       from ${projectsWithMain} where p.id = $1`,
    [id],
  );
  const branches = await readBranches(db, id, head);
  return {
    ...row,
    organization: head.organization,
    visibility: head.visibility,
    tags: head.tags,
    tagsUnreadSince: head.tags_unread_since?.toISOString() ?? null,
    revision: head.revision,
    link: projectLink(head.base_url, head.key),
    reliableFrom: head.reliable_from.toISOString(),
    gateName: head.quality_gate,
    ignoredConditions: head.ignored_conditions,
    conditions: row.gate?.evaluated === null || head.newest_id === null ? null : await readConditions(db, head),
    warnings: head.warnings ?? [],
    measures: head.main_id === null ? [] : await readMeasures(db, head.main_id),
    branches: branches.filter((branch) => branch.kind === 'branch'),
    pullRequests: branches.filter((branch) => branch.kind !== 'branch').slice(0, shownPullRequests),
    analyses: await readAnalyses(db, id),
    completeness: await readCompleteness(db, head.integration_id, head.key, branches),
    readAt: head.read_at?.toISOString() ?? null,
  };
}

interface ConditionRow {
  metric: string;
  operator: 'GT' | 'LT';
  threshold: string | null;
  actualValue: string | null;
  status: GateCondition['status'];
}

const verdictOrder: readonly GateCondition['verdict'][] = ['failed', 'warning', 'passed', 'ignored', 'not_evaluated'];

/** Every condition of the gate in force, whether or not the newest analysis looked at it. */
async function readConditions(db: Queryable, head: Head): Promise<GateCondition[] | null> {
  const evaluated = await db.query<ConditionRow>(
    `select m.source_key as metric, c.operator, c.threshold, c.actual_value as "actualValue", c.status
       from code_quality.gate_conditions c join code_quality.metrics m on m.id = c.metric_id
      where c.analysis_id = $1`,
    [head.newest_id],
  );
  const inForce = conditionsInForce(await readDefinition(db, head), evaluated);
  if (inForce === null) return null;
  const metrics = await db.query<{ key: string; name: string; type: string | null }>(
    `select source_key as key, name, nullif(type, 'unknown') as type from code_quality.metrics where integration_id = $1 and source_key = any ($2)`,
    [head.integration_id, inForce.map(({ metric }) => metric)],
  );
  const named = new Map(metrics.map((metric) => [metric.key, metric]));
  return inForce
    .map((one): GateCondition => {
      const { metric, operator, threshold, actualValue: actual, status } = one;
      const { name = metric, type = null } = named.get(metric) ?? {};
      return { metric, name, type, operator, threshold, actual, status, verdict: conditionVerdict(one) };
    })
    .sort(
      (a, b) => verdictOrder.indexOf(a.verdict) - verdictOrder.indexOf(b.verdict) || (a.metric < b.metric ? -1 : 1),
    );
}

/** Null where the gate is not known, or its name stands for several (Cloud: one per organization). */
async function readDefinition(db: Queryable, head: Head): Promise<DefinedCondition[] | null> {
  const rows = await db.query<{ conditions: DefinedCondition[] }>(
    'select conditions from code_quality.quality_gates where integration_id = $1 and name = $2 and deleted_at is null limit 2 /* any: whether there is one alone */',
    [head.integration_id, head.quality_gate],
  );
  return rows.length === 1 ? (rows[0]?.conditions ?? null) : null;
}

type MeasureRow = Omit<Measure, 'period'> & {
  period_mode: string | null;
  period_parameter: string | null;
  period_at: Date | null;
};

async function readMeasures(db: Queryable, branchId: number): Promise<Measure[]> {
  const rows = await db.query<MeasureRow>(
    `select m.source_key as metric, m.name, nullif(m.type, 'unknown') as type, m.domain, m.direction, v.value, v.numeric_value as number,
            v.is_new_code as "isNewCode", v.best_value as "bestValue", v.period_mode, v.period_parameter, v.period_at
       from code_quality.measures v join code_quality.metrics m on m.id = v.metric_id
      where v.branch_id = $1 and v.measured_at is null order by m.source_key`,
    [branchId],
  );
  return rows.map(({ period_mode: mode, period_parameter: parameter, period_at: at, ...rest }) => ({
    ...rest,
    period:
      mode === null && parameter === null && at === null ? null : { mode, parameter, at: at?.toISOString() ?? null },
  }));
}

interface BranchRow {
  id: number;
  source_key: string;
  kind: BranchKind;
  name: string;
  is_main: boolean;
  gate_status: 'OK' | 'ERROR' | 'WARN' | 'NONE';
  gate_evaluated: boolean | null;
  analyzed_at: Date | null;
  open_issues: number;
  open_vulnerabilities: number;
  title: string | null;
  source_branch: string | null;
  target: string | null;
  url: string | null;
}

/** Branches and pull requests the server lists; counts are null before the findings were read. */
async function readBranches(db: Queryable, projectId: number, head: Head): Promise<Branch[]> {
  const reading = await readReading(db, projectId);
  const rows = await db.query<BranchRow>(
    `select b.id, b.source_key, b.kind, b.name, b.is_main, b.gate_status, newest.gate_evaluated, b.analyzed_at, b.title, b.source_branch, b.target, b.url,
            coalesce(f.issues, 0) as open_issues, coalesce(f.vulnerabilities, 0) as open_vulnerabilities
       from code_quality.branches b
       left join lateral (select a.gate_evaluated from code_quality.analyses a where a.branch_id = b.id and a.deleted_at is null
                           order by a.analyzed_at desc, a.id desc limit 1) newest on true
       left join (select branch_id, count(*) filter (where kind = 'issue') as issues, count(*) filter (where ${reading.class} = 'vulnerability') as vulnerabilities
                    from code_quality.findings where project_id = $1 and state = 'open' and deleted_at is null group by 1) f on f.branch_id = b.id
      where b.project_id = $1 and b.deleted_at is null
      order by b.is_main desc, b.kind, case when b.kind <> 'branch' then b.analyzed_at end desc nulls last, b.name`,
    [projectId],
  );
  return rows.map((row) => toBranch(row, head));
}

function toBranch(row: BranchRow, head: Head): Branch {
  const isRead = head.read_at !== null && row.analyzed_at !== null;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    isMain: row.is_main,
    gate: { status: row.gate_status, evaluated: row.gate_evaluated },
    analyzedAt: row.analyzed_at?.toISOString() ?? null,
    openIssues: isRead ? row.open_issues : null,
    openVulnerabilities: isRead ? row.open_vulnerabilities : null,
    title: row.title,
    sourceBranch: row.source_branch,
    target: row.target,
    url: row.url,
    link: projectLink(head.base_url, head.key, {
      kind: row.kind,
      scope: row.source_key,
      name: row.name,
      isMain: row.is_main,
    }),
  };
}

interface AnalysisRow {
  id: number;
  branch: string;
  analyzed_at: Date;
  revision: string | null;
  project_version: string | null;
  gate_status: 'OK' | 'ERROR' | 'WARN' | 'NONE' | null;
  gate_evaluated: boolean | null;
}

const analysisColumns = `a.id, b.name as branch, a.analyzed_at, a.revision, a.project_version, a.gate_status, a.gate_evaluated
       from code_quality.analyses a join code_quality.branches b on b.id = a.branch_id`;

async function readAnalyses(db: Queryable, projectId: number): Promise<Analysis[]> {
  const rows = await db.query<AnalysisRow>(
    `select ${analysisColumns} where a.project_id = $1 and a.deleted_at is null order by a.analyzed_at desc, a.id desc limit ${shownAnalyses}`,
    [projectId],
  );
  return rows.map(toAnalysis);
}

/** Analyses of one branch in a range of days, oldest first. */
export async function readAnalysesOfBranch(
  db: Queryable,
  branchId: number,
  range: { from: string; to: string },
): Promise<Analysis[]> {
  const rows = await db.query<AnalysisRow>(
    `select ${analysisColumns}
      where a.branch_id = $1 and a.deleted_at is null and a.analyzed_at >= $2::date and a.analyzed_at < $3::date + 1 order by a.analyzed_at, a.id`,
    [branchId, range.from, range.to],
  );
  return rows.map(toAnalysis);
}

function toAnalysis(row: AnalysisRow): Analysis {
  return {
    id: row.id,
    branch: row.branch,
    analyzedAt: row.analyzed_at.toISOString(),
    revision: row.revision,
    projectVersion: row.project_version,
    gate: row.gate_status === null ? null : { status: row.gate_status, evaluated: row.gate_evaluated },
  };
}

/** The newest completeness of each stream and branch of the project. */
async function readCompleteness(
  db: Queryable,
  integrationId: number,
  projectKey: string,
  branches: readonly Branch[],
): Promise<StreamCompleteness[]> {
  const rows = await db.query<Omit<StreamCompleteness, 'measuredAt'> & { measured_at: Date }>(
    `select newest.stream, b.name as branch, newest.outcome, newest.source_count as source, newest.stored_count as stored, newest.proof,
            newest.method, newest.measured_at
       from (select distinct on (c.stream, c.scope) c.* from shared.proofs c
              where c.integration_id = $1 and c.slice = 'project:' || $2 order by c.stream, c.scope, c.id desc) newest
       left join code_quality.projects p on p.integration_id = $1 and p.source_key = $2
       left join code_quality.branches b on b.project_id = p.id and b.source_key = newest.scope
      where newest.scope = '' or b.id = any ($3)
      order by newest.scope = '' desc, b.is_main desc, b.name, newest.stream`,
    [integrationId, projectKey, branches.map((branch) => branch.id)],
  );
  return rows.map(({ measured_at, ...row }) => ({ ...row, measuredAt: measured_at.toISOString() }));
}
