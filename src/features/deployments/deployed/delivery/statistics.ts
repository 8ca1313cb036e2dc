import type { Statistics } from './contract.ts';

/** Between two values a quantile is interpolated, as a median of two is their mean. */
export function statistics(values: readonly number[]): Statistics {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    values: sorted.length,
    mean: sorted.length === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
  };
}

function quantile(sorted: readonly number[], part: number): number | null {
  const [position, last] = [part * (sorted.length - 1), sorted.length - 1];
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.min(last, Math.ceil(position))]];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (position - Math.floor(position));
}
