import { PlumblineError } from '../../../platform/errors/index.ts';

export interface Limiter {
  /**
   * Waits for a free place and returns what gives it back. Throws `sql_busy` when too many wait already, of all or of
   * this one.
   */
  enter(signal: AbortSignal, whose: string): Promise<() => void>;
}

export interface LimiterSize {
  /** At once. */
  places: number;
  /** Of them, for one person; the rest is for the others, also while they want none. */
  share: number;
  /** Waiting. */
  queue: number;
  /** Of them, of one person. */
  queueShare: number;
}

interface Waiting {
  whose: string;
  start(): void;
}

/** First come first served, as far as each one's share goes. */
export function createLimiter({ places, share, queue, queueShare }: LimiterSize): Limiter {
  let free = places;
  const inside = new Map<string, number>();
  const waiting: Waiting[] = [];
  const holds = (whose: string): number => inside.get(whose) ?? 0;
  const take = (whose: string): (() => void) => {
    free -= 1;
    inside.set(whose, holds(whose) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      free += 1;
      if (holds(whose) === 1) inside.delete(whose);
      else inside.set(whose, holds(whose) - 1);
      admit();
    };
  };
  const admit = (): void => {
    const next = free > 0 ? waiting.findIndex(({ whose }) => holds(whose) < share) : -1;
    if (next !== -1) waiting.splice(next, 1)[0]?.start();
  };
  return {
    async enter(signal, whose) {
      signal.throwIfAborted();
      if (free > 0 && holds(whose) < share) return take(whose);
      const own = waiting.filter((one) => one.whose === whose).length;
      if (waiting.length >= queue || own >= queueShare) throw new PlumblineError('sql_busy');
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason as Error);
        };
        const entry: Waiting = {
          whose,
          start() {
            signal.removeEventListener('abort', onAbort);
            resolve(take(whose));
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(entry);
      });
    },
  };
}
