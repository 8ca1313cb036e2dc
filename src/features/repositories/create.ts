import type { Route } from '../access/index.ts';
import { type BulkWorking, type BulkWorkingOptions, startBulkWorking } from './bulk/working.ts';
import type { ImportRouteOptions } from './import/routes.ts';
import { repositoryRoutes } from './routes.ts';

export interface RepositoriesOptions extends ImportRouteOptions, Omit<BulkWorkingOptions, 'leaseSeconds'> {
  leaseSeconds?: number;
}

export interface Repositories {
  routes: Route[];
  /** Starts carrying out imports of many repositories in this process. */
  startWorking(): void;
  stop(): Promise<void>;
}

/** Repositories, bindings and imports. Nothing runs before `startWorking`. */
export function createRepositories(options: RepositoriesOptions): Repositories {
  let working: BulkWorking | undefined;
  return {
    routes: repositoryRoutes(options, () => working?.wake()),
    startWorking() {
      working ??= startBulkWorking({ ...options, leaseSeconds: options.leaseSeconds ?? 60 });
    },
    async stop() {
      await working?.stop();
      working = undefined;
    },
  };
}
