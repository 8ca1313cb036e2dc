import type { ErrorCode } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';

export interface Refusal {
  kind: string;
  /** As the address named it; null when it is no number. */
  integrationId: number | null;
  reason: ErrorCode;
  address: string;
}

export interface RefusalCount {
  integrationId: number;
  reason: ErrorCode;
  times: number;
  lastAt: Date;
  lastAddress: string;
}

export interface Refusals {
  note(refusal: Refusal): void;
  /** Hands over what was counted since the last time. */
  take(): RefusalCount[];
  /** Counts again what could not be stored. */
  giveBack(counts: readonly RefusalCount[]): void;
}

/** One line a minute for each kind of refusal: somebody who tries a million signatures must not fill a disk. */
const logEveryMs = 60_000;
const maxCounted = 10_000;

/** Counts refusals in memory, so that a refused call costs no database work. */
export function createRefusals(log: Log, now: () => Date): Refusals {
  const counts = new Map<string, RefusalCount>();
  const logged = new Map<ErrorCode, { at: number; silent: number }>();

  const writeLine = ({ kind, integrationId, reason, address }: Refusal): void => {
    const last = logged.get(reason) ?? { at: -Infinity, silent: 0 };
    const at = now().getTime();
    if (at - last.at < logEveryMs) {
      logged.set(reason, { ...last, silent: last.silent + 1 });
      return;
    }
    log.warn({ kind, integrationId, reason, address, sinceLastLine: last.silent }, 'delivery refused');
    logged.set(reason, { at, silent: 0 });
  };

  const count = (added: RefusalCount): void => {
    const key = `${added.integrationId} ${added.reason}`;
    const present = counts.get(key);
    if (present === undefined && counts.size >= maxCounted) return;
    counts.set(key, { ...added, times: added.times + (present?.times ?? 0) });
  };

  return {
    note(refusal) {
      writeLine(refusal);
      const { integrationId, reason, address } = refusal;
      if (integrationId !== null) count({ integrationId, reason, times: 1, lastAt: now(), lastAddress: address });
    },
    take() {
      const taken = [...counts.values()];
      counts.clear();
      return taken;
    },
    giveBack(taken) {
      for (const each of taken) count(each);
    },
  };
}
