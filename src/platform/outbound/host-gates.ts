import { createSlots, localGate } from './gate.ts';
import type { HostGate } from './types.ts';

/** One gate per host for all of a process that share it, whoever calls. */
export interface HostGates {
  /** The gate of a host, by its origin. Give it back when no call is to follow. */
  enter(origin: string): { gate: HostGate; leave(): void };
}

interface Entry {
  gate: HostGate;
  users: number;
}

/** At most `concurrency` calls in flight per host. A host nobody calls is remembered for as long as it is paused. */
export function createHostGates(concurrency: number, now: () => Date = () => new Date()): HostGates {
  const entries = new Map<string, Entry>();
  const forgetIdle = (): void => {
    for (const [origin, { gate, users }] of entries) {
      const until = gate.pausedUntil();
      if (users === 0 && (until === undefined || until <= now())) entries.delete(origin);
    }
  };
  return {
    enter(origin) {
      const entry = entries.get(origin) ?? { gate: sharedGate(concurrency), users: 0 };
      entries.set(origin, entry);
      entry.users++;
      let inside = true;
      return {
        gate: entry.gate,
        leave() {
          if (!inside) return;
          inside = false;
          entry.users--;
          forgetIdle();
        },
      };
    },
  };
}

function sharedGate(concurrency: number): HostGate {
  return { ...localGate(concurrency), slots: createSlots(() => concurrency) };
}
