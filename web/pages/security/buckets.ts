import type {
  Granularity,
  SecurityTrend,
  Severity,
  SeverityCounts,
  TrendBucket,
} from '../../../src/features/insights/contract.ts';
import { severities } from '../../words/labels.ts';
import { formatDay, formatMonth, formatQuarter } from '../../words/times.ts';

/** Name of a bucket under the axis: its first day, its month or its quarter. */
export function bucketName(bucket: TrendBucket, granularity: Granularity, now: Date): string {
  if (granularity === 'quarter') return formatQuarter(bucket.from);
  if (granularity === 'month') return formatMonth(bucket.from);
  return formatDay(bucket.from, now);
}

/** `25 May to 31 May` with what is to be known about it. */
export function bucketTitle(bucket: TrendBucket, now: Date): string {
  const range =
    bucket.from === bucket.to
      ? formatDay(bucket.from, now)
      : `${formatDay(bucket.from, now)} to ${formatDay(bucket.to, now)}`;
  return bucket.complete ? range : `${range}, so far`;
}

/** From the least to the worst: the order in which bars are stacked from the top. Levels that never occur are left out. */
export function stackedSeverities(trend: SecurityTrend, part: 'open' | 'created' | 'resolved'): Severity[] {
  return severities.filter((severity) => trend.buckets.some((bucket) => bucket[part][severity] > 0));
}

/** Bottom and top of each severity in one stack, the worst at the bottom. */
export function stack(
  counts: SeverityCounts,
  order: readonly Severity[],
): { severity: Severity; low: number; high: number }[] {
  let low = 0;
  return order.map((severity) => {
    const high = low + counts[severity];
    const part = { severity, low, high };
    low = high;
    return part;
  });
}

/** What a reader must know about the buckets that are not reliable; undefined when all are. */
export function reliabilityNote(trend: SecurityTrend): string | undefined {
  const count = trend.buckets.filter((bucket) => !bucket.reliable).length;
  if (count === 0) return undefined;
  const unit = trend.granularity;
  // The one of today is always known, so what is left are all that are over.
  if (count >= trend.buckets.length - 1 && count > 1) return `every ${unit} before today reconstructed, hatched`;
  return `${count === 1 ? `first ${unit}` : `first ${count} ${unit}s`} reconstructed, hatched`;
}
