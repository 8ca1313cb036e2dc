import type { Queryable } from '../../../platform/database/index.ts';
import type { ChangeFigures, GateAnswer, NamedCondition, NewFinding } from '../model.ts';
import type { BoundProject, ChangeSource, SourceAnswer, WantedPullRequest } from './source.ts';
import { type FindingRow, newFinding } from './new-finding.ts';
import { inRepository, placesOf } from './paths.ts';

/** Pull requests that SonarQube itself analyses as such: Developer Edition and above. */
export const pullRequestAnalyses: ChangeSource = { name: 'pull request analysis', answer };

async function answer(
  db: Queryable,
  project: BoundProject,
  pullRequest: WantedPullRequest,
): Promise<SourceAnswer | null> {
  const scope = await findScope(db, project, pullRequest.number);
  if (scope === undefined) return null;
  const analysis = await newestAnalysis(db, scope.branchId);
  if (analysis === undefined) return { kind: 'missing', reason: 'not_analysed' };
  if (!isReadOf(scope, analysis.analyzedAt)) return { kind: 'missing', reason: 'not_read' };
  if (analysis.revision === null) return { kind: 'missing', reason: 'commit_unknown' };
  const places = await placesOf(db, project);
  const read = await openFindings(db, scope.branchId);
  const { findings, outside } = inRepository(read, places);
  const hotspotsRead = scope.hotspots === 'complete';
  return {
    kind: 'analysed',
    change: {
      projectKey: project.projectKey,
      projectName: project.projectName,
      pullRequest: pullRequest.number,
      revision: analysis.revision,
      analyzedAt: analysis.analyzedAt,
      gate: await gateOf(db, analysis),
      figures: figuresOf(await newMeasures(db, scope.branchId), findings, hotspotsRead),
      findings,
    },
    target: scope.target,
    notes: [
      ...(hotspotsRead ? [] : ['Security hotspots could not be read: none of them is shown.']),
      ...(outside === 0 ? [] : [outsideWords(outside, project.prefix)]),
    ],
    title: 'SonarQube',
    reporter: 'SonarQube',
    page: { projectKey: project.projectKey, pullRequest: pullRequest.number },
  };
}

const outsideWords = (count: number, prefix: string): string =>
  `${count} ${count === 1 ? 'finding' : 'findings'} outside ${prefix} ${count === 1 ? 'is' : 'are'} left out.`;

interface ScopeRow {
  branchId: number;
  analyzedAt: Date | null;
  target: string | null;
  /** The analysis whose issues are proven to be stored. */
  issuesOf: Date | null;
  hotspots: string | null;
  beingPublished: boolean;
}

function findScope(db: Queryable, { projectId }: BoundProject, number: string): Promise<ScopeRow | undefined> {
  return db.maybeOne<ScopeRow>(
    `select b.id as "branchId", b.analyzed_at as "analyzedAt", b.target, r.issues_of as "issuesOf", r.hotspots,
            p.publishing_since is not null as "beingPublished"
       from shared.branches b join shared.projects p on p.id = b.project_id join shared.branch_readings r on r.branch_id = b.id
      where b.project_id = $1 and b.kind = 'pull_request' and b.name = $2 and b.deleted_at is null
      order by b.id desc limit 1`,
    [projectId, number],
  );
}

/** All issues of the newest analysis are stored: a report must not leave out what nobody has read. */
function isReadOf({ issuesOf, analyzedAt, beingPublished }: ScopeRow, newest: Date): boolean {
  if (beingPublished || issuesOf?.getTime() !== newest.getTime()) return false;
  return analyzedAt === null || analyzedAt.getTime() === newest.getTime();
}

interface AnalysisRow {
  id: number;
  revision: string | null;
  analyzedAt: Date;
  gateStatus: GateAnswer['status'];
  evaluated: boolean | null;
}

function newestAnalysis(db: Queryable, branchId: number): Promise<AnalysisRow | undefined> {
  return db.maybeOne<AnalysisRow>(
    `select id, revision, analyzed_at as "analyzedAt", gate_status as "gateStatus", gate_evaluated as evaluated
       from shared.analyses where branch_id = $1 and counts order by analyzed_at desc, id desc limit 1`,
    [branchId],
  );
}

async function gateOf(db: Queryable, { id, gateStatus, evaluated }: AnalysisRow): Promise<GateAnswer> {
  const rows = await db.query<Omit<NamedCondition, 'unit'> & { type: string }>(
    `select metric, name, metric_type as type, operator, threshold, actual_value as "actualValue", status
       from shared.gate_conditions where analysis_id = $1 order by id`,
    [id],
  );
  return {
    status: gateStatus,
    evaluated,
    conditions: rows.map(({ type, ...condition }) => ({ ...condition, unit: unitOf(type) })),
  };
}

const unitOf = (type: string): NamedCondition['unit'] =>
  type === 'PERCENT' ? 'percent' : type === 'RATING' ? 'rating' : 'number';

async function openFindings(db: Queryable, branchId: number): Promise<NewFinding[]> {
  const rows = await db.query<FindingRow>(
    `select f.source_key as key, f.kind, path.path, f.line, f.message, f.standard_class as "standardClass", f.standard_level as "standardLevel",
            f.raw_level as "rawLevel", f.impact_security as security, f.impact_reliability as reliability,
            f.impact_maintainability as maintainability, coalesce(mode.mode, 'mqr') = 'mqr' as "byImpact"
       from shared.findings f
       left join shared.paths path on path.id = f.path_id
       left join shared.current_modes mode on mode.integration_id = f.integration_id
      where f.branch_id = $1 and f.state = 'open' and f.deleted_at is null
      order by f.source_key`,
    [branchId],
  );
  return rows.map(newFinding);
}

async function newMeasures(db: Queryable, branchId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ metric: string; value: number }>(
    `select metric, numeric_value as value from shared.current_measures
      where branch_id = $1 and numeric_value is not null
        and metric in ('new_accepted_issues', 'new_security_hotspots', 'new_coverage', 'new_duplicated_lines_density')`,
    [branchId],
  );
  return new Map(rows.map(({ metric, value }) => [metric, value]));
}

/** Issues and hotspots are counted where they are shown, so that figures and annotations say the same. */
function figuresOf(
  measures: ReadonlyMap<string, number>,
  findings: readonly NewFinding[],
  hotspotsRead: boolean,
): ChangeFigures {
  const count = (kind: NewFinding['kind']): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    newIssues: count('issue'),
    acceptedIssues: measures.get('new_accepted_issues') ?? null,
    hotspots: hotspotsRead ? count('hotspot') : (measures.get('new_security_hotspots') ?? null),
    coverage: measures.get('new_coverage') ?? null,
    duplication: measures.get('new_duplicated_lines_density') ?? null,
  };
}
