import type { ResolveTimes } from '../contract.ts';

/** How many findings took how many days: keys are the first days of classes, as `insights.time_class` makes them. */
export type TimesByClass = ReadonlyMap<number, number>;

/** The middle of a class of days: up to 15 each day is one, then there are eight to a doubling. */
export function middleOfClass(first: number): number {
  if (first < 16) return first;
  const width = 2 ** (Math.floor(Math.log2(first)) - 3);
  return first + Math.floor(width / 2);
}

/** By nearest rank: the shortest time within which at least the share was resolved. */
export function quantile(times: TimesByClass, share: number): number | null {
  const sorted = [...times].filter(([, findings]) => findings > 0).sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, findings]) => sum + findings, 0);
  let within = 0;
  for (const [first, findings] of sorted) {
    within += findings;
    if (within >= Math.ceil(total * share)) return middleOfClass(first);
  }
  return null;
}

/** `total`: all days together. */
export function resolveTimes(times: TimesByClass, total: number): ResolveTimes {
  const resolved = [...times.values()].reduce((sum, findings) => sum + findings, 0);
  const mean = resolved === 0 ? null : Math.round((10 * total) / resolved) / 10;
  return { resolved, mean, median: quantile(times, 0.5), p90: quantile(times, 0.9) };
}
