import type { Database } from '../../platform/database/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Vault } from '../../platform/vault/index.ts';
import type { Route } from '../access/index.ts';
import { createPresence, type Presence } from './processes/presence.ts';
import { processRoutes } from './processes/routes.ts';
import type { Role } from './processes/store.ts';

export interface OperationsOptions {
  db: Database;
  log: Log;
  vault: Vault;
  role: Role;
  version: string;
}

export interface Operations {
  routes: Route[];
  /** This process, as the others see it. */
  presence: Presence;
}

/** Keeping an installation running. Nothing runs before `presence.start`. */
export function createOperations(options: OperationsOptions): Operations {
  const { db, log, vault, role, version } = options;
  return {
    routes: processRoutes(db),
    presence: createPresence({
      ...{ db, log, role, version },
      keyIds: () => vault.keyIds(),
      facts: async () => ({ node: process.version, rssBytes: process.memoryUsage.rss() }),
    }),
  };
}
