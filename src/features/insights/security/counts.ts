import type { Queryable } from '../../../platform/database/index.ts';
import type { AssetType, PastCounts, Severity, SeverityCounts } from '../contract.ts';
import { includesSeverity, nodeParameters, type Scope, waitsForNode } from './scope.ts';

export interface PresentRow {
  class: 'vulnerability' | 'hotspot';
  state: 'open' | 'accepted' | 'false_positive';
  severity: Severity;
  axis: string;
  raw_level: string;
  asset_type: AssetType;
  present: number;
}

// Levels that the mapping does not know stay visible instead of vanishing in a join.
const severityOf = "coalesce(m.severity, 'unrated')";
const withMapping = 'left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level';

/** $1 node kind, $2 node ids, $3 branch classes, $4 asset types or null, $5 counting: what there is now, pending changes included. */
const presentRows = `
  select p.class, p.state, p.axis, p.raw_level, p.node_id, p.asset_type, p.present
  from insights.present p
  where p.node_kind = $1 and p.node_id = any($2::bigint[]) and p.counting = $5 and p.branch_class = any($3)
    and p.class in ('vulnerability', 'hotspot') and ($4::text[] is null or p.asset_type = any($4))
  union all
  select d.class, d.state, d.axis, d.raw_level, case when $1 = 'project' then d.project_id else 0 end, d.asset_type, d.opened - d.closed
  from shared.daily_changes d
  where ${waitsForNode('d.project_id')} and d.counting = $5 and d.part = 'all' and d.branch_class = any($3)
    and d.class in ('vulnerability', 'hotspot') and ($4::text[] is null or d.asset_type = any($4))`;

/** Vulnerabilities and hotspots there are now, by state, level and asset type; the scope's severities are not applied. */
export async function presentByLevel(db: Queryable, scope: Scope): Promise<PresentRow[]> {
  return db.query(
    `select c.class, c.state, ${severityOf} as severity, c.axis, c.raw_level, c.asset_type, sum(c.present)::bigint as present
     from (${presentRows}) c ${withMapping} group by 1, 2, 3, 4, 5, 6`,
    nodeParameters(scope),
    'insights present',
  );
}

export interface ProjectCounts {
  id: number;
  key: string;
  name: string;
  counts: SeverityCounts;
}

export type ListedState = { class: 'vulnerability' | 'hotspot'; state: PresentRow['state'] };

/** Projects with something of that class and state under the scope, by name. */
export async function presentByProject(db: Queryable, scope: Scope, listed: ListedState): Promise<ProjectCounts[]> {
  const rows = await db.query<{ project_id: number; levels: Record<string, number> }>(
    `select project_id, levels from insights.project_levels
     where counting = $6 and class = $4 and state = $5 and branch_class = any($2)
       and ($1::bigint[] is null or project_id = any($1)) and ($3::text[] is null or asset_type = any($3))
     union all
     select project_id, jsonb_build_object(axis || ' ' || raw_level, sum(opened - closed))
     from shared.daily_changes
     where counting = $6 and part = 'all' and class = $4 and state = $5 and branch_class = any($2)
       and ($1::bigint[] is null or project_id = any($1)) and ($3::text[] is null or asset_type = any($3))
     group by project_id, axis, raw_level`,
    [scope.projects, scope.branchClasses, scope.assetTypes, listed.class, listed.state, scope.counting],
    'insights projects',
  );
  const severity = await readSeverities(db);
  const byProject = new Map<number, SeverityCounts>();
  for (const { project_id: id, levels } of rows) {
    const counts = byProject.get(id) ?? noCounts();
    for (const [level, present] of Object.entries(levels)) {
      const name = severity.get(level) ?? 'unrated';
      if (!includesSeverity(scope, name)) continue;
      counts[name] += present;
      counts.total += present;
    }
    byProject.set(id, counts);
  }
  const named = await db.query<{ id: number; key: string; name: string }>(
    `select id, source_key as key, name from shared.projects where id = any($1) order by name, id`,
    [[...byProject].filter(([, counts]) => counts.total > 0).map(([id]) => id)],
    'insights project names',
  );
  return named.map((project) => ({ ...project, counts: byProject.get(project.id) ?? noCounts() }));
}

async function readSeverities(db: Queryable): Promise<Map<string, Severity>> {
  const rows = await db.query<{ level: string; severity: Severity }>(
    `select axis || ' ' || raw_level as level, severity from shared.severity_mapping`,
    [],
    'insights severities',
  );
  return new Map(rows.map((row) => [row.level, row.severity]));
}

