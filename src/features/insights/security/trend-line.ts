import type { TrendLine } from '../contract.ts';

/**
 * Ordinary least squares through the values of the first `complete` buckets, drawn over all of them. The bucket of today
 * is left out of the fit: it is not over yet and would bend the line.
 */
export function trendLine(values: readonly number[], complete: number): TrendLine {
  const fitted = values.slice(0, complete);
  const n = fitted.length;
  if (n < 2) return null;
  const meanX = (n - 1) / 2;
  const meanY = fitted.reduce((sum, value) => sum + value, 0) / n;
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of fitted.entries()) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  const slope = covariance / variance;
  return {
    slopePerBucket: round(slope),
    values: values.map((_, x) => round(meanY + slope * (x - meanX))),
  };
}

/** Three decimals: enough for a line, and equal on every machine. */
function round(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded;
}
