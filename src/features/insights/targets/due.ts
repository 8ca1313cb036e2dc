import { dayOf } from '../../../domain/time-buckets.ts';
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
