import type { Reaction } from '../../platform/jobs/index.ts';
import type { Route } from '../access/index.ts';
import { blockingRoutes } from './blocking/routes.ts';
import type { CompanionWebhooks } from './companion/scan-parameters.ts';
import { companionReactions } from './companion/sweep.ts';
import { startWorking, type Working, type WorkingOptions } from './engine/working.ts';
import { reportReactions } from './reactions.ts';
import { reportRoutes } from './routes.ts';
import { companionAnalyses } from './sources/companion.ts';
import { pullRequestAnalyses } from './sources/pull-request-analysis.ts';
import type { ChangeSource } from './sources/source.ts';

export { reportChanges } from './changes.ts';
export { reportsData } from './integration-data.ts';
export { reportMetrics } from './metrics.ts';
export { reportsReactTo } from './reactions.ts';

/** Where analysed pull requests come from: the first that knows one speaks for it. */
const sources: readonly ChangeSource[] = [pullRequestAnalyses, companionAnalyses];

export interface ReportsOptions extends Omit<WorkingOptions, 'sources' | 'leaseSeconds'> {
  leaseSeconds?: number;
  webhooks: CompanionWebhooks;
  now(): Date;
}

export interface Reports {
  routes: Route[];
  reactions: Reaction[];
  /** Starts writing reports in this process. */
  startWorking(): void;
  stop(): Promise<void>;
}

/** Reports of SonarQube’s analyses on pull requests. Nothing runs before `startWorking`. */
export function createReports(options: ReportsOptions): Reports {
  let working: Working | undefined;
  /** What it marked as due is looked at at once, where this process writes reports. */
  const waking = ({ handle, handleTogether, ...reaction }: Reaction): Reaction => ({
    ...reaction,
    async handle(key, signal) {
      await handle(key, signal);
      working?.wake();
    },
    ...(handleTogether === undefined
      ? {}
      : {
          async handleTogether(keys, signal) {
            await handleTogether(keys, signal);
            working?.wake();
          },
        }),
  });
  return {
    routes: [...reportRoutes({ ...options, sources }), ...blockingRoutes(options)],
    reactions: [...reportReactions(options.db).map(waking), ...companionReactions(options)],
    startWorking() {
      working ??= startWorking({ ...options, sources, leaseSeconds: options.leaseSeconds ?? 30 });
    },
    async stop() {
      await working?.stop();
      working = undefined;
    },
  };
}
