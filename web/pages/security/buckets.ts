import type {
  Basis,
  Granularity,
  PastCounts,
  SecurityTrend,
  Severity,
  TrendBucket,
} from '../../../src/features/insights/contract.ts';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatDay, formatMonth, formatQuarter } from '../../words/times.ts';

/** Name of a bucket under the axis: its first day, its month or its quarter. */
export function bucketName(bucket: Pick<TrendBucket, 'from'>, granularity: Granularity, now: Date): string {
  if (granularity === 'quarter') return formatQuarter(bucket.from);
  if (granularity === 'month') return formatMonth(bucket.from);
  return formatDay(bucket.from, now);
}

/** `25 May to 31 May` with what is to be known about it. */
export function bucketTitle(bucket: Pick<TrendBucket, 'from' | 'to' | 'complete'>, now: Date): string {
  const range =
    bucket.from === bucket.to
      ? formatDay(bucket.from, now)
      : `${formatDay(bucket.from, now)} to ${formatDay(bucket.to, now)}`;
  return bucket.complete ? range : `${range}, so far`;
}

/** A severity, or none where the server told a number alone. */
export type Layer = Severity | 'unknown';

export const layerLabel: Record<Layer, string> = { ...severityLabel, unknown: 'Severity unknown' };

/** From the worst to the least, then what has none: bars are stacked in this order. What never occurs is left out. */
export function stackedLayers(trend: SecurityTrend, part: 'open' | 'created' | 'resolved' | 'joined'): Layer[] {
  return [...severities, 'unknown' as const].filter((layer) =>
    trend.buckets.some((bucket) => bucket[part][layer] !== 0),
  );
}

/** Bottom and top of each layer in one stack, the worst at the bottom. */
export function stack(counts: PastCounts, order: readonly Layer[]): { layer: Layer; low: number; high: number }[] {
  let low = 0;
  return order.map((layer) => {
    const high = low + counts[layer];
    const part = { layer, low, high };
    low = high;
    return part;
  });
}

/** The height of a bar: what has no severity stands on top also where one is asked for. */
export function heightOf(counts: PastCounts, order: readonly Layer[]): number {
  return stack(counts, order).at(-1)?.high ?? 0;
}

export const basisWords: Record<Basis, string> = {
  read: 'Counted by Plumbline',
  counted: 'Counted by SonarQube at its last analysis',
  estimated: 'Counted by SonarQube, some without severity',
  reconstructed: 'Reconstructed from creation and closing dates',
};

/** What the numbers of a chart rest on, the surest first. */
export function basesOf(trend: SecurityTrend): Basis[] {
  return (Object.keys(basisWords) as Basis[]).filter((basis) => trend.buckets.some((bucket) => bucket.basis === basis));
}
