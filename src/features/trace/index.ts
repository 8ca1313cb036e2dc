import type { Database } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import type { Route } from '../access/index.ts';
import { followRegistries, traceReactions, type TraceReactionOptions } from './reactions.ts';
import { traceRoutes } from './routes.ts';

export { traceChanges } from './changes.ts';
export { traceData } from './integration-data.ts';
export { traceAsksFor, traceReactsTo } from './reactions.ts';

export interface Trace {
  routes: Route[];
  reactions: Reaction[];
  /** Has the index made where there is none. */
  startWorking(): Promise<void>;
}

/** How commits, pull requests, analyses, images, executions, deployments and environments hang together. */
export function createTrace(options: TraceReactionOptions & { db: Database; now(): Date }): Trace {
  return {
    routes: traceRoutes(options),
    reactions: traceReactions(options),
    startWorking: () => followRegistries(options),
  };
}
