import { advisoryLocks, type Database } from '../../../platform/database/index.ts';
import type { Reaction } from '../../../platform/jobs/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { customOwner } from '../custom/owner.ts';
import { databaseIdentity } from '../login/reader-role.ts';
import { finishRevocations, revokeLoginsOfTokens } from './analysts.ts';
import { endOverlongSessions, resetAnalysts } from './store.ts';

/**
 * A PostgreSQL role may lift its own timeouts for good, and no right can be taken away that would forbid it. So once a
 * minute what it changed is put back, and sessions that go on for too long are ended.
 */
export function superviseAnalysts(options: { db: Database; log: Log }): Reaction {
  const { db, log } = options;
  return {
    name: 'explorer.supervise-analysts',
    sweep: '* * * * *',
    async handle() {
      await revokeLoginsOfTokens(db);
      await finishRevocations(db);
      for (const ended of await endOverlongSessions(db)) log.warn(ended, 'analyst session ended');
      await db.transaction(async (tx) => {
        await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.logins]);
        const database = await databaseIdentity(tx);
        await resetAnalysts(tx, database, await customOwner(tx, database));
      });
    },
  };
}
