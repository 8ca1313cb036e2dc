const minute = 60;
const hour = 60 * minute;

/** Seconds before the second attempt, the third …; the last one counts for all that follow. */
const delays = [5, 30, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour];

/** Up to a tenth longer, so that endpoints that failed together are not called together. */
const jitter = 0.1;

/** Seconds to wait after this many attempts. `random` is in [0, 1). */
export function retryDelaySeconds(attempts: number, random: number): number {
  const delay = delays[Math.min(attempts, delays.length) - 1] ?? (delays[0] as number);
  return delay * (1 + jitter * random);
}
