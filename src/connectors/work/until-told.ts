import { setTimeout as delay } from 'node:timers/promises';
import { isPlumblineError } from '../../platform/errors/index.ts';

const pauseMs = 500;

/** What passes by itself: a database that is restarting, lets others go first, or has no room for the row at this moment. */
const passing = ['database_unavailable', 'database_busy', 'disk_full'] as const;

/** Tells it again for as long as a lease lasts: after that it would come to the same without us. */
export async function untilTold<T>(
  tell: () => Promise<T>,
  { leaseSeconds, stopping }: { leaseSeconds: number; stopping: AbortSignal },
): Promise<T> {
  const deadline = Date.now() + leaseSeconds * 1_000;
  for (;;) {
    try {
      return await tell();
    } catch (error) {
      if (!passing.some((code) => isPlumblineError(error, code)) || stopping.aborted || Date.now() > deadline)
        throw error;
      await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}
