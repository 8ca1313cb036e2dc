import type { InboxRoom } from '../room.ts';
import { noteWatched, noteWatchFailure, takeWatch } from '../store/watch.ts';
import { catchUp } from './catch-up.ts';

/**
 * Compares what servers say they sent with what arrived, for each integration with webhooks of ours whose minute is over:
 * what was sent while the hub was down is found soon after its start, not at the next poll. Returns how many deliveries
 * were recovered. A server that cannot be asked is asked again later, at longest every quarter of an hour.
 */
export async function watchSent(room: InboxRoom, signal: AbortSignal): Promise<number> {
  let recovered = 0;
  while (!signal.aborted) {
    const integrationId = await takeWatch(room.db);
    if (integrationId === undefined) break;
    try {
      recovered += await catchUp(room, integrationId, signal);
      await noteWatched(room.db, integrationId);
    } catch (error) {
      await noteWatchFailure(room.db, integrationId);
      room.log.warn({ integrationId, error: (error as Error).message }, 'the server’s deliveries could not be read');
    }
  }
  return recovered;
}
