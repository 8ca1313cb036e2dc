import type { z } from 'zod';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import type { GateFilter, ProjectList, ProjectQuery, ProjectRow, ProjectSort } from '../contract.ts';

export const pageSize = 50;

type Filter = Omit<z.output<typeof ProjectQuery>, 'page' | 'format' | 'node'> & {
  /** These alone. */
  ids?: readonly number[] | undefined;
};

/** `main` is a pointer: of two rows that claim it, the one the server lists counts. */
const mainBranch = `
  left join lateral (
       select b.* from code_quality.branches b where b.project_id = p.id and b.is_main order by b.deleted_at nulls first, b.id desc limit 1) main on true`;

const newestAnalysis = `
  left join lateral (
       select a.gate_evaluated, a.ignored_conditions, a.warnings, a.id from code_quality.analyses a
        where a.branch_id = main.id and a.deleted_at is null order by a.analyzed_at desc, a.id desc limit 1) newest on true`;

const slice = `
  left join shared.slices slice on slice.integration_id = p.integration_id and slice.slice = 'project:' || p.source_key`;

/** A project with its integration, its main branch, that branch's newest analysis and how far it was read. */
export const projectsWithMain = `
  code_quality.projects p
  left join shared.integrations i on i.id = p.integration_id ${mainBranch} ${newestAnalysis} ${slice}`;

/** Only what the conditions and the order look at: the list is sorted over all projects, but shows 50. */
export function joinedFor(expressions: string): string {
  const looksAt = (alias: string): boolean => expressions.includes(`${alias}.`);
  const needsNewest = looksAt('newest');
  return [
    'code_quality.projects p',
    needsNewest || looksAt('main') ? mainBranch : '',
    needsNewest ? newestAnalysis : '',
    looksAt('slice') ? slice : '',
  ].join('');
}

/** Current value of a metric of the main branch. */
const measure = (metric: string): string => `(
  select v.numeric_value from code_quality.metrics m
    join code_quality.measures v on v.metric_id = m.id and v.branch_id = main.id and v.measured_at is null
   where m.integration_id = p.integration_id and m.source_key = '${metric}')`;

/** From the daily roll-up, which equals a plain count; null before the findings were read for the first time. */
const openVulnerabilities = `(
  case when slice.current_published_at is not null then (
    select coalesce(sum(d.opened - d.closed), 0)::bigint from code_quality.project_daily d
     where d.project_id = coalesce(p.duplicate_of, p.id) and d.counting = 'server' and d.branch_class = 'main' and d.part = 'all' and d.class = 'vulnerability' and d.state = 'open') end)`;

const quality = {
  security: ['software_quality_security_issues', 'vulnerabilities'],
  reliability: ['software_quality_reliability_issues', 'bugs'],
  maintainability: ['software_quality_maintainability_issues', 'code_smells'],
} as const;

/** How the server of a project counts; null before it was asked. */
const mode = '(select m.mode from code_quality.current_modes m where m.integration_id = p.integration_id)';

const issues = (name: keyof typeof quality): string => {
  const [byImpact, byType] = [measure(quality[name][0]), measure(quality[name][1])];
  return `case ${mode} when 'standard' then coalesce(${byType}, ${byImpact}) else coalesce(${byImpact}, ${byType}) end`;
};

const sortExpressions: Record<ProjectSort, string> = {
  name: 'lower(p.name)',
  key: 'p.source_key',
  gate: "array_position(array['ERROR', 'WARN', 'OK', 'NONE'], main.gate_status)",
  coverage: measure('coverage'),
  duplication: measure('duplicated_lines_density'),
  security: issues('security'),
  reliability: issues('reliability'),
  maintainability: issues('maintainability'),
  vulnerabilities: openVulnerabilities,
  lastAnalysis: 'p.last_analysis_at',
};

export const gateConditions: Record<GateFilter, string> = {
  passed: "main.gate_status = 'OK' and newest.gate_evaluated is not false",
  failed: "main.gate_status in ('ERROR', 'WARN')",
  not_evaluated: "main.gate_status = 'OK' and newest.gate_evaluated is false",
  none: "coalesce(main.gate_status, 'NONE') = 'NONE'",
};

const standing: Record<Filter['deleted'], string> = {
  without: 'p.deleted_at is null and p.left_scope_at is null',
  only: 'p.deleted_at is not null',
  outside: 'p.deleted_at is null and p.left_scope_at is not null',
};

/** Filter conditions over `projectsWithMain`; $1 search pattern, $2 integrations, $3 ids. */
export function whereOf(filter: Filter): { sql: string; values: unknown[] } {
  const gates = (filter.gate ?? []).map((name) => `(${gateConditions[name]})`);
  const pattern = containing(filter.search);
  const sql = [
    standing[filter.deleted],
    // Of one integration every row is its own; over all of them a project counts once.
    '($2::bigint[] is not null or p.duplicate_of is null)',
    '($1::text is null or p.name ilike $1 or p.source_key ilike $1)',
    '($2::bigint[] is null or p.integration_id = any ($2))',
    '($3::bigint[] is null or p.id = any ($3))',
    ...(gates.length === 0 ? [] : [`(${gates.join(' or ')})`]),
  ].join(' and ');
  return { sql, values: [pattern, filter.integration ?? null, filter.ids ?? null] };
}

