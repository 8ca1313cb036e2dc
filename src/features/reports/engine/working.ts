import { createAlarm } from '../../../platform/waking/index.ts';
import { keepHeld, letGo, takeDue } from '../store/reports.ts';
import { type EngineOptions, workOnReport } from './work-on-report.ts';

/** Reports under way at once in this process. */
const concurrency = 4;
const pollMs = 500;
const restMs = 60_000;

export interface WorkingOptions extends EngineOptions {
  /** True while nothing may be written: the installation this is a copy of writes it. */
  held?(): Promise<boolean>;
}

export interface Working {
  /** A report may be due now: nobody waits for the next look. */
  wake(): void;
  stop(): Promise<void>;
}

/** Works on what is due until stopped. Any number of processes may; one report is held by one of them. */
export function startWorking(options: WorkingOptions): Working {
  const stopping = new AbortController();
  const { signal } = stopping;
  const alarm = createAlarm();
  /** One of those that rest looks now and then, for all of them: who finds something wakes the next. */
  let watched = false;
  const rest = async (): Promise<void> => {
    if (watched) return void (await alarm.rest(restMs, signal));
    watched = true;
    await alarm.rest(pollMs, signal);
    watched = false;
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const worked = await workOnNext(options, signal, alarm.ring).catch((error: Error) => {
        if (!signal.aborted) options.log.warn({ error: error.message }, 'a report was left for later');
        return false;
      });
      if (!worked) await rest();
    }
  };
  const loops = Array.from({ length: concurrency }, loop);
  return {
    wake: alarm.ring,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function workOnNext(options: WorkingOptions, signal: AbortSignal, found: () => void): Promise<boolean> {
  const { db, leaseSeconds } = options;
  if ((await options.held?.()) === true) return false;
  const held = await takeDue(db, leaseSeconds);
  if (held === undefined) return false;
  found();
  // A call may take longer than the hold lasts.
  const renewing = setInterval(() => void keepHeld(db, held, leaseSeconds).catch(() => undefined), leaseSeconds * 300);
  try {
    await workOnReport(options, held, signal);
  } catch (error) {
    if (signal.aborted) await letGo(db, held);
    throw error;
  } finally {
    clearInterval(renewing);
  }
  return true;
}
