import type { Database } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Route } from '../access/index.ts';
import { checkRollups, consumeDailyChanges, followNodes } from './rollups/rollups.ts';
import { reportRoutes } from './reports/routes.ts';
import { savedRoutes } from './saved/routes.ts';
import { resolvedRoutes } from './security/resolved.ts';
import { securityRoutes } from './security/routes.ts';
import { targetRoutes } from './targets/routes.ts';
import { teamNumberRoutes } from './teams/routes.ts';

export { type SecurityNow, securityNow } from './security/now.ts';
export { forgetSaved } from './saved/views.ts';

export {
  consumeDailyChanges,
  followNodes,
  rebuildRollups,
  rebuildRollupsWithin,
  verifyRollups,
} from './rollups/rollups.ts';

/** Enqueue it, with any key, whenever a publish changed something: it takes over whatever is pending. */
export const consumeReaction = 'insights.consume-daily-changes';

/** What belongs to teams, or where teams stand, changed. */
export const followReaction = 'insights.follow-nodes';

export interface InsightsOptions {
  db: Database;
  /** Where pages read; may be a replica. Default: `db`. */
  reads?: Database;
  log: Log;
  now(): Date;
}

export interface Insights {
  routes: Route[];
  reactions: Reaction[];
}

/** Security Insights and the roll-ups behind it. */
export function createInsights(options: InsightsOptions): Insights {
  const { db, log } = options;
  return {
    routes: [
      ...securityRoutes({ db: options.reads ?? db, now: options.now }),
      ...resolvedRoutes({ db, reads: options.reads ?? db }),
      ...targetRoutes({ db, reads: options.reads ?? db }),
      ...reportRoutes({ db: options.reads ?? db, now: options.now }),
      ...teamNumberRoutes({ db: options.reads ?? db, now: options.now }),
      ...savedRoutes(db),
    ],
    reactions: [
      {
        name: consumeReaction,
        // Readers add what is pending, so nobody waits for it; and changes of many projects are added up before they
        // are written, which is what makes the first reading of a large server cheap.
        gatherSeconds: 10,
        sweep: '* * * * *',
        async handle() {
          await consumeDailyChanges(db);
        },
      },
      {
        name: followReaction,
        sweep: '*/10 * * * *',
        async handle() {
          await followNodes(db);
        },
      },
      {
        name: 'insights.check-rollups',
        sweep: '23 3 * * *',
        async handle() {
          await checkRollups(db, log);
        },
      },
    ],
  };
}
