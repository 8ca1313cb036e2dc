import type { Queryable } from '../../../platform/database/index.ts';
import type { Bucket } from '../security/buckets.ts';
import { readKnownFrom } from '../security/data-state.ts';
import type { Scope } from '../security/scope.ts';
import type { Dimension, ReportDefinition, ReportGroup } from './contract.ts';
import { statesOf } from './definition.ts';
import { namesOf } from './names.ts';
import { mostSeries, type Shown } from './of-findings.ts';

export interface Days {
  buckets: readonly Bucket[];
  today: string;
  /** Whose days; null: those of all projects. */
  projects: readonly number[] | null;
}

interface DayRow {
  /** Number of the bucket, from 1; 0: before them. */
  bucket: number;
  part: string;
  net: number;
  /** Of them those whose severity nobody knows, while one is asked for. */
  unknown: number;
}

/** From the rows that the tiles and charts of Security are made of: what opened and closed, by day. */
async function netByBucket(
  tx: Queryable,
  asked: ReportDefinition,
  part: Dimension | null,
  { buckets, today, projects }: Days,
): Promise<DayRow[]> {
  const severity = `case when d.axis = 'total' then 'unknown' else coalesce(m.severity, 'unrated') end`;
  const parts: Record<string, string> = {
    type: 'd.class',
    severity,
    status: 'd.state',
    project: 'd.project_id::text',
    integration: 'p.integration_id::text',
  };
  const last = buckets.at(-1)?.to ?? today;
  const bySeverity = `($6::text[] is null or ${severity} = any ($6)) and ${severity} <> all ($7::text[])`;
  return tx.query(
    `select bucket, part, coalesce(sum(net) filter (where fits), 0)::bigint as net, coalesce(sum(net) filter (where not fits), 0)::bigint as unknown
       from (select width_bucket(d.day, $1::date[]) as bucket, ${part === null ? "'all'" : parts[part]} as part, d.opened - d.closed as net, ${bySeverity} as fits
               from shared.project_daily d join shared.projects p on p.id = d.project_id
               left join shared.severity_mapping m on m.axis = d.axis and m.raw_level = d.raw_level
              where d.counting = 'server' and d.part <> 'split' and d.branch_class = any ($2) and d.day <= $3::date
                and ($4::bigint[] is null or d.project_id = any ($4))
                and ($5::text[] is null or d.class = any ($5)) and d.class <> all ($8::text[])
                and ($9::text[] is null or d.state = any ($9)) and d.state <> all ($10::text[])
                and (${bySeverity} or d.axis = 'total')) x
      group by 1, 2`,
    [
      buckets.map(({ from }) => from),
      asked.branchScope === 'main' ? ['main'] : ['main', 'branch'],
      last >= today ? 'infinity' : last,
      projects,
      some(asked.type),
      some(asked.severity),
      asked.notSeverity ?? [],
      asked.notType ?? [],
      some(statesOf(asked)),
      asked.notStatus ?? [],
    ],
    `report days ${part}`,
  );
}

const some = <T>(list: readonly T[] | undefined): readonly T[] | null =>
  list === undefined || list.length === 0 ? null : list;

/** Running sums of a part at the end of each bucket. */
function openAt(rows: readonly DayRow[], buckets: number, pick: (row: DayRow) => number): number[] {
  const nets = Array.from({ length: buckets + 1 }, () => 0);
  for (const row of rows) nets[row.bucket] = (nets[row.bucket] ?? 0) + pick(row);
  let open = nets[0] ?? 0;
  return nets.slice(1).map((net) => (open += net));
}

