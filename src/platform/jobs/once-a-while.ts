/** Calls for a name at once, and what comes soon after it together: a burst is answered by a few calls. */
export interface OnceAWhile {
  call(name: string): void;
  /** Nothing is called any more. */
  stop(): void;
}

export function onceAWhile(milliseconds: number, act: (name: string) => void): OnceAWhile {
  /** Names that were called for just now, and whether they were again since. */
  const recent = new Map<string, { again: boolean; timer: NodeJS.Timeout }>();
  let stopped = false;
  const call = (name: string): void => {
    if (stopped) return;
    const called = recent.get(name);
    if (called !== undefined) {
      called.again = true;
      return;
    }
    const over = (): void => {
      const { again } = recent.get(name) ?? { again: false };
      recent.delete(name);
      if (again) call(name);
    };
    recent.set(name, { again: false, timer: setTimeout(over, milliseconds).unref() });
    act(name);
  };
  return {
    call,
    stop() {
      stopped = true;
      for (const { timer } of recent.values()) clearTimeout(timer);
      recent.clear();
    },
  };
}
