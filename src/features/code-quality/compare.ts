import { compareListing, isListingBelieved } from '../ingestion/index.ts';
import type { PublishContext, ScopeComparison, StreamOutcome } from '../ingestion/sink.ts';
import { compareAnalyses } from './analyses/merge-analyses.ts';
import { compareFindings, prepareComparison } from './findings/compare-findings.ts';
import { expandFindings } from './findings/staged-findings.ts';
import { branches as branchTable } from './projects/merge-projects.ts';
import { type Branch, branchesOf, completed, findProject, type Project } from './slice.ts';

/** Which projects of the server are not stored, or stored and gone. */
export async function compareProjects({
  tx,
  integrationId,
  taskId,
  outcomes,
}: PublishContext): Promise<ScopeComparison[]> {
  // The server has them and does not show them: nothing is invented, and the audit says that it could not look.
  const listing = outcomes.filter((outcome) => outcome.stream === 'projects');
  const unreadable = listing.flatMap((outcome) => outcome.unreadable ?? []);
  // What the settings leave out is neither missing nor invented.
  const outside = listing.flatMap((outcome) => (outcome.outside ?? []).map(({ key }) => key));
  const rows = await tx.query<{ source_key: string; stored: boolean; staged: boolean }>(
    `select coalesce(p.source_key, s.source_key) as source_key, p.id is not null as stored, s.source_key is not null as staged
       from (select distinct source_key from shared.staged_records where task_id = $1 and stream = 'projects') s
       full join (select * from code_quality.projects
                    where integration_id = $2 and deleted_at is null and left_scope_at is null and source_key <> all ($3::text[])) p on p.source_key = s.source_key`,
    [taskId, integrationId, [...unreadable, ...outside]],
  );
  const { retained } = await tx.one<{ retained: number }>(
    'select count(*) as retained from code_quality.projects where integration_id = $1 and deleted_at is not null',
    [integrationId],
  );
  const differences = rows
    .filter((row) => row.stored !== row.staged)
    .map((row) => ({
      stream: 'projects',
      scope: '',
      sourceKey: row.source_key,
      kind: row.stored ? ('invented' as const) : ('missing' as const),
      fields: [],
    }));
  const source = rows.filter((row) => row.staged).length;
  const stored = rows.filter((row) => row.stored).length;
  return [{ stream: 'projects', scope: '', label: 'projects', source, stored, retained, differences }];
}

/** Compares a project's branches, newest analyses, issues and hotspots with what an audit read. Changes neither. */
export async function compareProject(context: PublishContext): Promise<ScopeComparison[]> {
  const { tx, integrationId, taskId, slice } = context;
  const project = await findProject(tx, integrationId, slice);
  const branches = project === undefined ? new Map<string, Branch>() : await branchesOf(tx, project.id);
  const moved = project === undefined ? new Set<string>() : await movedSince(context, project);
  const comparisons: ScopeComparison[] =
    project === undefined ? [] : await compareSmallStreams(context, project, branches);
  const findings = project && { integrationId, projectId: project.id, projectKey: project.key, taskId };
  if (findings !== undefined) await prepareComparison(tx, findings);
  for (const stream of ['issues', 'hotspots'] as const) {
    const outcomes = completed(context).filter((outcome) => outcome.stream === stream);
    if (findings !== undefined) await expandFindings(tx, stream, findings, 'all');
    for (const outcome of outcomes) {
      const { scope } = outcome;
      const branch = branches.get(scope);
      if (project === undefined || branch === undefined) {
        comparisons.push(await unknownScope(context, outcome));
        continue;
      }
      const comparison = await compareFindings(tx, stream, { id: branch.id, projectId: project.id, scope, taskId });
      // What the server says through an independent count is the source, not the number of records read.
      const source = outcome.sourceCount ?? comparison.source;
      comparisons.push({ stream, scope, label: `${project.key} · ${branch.name}`, ...comparison, source });
    }
  }
  return comparisons.map((comparison) => ({ ...comparison, behind: isBehind(comparison, moved) }));
}

/** Of the list of branches itself: when those that moved are all that differs, and none is there too much or too little. */
function isBehind(
  { stream, scope, source, stored, differences }: ScopeComparison,
  moved: ReadonlySet<string>,
): boolean {
  if (stream !== 'branches') return moved.has(scope);
  return source === stored && differences.length > 0 && differences.every(({ sourceKey }) => moved.has(sourceKey));
}

/** Branches that were analysed after what is stored of them was read; only forward, never by what the store says alone. */
async function movedSince({ tx, taskId }: PublishContext, project: Project): Promise<Set<string>> {
  const rows = await tx.query<{ scope: string }>(
    `select b.source_key as scope
       from shared.staged_records s join code_quality.branches b on b.project_id = $2 and b.source_key = s.source_key
      where s.task_id = $1 and s.stream = 'branches' and s.record ->> 'analyzedAt' is not null
        and (b.analyzed_at is null or b.analyzed_at < (s.record ->> 'analyzedAt')::timestamptz)`,
    [taskId, project.id],
  );
  return new Set(rows.map((row) => row.scope));
}

/** Branches that were listed whole, and the newest analysis of each with its gate. */
async function compareSmallStreams(
  context: PublishContext,
  project: Project,
  branches: ReadonlyMap<string, Branch>,
): Promise<ScopeComparison[]> {
  const { tx, taskId, integrationId } = context;
  const comparisons: ScopeComparison[] = [];
  for (const outcome of completed(context)) {
    const { stream, scope } = outcome;
    const branch = branches.get(scope);
    if (stream === 'branches' && isListingBelieved(outcome, 0)) {
      const ids = [integrationId, project.id];
      const compared = await compareListing(context, outcome, { spec: branchTable, ids });
      comparisons.push({ stream, scope, label: project.key, ...compared });
    }
    if (stream === 'analyses' && branch !== undefined) {
      const compared = await compareAnalyses(tx, { taskId, stream, scope, branchId: branch.id });
      comparisons.push({ stream, scope, label: `${project.key} · ${branch.name}`, ...compared });
    }
  }
  return comparisons;
}

/** A branch the server has and the store has never seen. */
async function unknownScope({ tx, taskId, slice }: PublishContext, outcome: StreamOutcome): Promise<ScopeComparison> {
  const rows = await tx.query<{ source_key: string }>(
    'select distinct source_key from shared.staged_records where task_id = $1 and stream = $2 and scope = $3 order by 1',
    [taskId, outcome.stream, outcome.scope],
  );
  const { stream, scope } = outcome;
  const differences = rows.map((row) => ({
    stream,
    scope,
    sourceKey: row.source_key,
    kind: 'missing' as const,
    fields: [],
  }));
  const label = `${slice.replace('project:', '')} · ${scope}`;
  return { stream, scope, label, source: outcome.sourceCount ?? rows.length, stored: 0, retained: 0, differences };
}
