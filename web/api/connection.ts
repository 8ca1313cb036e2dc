/** Whether the hub answers. Everything that talks to it reports here; the banner and the retry live on it. */
export interface Connection {
  subscribe: (listener: () => void) => () => void;
  isDown: () => boolean;
  answered: () => void;
  failed: () => void;
}

export interface ConnectionOptions {
  /** Asks the hub for a sign of life. */
  probe: () => Promise<boolean>;
  /** Called once when the hub is back. */
  onBack: () => void;
  schedule: (run: () => void, milliseconds: number) => void;
}

const probeIntervalMs = 2000;

export function createConnection({ probe, onBack, schedule }: ConnectionOptions): Connection {
  const listeners = new Set<() => void>();
  let down = false;
  const set = (next: boolean): void => {
    if (down === next) return;
    down = next;
    for (const listener of listeners) listener();
    if (down) schedule(tick, probeIntervalMs);
    else onBack();
  };
  const tick = (): void => {
    if (!down) return;
    void probe()
      .catch(() => false)
      .then((alive) => (alive ? set(false) : schedule(tick, probeIntervalMs)));
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isDown: () => down,
    answered: () => set(false),
    failed: () => set(true),
  };
}