/** One page of projects; the numbers are those of the main branch. */
export async function listProjects(db: Queryable, filter: Filter, page: number): Promise<ProjectList> {
  const where = whereOf(filter);
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ${joinedFor(where.sql)} where ${where.sql}`,
    where.values,
  );
  const ids = await sortedIds(db, filter, { limit: pageSize, offset: (page - 1) * pageSize });
  return { projects: await readProjectRows(db, ids), total, page, pageSize };
}

/** Every project under the filter in batches, for a file. */
export async function* everyProject(db: Queryable, filter: Filter): AsyncGenerator<ProjectRow> {
  const ids = await sortedIds(db, filter, { limit: 1_000_000, offset: 0 });
  const batch = 500;
  for (let start = 0; start < ids.length; start += batch)
    yield* await readProjectRows(db, ids.slice(start, start + batch));
}

/** Sorting reads only what it sorts by: the other columns are read for the rows of the page alone. */
async function sortedIds(db: Queryable, filter: Filter, window: { limit: number; offset: number }): Promise<number[]> {
  const where = whereOf(filter);
  const sort = sortExpressions[filter.sort];
  const rows = await db.query<{ id: number }>(
    `select p.id from ${joinedFor(`${where.sql} ${sort}`)} where ${where.sql}
      order by ${sort} ${filter.direction} nulls last, p.id limit $4 offset $5`,
    [...where.values, window.limit, window.offset],
  );
  return rows.map((row) => row.id);
}

interface Row {
  id: number;
  key: string;
  name: string;
  integration_id: number;
  integration_name: string | null;
  mode: 'mqr' | 'standard' | null;
  gate_status: 'OK' | 'ERROR' | 'WARN' | 'NONE' | null;
  gate_evaluated: boolean | null;
  coverage: number | null;
  duplication: number | null;
  mqr_security: number | null;
  mqr_reliability: number | null;
  mqr_maintainability: number | null;
  vulnerabilities: number | null;
  bugs: number | null;
  code_smells: number | null;
  open_vulnerabilities: number | null;
  last_analysis_at: Date | null;
  deleted_at: Date | null;
  unreadable_at: Date | null;
  left_scope_at: Date | null;
  duplicate_of: number | null;
  updating: boolean;
}

/** Rows of the list in the order of the ids. */
export async function readProjectRows(db: Queryable, ids: readonly number[]): Promise<ProjectRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<Row>(
    `select p.id, p.source_key as key, p.name, p.integration_id, i.name as integration_name, ${mode} as mode, main.gate_status, newest.gate_evaluated,
            ${measure('coverage')} as coverage, ${measure('duplicated_lines_density')} as duplication,
            ${measure(quality.security[0])} as mqr_security, ${measure(quality.reliability[0])} as mqr_reliability,
            ${measure(quality.maintainability[0])} as mqr_maintainability,
            ${measure('vulnerabilities')} as vulnerabilities, ${measure('bugs')} as bugs, ${measure('code_smells')} as code_smells,
            ${openVulnerabilities} as open_vulnerabilities, p.last_analysis_at, p.deleted_at, p.unreadable_at, p.left_scope_at, p.duplicate_of,
            p.publishing_since is not null as updating
       from unnest($1::bigint[]) with ordinality as wanted (id, place)
       join ${projectsWithMain} on true
      where p.id = wanted.id
      order by wanted.place`,
    [ids],
  );
  return rows.map(toRow);
}

function toRow(row: Row): ProjectRow {
  const byQuality = [row.mqr_security, row.mqr_reliability, row.mqr_maintainability];
  const byType = [row.vulnerabilities, row.bugs, row.code_smells];
  const known = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null);
  const wanted = row.mode === 'standard' && known(byType) ? 'standard' : 'mqr';
  const mode = wanted === 'mqr' && known(byQuality) ? 'mqr' : known(byType) ? 'standard' : null;
  const [security = null, reliability = null, maintainability = null] = mode === 'mqr' ? byQuality : byType;
  return {
    id: row.id,
    updating: row.updating,
    key: row.key,
    name: row.name,
    integration: { id: row.integration_id, name: row.integration_name ?? `deleted integration ${row.integration_id}` },
    gate: row.gate_status === null ? null : { status: row.gate_status, evaluated: row.gate_evaluated },
    coverage: row.coverage,
    duplication: row.duplication,
    issues: { security, reliability, maintainability, mode },
    openVulnerabilities: row.open_vulnerabilities,
    lastAnalysisAt: row.last_analysis_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    unreadableAt: row.unreadable_at?.toISOString() ?? null,
    leftScopeAt: row.left_scope_at?.toISOString() ?? null,
    duplicateOf: row.duplicate_of,
  };
}
