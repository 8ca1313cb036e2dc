import type { Database } from '../../platform/database/index.ts';
import type { HostPauses } from '../integrations/index.ts';
import { hubPlace } from './store/places.ts';
import { pauseHost } from './store/tasks.ts';

/** Pauses of hosts, as the hub calls them and the worker of every process keeps them. Of a host that nothing is read from none is kept. */
export function hostPauses(db: Database): HostPauses {
  return {
    async until(origin) {
      const row = await db.maybeOne<{ paused_until: Date }>(
        'select paused_until from ingestion.hosts where host_key = $1 and place = $2 and paused_until > now()',
        [origin, hubPlace],
      );
      return row?.paused_until;
    },
    pause: (origin, until) => pauseHost(db, origin, until),
  };
}