export interface ChangeRow {
  /** First day of the week, month or quarter, or the day; null for what came after the range. */
  bucket: string | null;
  /** `unknown`: the server told a number without severities. */
  severity: Severity | 'unknown';
  opened: number;
  closed: number;
  /** Of these what is no new risk, and what was not resolved. */
  joined: number;
  left_out: number;
}

/**
 * Changes of open vulnerabilities from a day on, by bucket and severity; those without a severity under every filter.
 * Changes after `to` come in one row per severity without a bucket: going back from now needs them.
 */
export async function changesByBucket(
  db: Queryable,
  scope: Scope,
  range: { from: string; to: string; unit: 'day' | 'week' | 'month' | 'quarter' },
): Promise<ChangeRow[]> {
  const [kind, ids, branches, assets, counting] = nodeParameters(scope);
  const source = { organization: organizationDays, tree_node: nodeDays, project: projectDays }[kind];
  return db.query(
    `select case when c.day > $6::date then null else date_trunc($7, c.day::timestamp)::date end as bucket,
            ${pastSeverityOf} as severity, ${sumsOf('c')}
     from (select day, axis, raw_level, ${sumsOf('d')} from (${source}) d group by 1, 2, 3) c
     ${withMapping}
     where $4::text[] is null or ${pastSeverityOf} = any($4 || array['unknown'])
     group by 1, 2`,
    [ids, branches, assets, scope.severities, range.from, range.to, range.unit, counting],
    `insights changes ${kind}`,
  );
}

const pastSeverityOf = `case when c.axis = 'total' then 'unknown' else ${severityOf} end`;

const changeColumns = ['opened', 'closed', 'joined', 'left_out'];
const sumsOf = (alias: string): string =>
  changeColumns.map((name) => `sum(${alias}.${name})::bigint as ${name}`).join(', ');

/** What the server counted of a project with several asset types tells none of them: then dates stand for it. */
const partOf = (alias: string): string =>
  `${alias}.part <> case when $3::text[] is null then 'split' else 'whole' end and ($3::text[] is null or ${alias}.asset_type = any($3))`;

/** Of the organization, or of a node in $1; what waits of the projects that a condition leaves is added. */
const summedDays = (kind: 'organization' | 'tree_node', waits: string): string => `
  select n.day, n.axis, n.raw_level, n.opened, n.closed, n.joined, n.left_out from insights.node_daily n
  where n.node_kind = '${kind}' and n.node_id = any($1::bigint[]) and n.counting = $8 and n.branch_class = any($2)
    and n.class = 'vulnerability' and n.state = 'open' and n.day >= $5::date and ${partOf('n')}
  union all
  select d.day, d.axis, d.raw_level, d.opened, d.closed, d.joined, d.left_out from shared.daily_changes d
  where d.counting = $8 and d.branch_class = any($2) and d.class = 'vulnerability' and d.state = 'open' and d.day >= $5::date and ${partOf('d')} ${waits}`;

const organizationDays = summedDays('organization', '');
const nodeDays = summedDays(
  'tree_node',
  'and d.project_id in (select h.project_id from insights.node_projects h where h.node_id = any($1::bigint[]))',
);

/** Of single projects their own days are read: those are always exact. */
const projectDays = `
  select d.day, d.axis, d.raw_level, d.opened, d.closed, d.joined, d.left_out from shared.project_daily d
  where d.project_id = any($1::bigint[]) and d.counting = $8 and d.branch_class = any($2) and d.class = 'vulnerability' and d.state = 'open'
    and d.day >= $5::date and ${partOf('d')}`;

export function noCounts(): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, unrated: 0, total: 0 };
}

/** Under which names of a bucket a change counts. One without a severity is no part of what a filter by severity counts. */
export function namesOf(scope: Scope, severity: ChangeRow['severity']): readonly (keyof PastCounts)[] {
  return severity === 'unknown' && scope.severities !== null ? ['unknown'] : [severity, 'total'];
}

export const noPastCounts = (): PastCounts => ({ ...noCounts(), unknown: 0 });

/** Open vulnerabilities by severity, severities outside the scope left at 0. */
export function openCounts(rows: readonly PresentRow[], scope: Scope): SeverityCounts {
  const counts = noCounts();
  for (const row of rows) {
    if (row.class !== 'vulnerability' || row.state !== 'open' || !includesSeverity(scope, row.severity)) continue;
    counts[row.severity] += row.present;
    counts.total += row.present;
  }
  return counts;
}
