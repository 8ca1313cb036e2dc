import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { heartbeat, heartbeatSeconds, type LeasedTask } from '../store/tasks.ts';

/** A lease that is renewed while the task is carried out. */
export interface HeldLease {
  /** Aborts with `task_lease_lost` or `cancelled`. */
  readonly signal: AbortSignal;
  slots(): number;
  pausedUntil(): Date | undefined;
  pause(until: Date): void;
  release(): void;
}

/** Renews a lease every quarter of its length and brings back cancellations and the host's pause. */
export function holdLease(db: Database, task: LeasedTask, stopping: AbortSignal, log: Log): HeldLease {
  const abort = new AbortController();
  let slots = task.slots;
  let pausedUntil: Date | undefined;
  let busy = false;

  const onStopping = (): void => abort.abort(stopping.reason);
  stopping.addEventListener('abort', onStopping, { once: true });

  const beat = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const answer = await heartbeat(db, task);
      slots = answer.slots;
      if (answer.pausedUntil !== null) pausedUntil = answer.pausedUntil;
      if (answer.state === 'lost') abort.abort(new PlumblineError('task_lease_lost', { data: { taskId: task.id } }));
      if (answer.state === 'cancelled') abort.abort(new PlumblineError('cancelled'));
    } catch (error) {
      // The lease outlives several missed beats; the fence decides at the next write.
      log.warn({ task: task.id, error: (error as Error).message }, 'heartbeat failed');
    } finally {
      busy = false;
    }
  };
  // Slots freed by other tasks are wanted sooner than the lease needs renewing.
  const timer = setInterval(() => void beat(), (heartbeatSeconds * 1000) / 5);

  return {
    signal: abort.signal,
    slots: () => slots,
    pausedUntil: () => pausedUntil,
    pause(until) {
      if (pausedUntil === undefined || until > pausedUntil) pausedUntil = until;
    },
    release() {
      clearInterval(timer);
      stopping.removeEventListener('abort', onStopping);
    },
  };
}
