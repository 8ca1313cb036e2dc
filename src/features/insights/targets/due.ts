import { type Day, dayOf } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { Severity } from '../contract.ts';
import type { ListedKind } from '../security/listing-store.ts';
import { includesSeverity, type Scope } from '../security/scope.ts';
import { pendingProjects, spanSource } from '../security/spans.ts';
import type { FindingTarget, Targets } from './contract.ts';
import { readTargetsInForce, type TargetsInForce } from './groups.ts';
import { findingTarget, targetOf } from './standing.ts';

/** What is open of one level, created on one day. */
interface DayRow extends ListedKind {
  day: string;
  present: number;
}

/** Open vulnerabilities of a day that have one target. */
export interface DueRow extends DayRow {
  target: FindingTarget;
}

/** Projects of a scope that have the same targets. */
export interface DueGroup {
  /** Null: all but the others' projects. */
  projects: readonly number[] | null;
  targets: Targets;
  rows: readonly DueRow[];
}

export interface Due {
  today: string;
  inForce: TargetsInForce;
  groups: readonly DueGroup[];
}

/** What was open at the end of a day, with the targets that held then or hold now. */
export async function readDueThen(
  db: Queryable,
  scope: Scope,
  { at, by }: { at: Day; by: 'then' | 'now' },
): Promise<Due> {
  const inForce = await readTargetsInForce(db, by === 'then' ? at : null);
  const own = inForce.groups.flatMap(({ projects }, index) =>
    projects.map((project) => ({ project, index: index + 1 })),
  );
  const rows = await db.query<DayRow & { group: number }>(
    `select coalesce(m.severity, 'unrated') as severity, c.axis, c.raw_level, c.asset_type, c.day, c.own as "group", c.present
       from (select s.axis, s.raw_level, s.asset_type, s.created_on as day, coalesce(g.own, 0) as own, count(*) as present
               from shared.vulnerability_periods s left join unnest($5::bigint[], $6::int[]) g (project, own) on g.project = s.project_id
              where ($1::bigint[] is null or s.project_id = any ($1)) and s.branch_class = any ($2) and s.counting = $3
                and ($4::text[] is null or s.asset_type = any ($4)) and s.from_day <= $7::date and s.to_day > $7::date and s.ended_day > $7::date
              group by 1, 2, 3, 4, 5) c
       left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level`,
    [
      scope.projects,
      scope.branchClasses,
      scope.counting,
      scope.assetTypes,
      own.map(({ project }) => project),
      own.map(({ index }) => index),
      at,
    ],
    'insights due then',
  );
  const counted = rows.filter(({ severity }) => includesSeverity(scope, severity));
  const { warnPercent } = inForce;
  const groups = [inForce.organization, ...inForce.groups.map(({ targets }) => targets)].map((targets, index) => ({
    projects: index === 0 ? null : (inForce.groups[index - 1]?.projects ?? []),
    targets,
    rows: counted
      .filter(({ group }) => group === index)
      .map((row) => ({
        ...row,
        target: findingTarget(row.day, targetOf(targets, row.severity), { today: at, warnPercent }),
      })),
  }));
  // Targets of whoever has nothing here are none of what is shown.
  return { today: at, inForce, groups: groups.filter(({ rows: some }, index) => index === 0 || some.length > 0) };
}

/** What is open under a scope, with its targets: the rows that ages are counted from, each once. */
export async function readDue(db: Queryable, scope: Scope, now: Date): Promise<Due> {
  const today = dayOf(now);
  const inForce = await readTargetsInForce(db);
  const pending = await pendingProjects(db);
  const rest = new Map((await openByDay(db, scope, pending)).map((row) => [placeOf(row), row]));
  const groups: DueGroup[] = [];
  const wanted = scope.projects === null ? null : new Set(scope.projects);
  const told = (targets: Targets, rows: Iterable<DayRow>): DueRow[] =>
    [...rows]
      .filter(({ present, severity }) => present > 0 && includesSeverity(scope, severity))
      .map((row) => ({
        ...row,
        target: findingTarget(row.day, targetOf(targets, row.severity), { today, warnPercent: inForce.warnPercent }),
      }));
  for (const { projects, targets } of inForce.groups) {
    const own = wanted === null ? projects : projects.filter((id) => wanted.has(id));
    if (own.length === 0) continue;
    const rows = await openByDay(db, { ...scope, node: null, projects: own }, pending);
    // What has targets of its own does not count by those of the organization.
    for (const row of rows) {
      const all = rest.get(placeOf(row));
      rest.set(placeOf(row), { ...row, present: (all?.present ?? 0) - row.present });
    }
    groups.push({ projects: own, targets, rows: told(targets, rows) });
  }
  const others = new Set(groups.flatMap(({ projects }) => projects ?? []));
  const left = wanted === null ? null : [...wanted].filter((id) => !others.has(id));
  if (left === null || left.length > 0 || groups.length === 0)
    groups.unshift({ projects: left, targets: inForce.organization, rows: told(inForce.organization, rest.values()) });
  return { today, inForce, groups };
}

const placeOf = ({ day, axis, raw_level, asset_type }: DayRow): string => `${day} ${axis} ${raw_level} ${asset_type}`;

async function openByDay(db: Queryable, scope: Scope, pending: readonly number[]): Promise<DayRow[]> {
  const { text, values, variant } = spanSource(scope, pending, {
    table: 'insights.open_ages',
    columns: ['day'],
    live: 's.created_on as day',
    isOpen: true,
  });
  return db.query<DayRow & { severity: Severity }>(
    `select coalesce(m.severity, 'unrated') as severity, c.axis, c.raw_level, c.asset_type, c.day, c.findings as present
       from (select axis, raw_level, asset_type, day, sum(findings)::bigint as findings from (${text}) d
              group by 1, 2, 3, 4 having sum(findings) <> 0) c
       left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level`,
    values,
    `insights due ${variant}`,
  );
}
