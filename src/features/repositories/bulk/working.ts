import { createAlarm } from '../../../platform/waking/index.ts';
import { type BulkOptions, workOnBulk } from './work.ts';

export interface BulkWorkingOptions extends BulkOptions {
  /** True while nothing may be written: the installation this is a copy of writes it. */
  held(): Promise<boolean>;
}

export interface BulkWorking {
  /** An import may be due now: nobody waits for the next look. */
  wake(): void;
  stop(): Promise<void>;
}

const pollMs = 2_000;

/**
 * Works on the imports of many repositories until stopped: one repository at a time in this process, each import in turn.
 * Any number of processes may; one import is held by one of them.
 */
export function startBulkWorking(options: BulkWorkingOptions): BulkWorking {
  const stopping = new AbortController();
  const { signal } = stopping;
  const alarm = createAlarm();
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const worked = await workUnlessHeld(options, signal).catch((error: Error) => {
        if (!signal.aborted) options.log.warn({ error: error.message }, 'an import was left for later');
        return false;
      });
      if (!worked) await alarm.rest(pollMs, signal);
    }
  };
  const looping = loop();
  return {
    wake: alarm.ring,
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}

const workUnlessHeld = async (options: BulkWorkingOptions, signal: AbortSignal): Promise<boolean> =>
  !(await options.held()) && workOnBulk(options, signal);
