/** How fast one key may ask, and how long to wait when it was too fast. */

/** Harness allows 400 calls a minute for one key: what may be asked at once and what comes back in a minute are below. */
const atOnce = 90;
const perSecond = 5;

export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Lets calls through as fast as the key allows. */
export interface Pacer {
  enter(signal: AbortSignal): Promise<void>;
}

export function createPacer(now: () => number = () => performance.now(), wait: Wait = sleep): Pacer {
  let tokens = atOnce;
  let filledAt = now();
  return {
    async enter(signal) {
      const time = now();
      tokens = Math.min(atOnce, tokens + ((time - filledAt) / 1_000) * perSecond);
      filledAt = time;
      // Below zero: each that waits has taken its place in the row.
      tokens -= 1;
      if (tokens < 0) await wait(Math.ceil((-tokens / perSecond) * 1_000), signal);
    },
  };
}

/** A gateway that counts by the minute names no time, and asking again at once only prolongs it. */
const afterRefusal = [15_000, 30_000, 60_000, 60_000];
const afterFault = [1_000, 2_000, 4_000];
const longestTold = 120_000;

/**
 * How long to wait before the attempt after number `attempt` (from 0); null: no other. Half of a wait is drawn, so that
 * several do not come back together.
 */
export function waitBefore(
  attempt: number,
  { refused, toldMs, random }: { refused: boolean; toldMs?: number | undefined; random: number },
): number | null {
  const wait = (refused ? afterRefusal : afterFault)[attempt];
  if (wait === undefined) return null;
  if (toldMs !== undefined) return toldMs > longestTold ? null : toldMs;
  return Math.round(wait / 2 + (wait / 2) * random);
}

export const sleep: Wait = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
