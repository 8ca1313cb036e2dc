import { PlumblineError } from '../../../platform/errors/index.ts';

export interface Limiter {
  /** Waits for a free place and returns what gives it back. Throws `sql_busy` when too many wait already. */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** At most `places` at once, at most `queue` waiting, first come first served. */
export function createLimiter(places: number, queue: number): Limiter {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const once = (): (() => void) => {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  };
  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return once();
      }
      if (waiting.length >= queue) throw new PlumblineError('sql_busy');
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(start), 1);
          reject(signal.reason as Error);
        };
        const start = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(start);
      });
      return once();
    },
  };
}
