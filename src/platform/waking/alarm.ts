/** Where loops that look for work rest between two looks. */
export interface Alarm {
  /**
   * Wakes one that rests; where none rests, the next does not begin to. Who finds work rings for the others: as many are
   * up as there is work for, and no more.
   */
  ring(): void;
  /** Until the time is over, the signal aborts, or somebody rings: true then. */
  rest(milliseconds: number, signal: AbortSignal): Promise<boolean>;
}

export function createAlarm(): Alarm {
  const resting = new Set<() => void>();
  /** Nobody rested when it rang: whoever was looking may have looked too early. */
  let unheard = false;
  return {
    ring() {
      const [wake] = resting;
      if (wake === undefined) unheard = true;
      else wake();
    },
    rest(milliseconds, signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (unheard) {
        unheard = false;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const end = (woken: boolean): void => {
          clearTimeout(timer);
          resting.delete(wake);
          signal.removeEventListener('abort', over);
          resolve(woken);
        };
        const wake = (): void => end(true);
        const over = (): void => end(false);
        const timer = setTimeout(over, milliseconds);
        resting.add(wake);
        signal.addEventListener('abort', over);
      });
    },
  };
}
