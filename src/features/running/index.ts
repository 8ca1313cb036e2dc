import type { Database } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import type { Route } from '../access/index.ts';
import { everything, refreshFixesOf, refreshRows } from './deriving/refresh.ts';
import { noteFreshness } from './reading/freshness.ts';
import { runningReactions } from './reactions.ts';
import { runningRoutes } from './routes.ts';

export { runningData } from './integration-data.ts';
export { runningReactsTo } from './reactions.ts';
export { runningCounts } from './reading/counts.ts';

export interface Running {
  routes: Route[];
  reactions: Reaction[];
  /** Looks at everything once: after an upgrade that brings the room nothing is said yet. */
  startWorking(): Promise<void>;
}

/** What runs where, and what is said of it. */
export function createRunning({ db }: { db: Database }): Running {
  return {
    routes: runningRoutes({ db }),
    reactions: runningReactions({ db }),
    async startWorking() {
      await noteFreshness(db);
      await refreshRows(db, everything);
      await refreshFixesOf(db, everything);
    },
  };
}
