import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import { ProcessList } from '../contract.ts';
import { readConnectionRoom, shortage } from './connections.ts';
import { listProcesses, type ProcessRow, readWorkerPresence } from './store.ts';

export function processRoutes(db: Database): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/processes',
      permission: 'settings:read',
      scope: 'organization',
      summary: 'Lists the processes of this installation, and says whether any of them syncs.',
      tag: 'Operations',
      response: ProcessList,
      async handle() {
        const [processes, workers, connections] = await Promise.all([
          listProcesses(db),
          readWorkerPresence(db),
          readConnectionRoom(db),
        ]);
        return {
          processes: processes.map(describe),
          workers: { running: workers.running, noneSince: workers.noneSince?.toISOString() ?? null },
          connections: { ...connections, shortage: shortage(connections) ?? null },
        };
      },
    }),
  ];
}

function describe(row: ProcessRow) {
  const { id, role, version, host, pid, address } = row;
  const state = row.alive ? ('running' as const) : row.endedAt === null ? ('silent' as const) : ('ended' as const);
  return {
    id,
    role,
    version,
    host,
    pid,
    address,
    state,
    startedAt: row.startedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
