import type { Queryable } from '../../../platform/database/index.ts';
import type { Granularity, Preset } from '../contract.ts';

export interface Bucket {
  /** First day of the whole week, month or quarter, also where the range begins later. */
  start: string;
  /** First and last day inside the range. */
  from: string;
  to: string;
}

const presetLength: Record<Preset, string> = {
  '4w': '4 weeks',
  '12w': '12 weeks',
  '3m': '3 months',
  '6m': '6 months',
  '12m': '12 months',
  '24m': '24 months',
};

/** More buckets than a chart can show or a person can read. */
export const mostBuckets = 1000;

/**
 * Cuts a range of UTC days into weeks from Monday, months or quarters. A missing end is today, a missing start follows
 * from the preset; days after today are left out. PostgreSQL does the calendar.
 */
export async function bucketsOf(
  db: Queryable,
  range: { from: string | undefined; to: string | undefined; preset: Preset; granularity: Granularity; today: string },
): Promise<Bucket[]> {
  const step = range.granularity === 'quarter' ? '3 months' : `1 ${range.granularity}`;
  return db.query(
    `with ends as (
       select coalesce($1::date, least($2::date, $3::date) - $4::interval + interval '1 day')::date as first,
              least($2::date, $3::date) as last)
     select start::date as start, greatest(start::date, first) as from,
            least((start + $6::interval - interval '1 day')::date, last) as to
     from ends, generate_series(date_trunc($5, first::timestamp), last::timestamp, $6::interval) start
     where first <= last order by start limit ${mostBuckets + 1}`,
    [range.from ?? null, range.to ?? range.today, range.today, presetLength[range.preset], range.granularity, step],
  );
}