/** What was open, accepted or a false positive at the end of each period. */
export async function trendOfDays(tx: Queryable, asked: ReportDefinition, days: Days, scope: Scope): Promise<Shown> {
  const { buckets, today } = days;
  const stack = asked.stack ?? null;
  const rows = await netByBucket(tx, asked, stack, days);
  const open = new Map(
    [...Map.groupBy(rows, (row) => row.part)].map(([part, own]) => [
      part,
      openAt(own, buckets.length, (row) => row.net),
    ]),
  );
  const unknown = openAt(rows, buckets.length, (row) => row.unknown);
  const order = [...open].toSorted(
    ([a, left], [b, right]) => (right.at(-1) ?? 0) - (left.at(-1) ?? 0) || (a < b ? -1 : 1),
  );
  const kept = order.slice(0, mostSeries).filter(([, values]) => values.some((value) => value !== 0));
  const beyond = order.slice(mostSeries).filter(([, values]) => values.some((value) => value !== 0));
  const names = await namesOf(
    tx,
    stack,
    kept.map(([part]) => part),
  );
  const known = await readKnownFrom(tx, { ...scope, projects: days.projects });
  const at = (values: readonly (readonly [string, readonly number[]])[], index: number): number =>
    values.reduce((sum, [, own]) => sum + (own[index] ?? 0), 0);
  const groups = buckets.map(({ from, to }, index): ReportGroup => {
    const values = [...kept.map(([, own]) => own[index] ?? 0), ...(beyond.length === 0 ? [] : [at(beyond, index)])];
    const total = at(order, index);
    return {
      key: from,
      label: null,
      values: stack === null ? [total] : values,
      total,
      counted: total + (unknown[index] ?? 0),
      unknown: unknown[index] ?? 0,
      period: { from, to, complete: to < today, read: known.read === null || to >= known.read },
    };
  });
  const last = groups.at(-1);
  return {
    axis: 'time',
    stack,
    unit: 'findings',
    series:
      stack === null
        ? [{ key: 'findings', label: null, unit: 'findings' }]
        : [
            ...kept.map(([key]) => ({ key, label: names.get(key) ?? null, unit: 'findings' as const })),
            ...(beyond.length === 0 ? [] : [{ key: 'others', label: null, unit: 'findings' as const }]),
          ],
    stackedInOthers: beyond.length,
    groups,
    others: null,
    groupsInAll: groups.length,
    total: last?.total ?? null,
    counted: last?.counted ?? 0,
    unknown: last?.unknown ?? 0,
  };
}

/** What stands behind one day of it: each project’s own number, the greatest first. */
export async function projectsOfDay(tx: Queryable, asked: ReportDefinition, days: Days, most: number): Promise<Shown> {
  const rows = await netByBucket(tx, asked, 'project', days);
  const sums = [...Map.groupBy(rows, (row) => row.part)]
    .map(([key, own]) => ({
      key,
      total: own.reduce((sum, row) => sum + row.net, 0),
      unknown: own.reduce((sum, row) => sum + row.unknown, 0),
    }))
    .filter(({ total, unknown }) => total !== 0 || unknown !== 0)
    .toSorted((a, b) => b.total - a.total || Number(a.key) - Number(b.key));
  const shown = sums.slice(0, most);
  const beyond = sums.slice(most);
  const names = await namesOf(
    tx,
    'project',
    shown.map(({ key }) => key),
  );
  const sum = (of: typeof sums) => {
    const total = of.reduce((all, one) => all + one.total, 0);
    const unknown = of.reduce((all, one) => all + one.unknown, 0);
    return { total, counted: total + unknown, unknown };
  };
  return {
    axis: 'project',
    stack: null,
    unit: 'findings',
    series: [{ key: 'findings', label: null, unit: 'findings' }],
    stackedInOthers: 0,
    groups: shown.map((one) => ({
      key: one.key,
      label: names.get(one.key) ?? null,
      values: [one.total],
      ...sum([one]),
      period: null,
    })),
    others: beyond.length === 0 ? null : { groups: beyond.length, values: [sum(beyond).total], ...sum(beyond) },
    groupsInAll: sums.length,
    ...sum(sums),
  };
}
