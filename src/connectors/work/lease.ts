import { PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Assignment } from './messages.ts';
import type { WorkPort } from './port.ts';

/** A lease that is renewed while the task is carried out. */
export interface HeldLease {
  /** Aborts with `task_lease_lost` or `cancelled`, or with the reason of the worker's stop. */
  readonly signal: AbortSignal;
  slots(): number;
  pausedUntil(): Date | undefined;
  pause(until: Date): void;
  release(): void;
}

/** Slots freed by other tasks are wanted sooner than the lease needs renewing. */
const beatsPerLease = 20;

export interface HoldOptions {
  assignment: Pick<Assignment, 'lease' | 'leaseSeconds' | 'slots'>;
  port: Pick<WorkPort, 'beat'>;
  stopping: AbortSignal;
  log: Log;
}

/** Renews a lease long before it ends, and brings back cancellations and the host's pause. */
export function holdLease({ assignment, port, stopping, log }: HoldOptions): HeldLease {
  const { lease } = assignment;
  const abort = new AbortController();
  let { slots } = assignment;
  let pausedUntil: Date | undefined;
  let busy = false;

  const onStopping = (): void => abort.abort(stopping.reason);
  stopping.addEventListener('abort', onStopping, { once: true });

  const beat = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const answer = await port.beat(lease);
      slots = answer.slots;
      if (answer.pausedUntil !== null) pausedUntil = new Date(answer.pausedUntil);
      if (answer.state === 'lost') abort.abort(new PlumblineError('task_lease_lost', { data: { ...lease } }));
      if (answer.state === 'cancelled') abort.abort(new PlumblineError('cancelled'));
    } catch (error) {
      // The lease outlives several missed beats; the fence decides at the next write.
      log.warn({ task: lease.taskId, error: (error as Error).message }, 'heartbeat failed');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void beat(), (assignment.leaseSeconds * 1000) / beatsPerLease);

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
