import type { HostGate, Slots } from './types.ts';

/** A gate for one process: a fixed number of calls and one pause. */
export function localGate(concurrency: number): HostGate {
  let paused: Date | undefined;
  return {
    concurrency: () => concurrency,
    pausedUntil: () => paused,
    pause(until) {
      if (paused === undefined || until > paused) paused = until;
    },
  };
}

/** Limits calls in flight to `limit()`, which may change at any time; first come, first served. */
export function createSlots(limit: () => number): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();
  const admit = (): void => {
    for (const enter of waiting) {
      if (taken >= Math.max(1, limit())) return;
      waiting.delete(enter);
      taken++;
      enter();
    }
  };
  const release = (): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      taken--;
      admit();
    };
  };
  return {
    async acquire(signal) {
      signal.throwIfAborted();
      if (waiting.size === 0 && taken < Math.max(1, limit())) {
        taken++;
        return release();
      }
      return new Promise((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(release());
        };
        const leave = (): void => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(enter);
        admit();
      });
    },
  };
}
