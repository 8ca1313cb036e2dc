import type { Queryable } from '../../../platform/database/index.ts';
import type { Analysis, Condition } from '../model.ts';

type AnalysisRow = Omit<
  Analysis,
  'repository' | 'directory' | 'conditions' | 'analyzedAt' | 'changedAt' | 'projectDeletedAt'
> & {
  projectDeletedAt: Date | null;
  analyzedAt: Date;
  changedAt: Date;
};

/**
 * Analyses of commits, and of commits that begin with a prefix, of the integrations that take part: of each project,
 * branch and commit the one whose word is the newest. Without their conditions.
 */
export async function readAnalyses(
  db: Queryable,
  wanted: { commits: readonly string[]; prefixes: readonly string[]; excludedIntegrations: readonly number[] },
): Promise<AnalysisRow[]> {
  const columns = `a.id, a.integration_id as "integrationId", i.name as "integrationName", a.project_id as "projectId",
    p.source_key as "projectKey", p.name as "projectName", p.deleted_at as "projectDeletedAt", a.scope, a.branch, a.is_main as "isMain", a.revision,
    a.analyzed_at as "analyzedAt", a.changed_at as "changedAt", a.gate_status as "gateStatus",
    a.gate_evaluated as "gateEvaluated", a.ignored_conditions as "ignoredConditions"`;
  const rest = `
      join shared.projects p on p.id = a.project_id
      join shared.integrations i on i.id = a.integration_id and i.state <> 'deleting' and i.id <> all ($2::bigint[])
     where a.counts
     order by a.branch_id, a.revision, greatest(a.analyzed_at, a.changed_at) desc, a.id desc`;
  const exact = `select distinct on (a.branch_id, a.revision) ${columns}
      from unnest($1::text[]) as wanted (revision) join shared.analyses a on a.revision = wanted.revision ${rest}`;
  // A prefix of hexadecimal digits: "g" comes after the last of them.
  const beginning = `select distinct on (a.branch_id, a.revision) ${columns}
      from unnest($1::text[]) as wanted (prefix)
      join shared.analyses a on a.revision ~>=~ wanted.prefix and a.revision ~<~ (wanted.prefix || 'g') ${rest}`;
  const { commits, prefixes, excludedIntegrations } = wanted;
  const found = commits.length === 0 ? [] : await db.query<AnalysisRow>(exact, [commits, excludedIntegrations]);
  if (prefixes.length === 0) return found;
  const more = await db.query<AnalysisRow>(beginning, [prefixes, excludedIntegrations]);
  return [...new Map([...found, ...more].map((row) => [row.id, row])).values()];
}

/** Conditions of analyses, in the order of their metrics. */
export async function readConditions(db: Queryable, analysisIds: readonly number[]): Promise<Map<number, Condition[]>> {
  if (analysisIds.length === 0) return new Map();
  const rows = await db.query<Condition & { analysisId: number }>(
    `select analysis_id as "analysisId", metric, name, operator, threshold, actual_value as "actualValue", status
       from shared.gate_conditions where analysis_id = any ($1) order by analysis_id, metric, id`,
    [analysisIds],
  );
  const grouped = Map.groupBy(rows, (row) => row.analysisId);
  const withoutId = ({ metric, name, operator, threshold, actualValue, status }: Condition): Condition => ({
    metric,
    name,
    operator,
    threshold,
    actualValue,
    status,
  });
  return new Map([...grouped].map(([id, conditions]) => [id, conditions.map(withoutId)]));
}

/** Commits of analyses. */
export async function revisionsOf(db: Queryable, analysisIds: readonly number[]): Promise<string[]> {
  const rows = await db.query<{ revision: string }>(
    'select distinct revision from shared.analyses where id = any ($1) and revision is not null order by 1',
    [analysisIds],
    'revisions of analyses',
  );
  return rows.map(({ revision }) => revision);
}

/** Images that anything says were built from a commit analysed in this project, and those judged by it, ascending. */
export async function imagesOfProject(db: Queryable, projectId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `${claiming('select distinct revision from shared.analyses where project_id = $1 and revision is not null')}
      union
     select r.image_id from policy.result_projects p join policy.results r on r.id = p.result_id and r.valid_to is null
      where p.project_id = $1
      order by id`,
    [projectId],
  );
  return rows.map((row) => row.id);
}

/** The same of projects by key, which may be of several integrations. */
export async function imagesOfProjectKeys(
  db: Queryable,
  projects: readonly { projectKey: string; integrationId: number | null }[],
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `${claiming(`
       select distinct a.revision from jsonb_to_recordset($1::jsonb) as wanted ("projectKey" text, "integrationId" bigint)
         join shared.projects p on p.source_key = wanted."projectKey" and (wanted."integrationId" is null or p.integration_id = wanted."integrationId")
         join shared.analyses a on a.project_id = p.id and a.revision is not null`)}
      order by id`,
    [JSON.stringify(projects)],
  );
  return rows.map((row) => row.id);
}

/** Images with a claim, also a hint, that names one of the revisions or its beginning. */
const claiming = (revisions: string): string => `
  with revisions as (${revisions})
  select c.image_id as id from revisions r join shared.image_commits c on c.commit = r.revision
   union
  select c.image_id from shared.image_commits c
   where length(c.commit) < 40
     and exists (select from revisions r where r.revision ~>=~ c.commit and r.revision ~<~ (c.commit || 'g'))`;
