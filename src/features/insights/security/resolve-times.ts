import { bucketEnd, dayOf } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { SecurityResolveTimes, SeverityTimes } from '../contract.ts';
import { readDataState } from './data-state.ts';
import { resolveTimes } from './quantiles.ts';
import { readResolvedAs } from '../../code-quality/index.ts';
import { includesSeverity, type Scope, severities } from './scope.ts';
import { pendingProjects, spanSource } from './spans.ts';
import { requireBuckets, type TrendOptions } from './trend.ts';

interface TimeRow {
  bucket: string;
  severity: (typeof severities)[number];
  days: number;
  findings: number;
}

/** Days that all of a severity were open in sum. */
type SumRow = Pick<TimeRow, 'bucket' | 'severity'> & { total: number };

/** How long vulnerabilities were open that were fixed in each whole week, month or quarter of a range. */
export async function securityResolveTimes(
  tx: Queryable,
  scope: Scope,
  options: TrendOptions,
): Promise<SecurityResolveTimes> {
  const { granularity, now } = options;
  const today = dayOf(now);
  const { buckets, first, last } = await requireBuckets(tx, options);
  const end = bucketEnd(last.start, granularity);
  const range = { from: first.start, to: end, granularity };
  const rows = await fixedByBucket(tx, scope, range);
  const sums = await daysByBucket(tx, scope, range);
  const read = await readRange(tx, scope);
  return {
    state: await readDataState(tx, scope),
    granularity,
    from: first.start,
    to: end < today ? end : today,
    readFrom: read.last,
    resolvedAs: await readResolvedAs(tx),
    times: timesOf(rows, sums, scope),
    buckets: buckets.map(({ start }) => {
      const over = bucketEnd(start, granularity);
      return {
        from: start,
        to: over < today ? over : today,
        complete: over < today,
        known: read.first === null || over < read.first ? 'none' : start < (read.last ?? '') ? 'partly' : 'whole',
        times: timesOf(
          rows.filter(({ bucket }) => bucket === start),
          sums.filter(({ bucket }) => bucket === start),
          scope,
        ),
      };
    }),
  };
}

async function fixedByBucket(
  db: Queryable,
  scope: Scope,
  range: { from: string; to: string; granularity: TrendOptions['granularity'] },
): Promise<TimeRow[]> {
  const summedBy = range.granularity === 'week' ? 'week' : 'month';
  const { text, values, variant } = spanSource(scope, await pendingProjects(db), {
    table: 'insights.resolve_times',
    columns: ['start', 'days'],
    live: 's.fixed_on as start, insights.time_class(s.fixed_on - s.counted_from) as days',
    isOpen: false,
    stored: (of) => `and t.unit = '${of === 'project' ? 'day' : summedBy}' and t.start between $6::date and $7::date`,
    found: 'and s.fixed_on between $6::date and $7::date',
  });
  return db.query(
    `select c.bucket, coalesce(m.severity, 'unrated') as severity, c.days, sum(c.findings)::bigint as findings
       from (select date_trunc($8, start::timestamp)::date as bucket, axis, raw_level, days, sum(findings) as findings from (${text}) f group by 1, 2, 3, 4) c
       left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level
      group by 1, 2, 3 having sum(c.findings) <> 0`,
    [...values, range.from, range.to, range.granularity],
    `insights resolve times ${summedBy} ${variant}`,
  );
}

async function daysByBucket(
  db: Queryable,
  scope: Scope,
  range: { from: string; to: string; granularity: TrendOptions['granularity'] },
): Promise<SumRow[]> {
  const summedBy = range.granularity === 'week' ? 'week' : 'month';
  const { text, values, variant } = spanSource(scope, await pendingProjects(db), {
    table: 'insights.resolve_days',
    columns: ['start'],
    sum: { column: 'days', live: 'greatest(s.fixed_on - s.counted_from, 0)' },
    live: 's.fixed_on as start',
    isOpen: false,
    stored: (of) => `and t.unit = '${of === 'project' ? 'day' : summedBy}' and t.start between $6::date and $7::date`,
    found: 'and s.fixed_on between $6::date and $7::date',
  });
  return db.query(
    `select date_trunc($8, f.start::timestamp)::date as bucket, coalesce(m.severity, 'unrated') as severity, sum(f.findings)::bigint as total
       from (${text}) f left join shared.severity_mapping m on m.axis = f.axis and m.raw_level = f.raw_level group by 1, 2`,
    [...values, range.from, range.to, range.granularity],
    `insights resolve days ${summedBy} ${variant}`,
  );
}

/** Days on which the first and the last of the projects were read for the first time. */
async function readRange(db: Queryable, scope: Scope): Promise<{ first: string | null; last: string | null }> {
  return db.one(
    `select min((p.reliable_from at time zone 'UTC')::date) as first, max((p.reliable_from at time zone 'UTC')::date) as last
       from shared.projects p where p.counts and ($1::bigint[] is null or p.id = any ($1))`,
    [scope.projects],
    'insights read range',
  );
}

function timesOf(rows: readonly TimeRow[], sums: readonly SumRow[], scope: Scope): SeverityTimes {
  const counted = rows.filter(({ severity }) => includesSeverity(scope, severity));
  const of = (names: readonly TimeRow['severity'][]) => {
    const wanted = counted.filter(({ severity }) => names.includes(severity));
    const total = sums
      .filter(({ severity }) => names.includes(severity) && includesSeverity(scope, severity))
      .reduce((sum, row) => sum + row.total, 0);
    const times = new Map<number, number>();
    for (const { days, findings } of wanted) times.set(days, (times.get(days) ?? 0) + findings);
    return resolveTimes(times, total);
  };
  const each = severities.map((name) => [name, of([name])] as const);
  return { ...(Object.fromEntries(each) as Omit<SeverityTimes, 'all'>), all: of(severities) };
}
