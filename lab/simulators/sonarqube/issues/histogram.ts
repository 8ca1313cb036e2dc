import { daySeconds, formatInstant } from '../dates.ts';

/** Buckets of the facet `createdAt`: days, weeks, months or years, whichever gives at most 20 (section 3.4). */
export function histogram(counts: ReadonlyMap<string, number>): { val: string; count: number }[] {
  const times = [...counts.keys()].map(Number);
  if (times.length === 0) return [];
  const from = Math.min(...minMax(times));
  const to = Math.max(...minMax(times));
  const days = (to - from) / daySeconds;
  const start = days <= 20 ? startOfDay : days <= 140 ? startOfWeek : days <= 610 ? startOfMonth : startOfYear;
  const buckets = new Map<number, number>();
  for (const [time, count] of counts) {
    const bucket = start(Number(time));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([at, count]) => ({ val: formatInstant(at), count }));
}

/** `Math.min(...times)` would overflow the stack with a hundred thousand times. */
function minMax(times: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    low = Math.min(low, time);
    high = Math.max(high, time);
  }
  return [low, high];
}

const startOfDay = (time: number): number => Math.floor(time / daySeconds) * daySeconds;
/** 1 January 1970 was a Thursday; weeks start on Monday. */
const startOfWeek = (time: number): number => startOfDay(time) - ((Math.floor(time / daySeconds) + 3) % 7) * daySeconds;

function startOfMonth(time: number): number {
  const date = new Date(time * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / 1000;
}

function startOfYear(time: number): number {
  return Date.UTC(new Date(time * 1000).getUTCFullYear(), 0) / 1000;
}
