/** Where labels beside a chart go, without covering each other: kept in order, pushed apart, inside [low, high]. */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed: number[] = Array.from({ length: wanted.length }, () => 0);
  let next = low;
  for (const index of order) {
    placed[index] = Math.max(wanted[index] ?? 0, next);
    next = (placed[index] ?? 0) + gap;
  }
  let limit = high;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index] ?? 0, limit);
    limit = (placed[index] ?? 0) - gap;
  }
  return placed;
}

/** Indexes that get a label when each needs `labelWidth`: evenly apart, the last one always among them. */
export function labelledIndexes(count: number, width: number, labelWidth: number): number[] {
  if (count === 0) return [];
  const room = Math.max(1, Math.floor(width / labelWidth));
  const step = Math.max(1, Math.ceil(count / room));
  const indexes: number[] = [];
  for (let index = count - 1; index >= 0; index -= step) indexes.unshift(index);
  return indexes;
}

/** Top of an axis from zero: never 0, so that a chart of nothing still has a scale, and whole for small counts. */
export const axisTop = (values: readonly number[]): number => Math.max(4, ...values);

/** Whole numbers only below five steps, so that no axis says 0.5 findings. */
export const countTicks = (top: number): number => Math.min(5, Math.max(1, Math.floor(top)));

/** Position of a day among buckets: index of the bucket that holds it and how far into it, 0 to 1; null outside. */
export function positionInBuckets(
  buckets: readonly { from: string; to: string }[],
  day: string,
): { index: number; share: number } | null {
  const index = buckets.findIndex((bucket) => bucket.from <= day && day <= bucket.to);
  const bucket = buckets[index];
  if (bucket === undefined) return null;
  const days = daysBetween(bucket.from, bucket.to) + 1;
  return { index, share: daysBetween(bucket.from, day) / days };
}

const dayMs = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / dayMs;

/** Points as runs without gaps: a missing value ends a run instead of becoming zero. */
export function runsOf<Point>(points: readonly Point[], isThere: (point: Point) => boolean): Point[][] {
  const runs: Point[][] = [];
  let current: Point[] = [];
  for (const point of points) {
    if (isThere(point)) current.push(point);
    else if (current.length > 0) {
      runs.push(current);
      current = [];
    }
  }
  if (current.length > 0) runs.push(current);
  return runs;
}
