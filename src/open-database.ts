import type { Config } from './platform/config/index.ts';
import { requireUsableDatabase } from './platform/database/index.ts';
import type { Log } from './platform/telemetry/index.ts';

export interface OpenedDatabase {
  connectionString: string;
  embedded: boolean;
  /** Of embedded data: a copy of them has another. */
  dataId?: string;
  /** Tells a second start of the same state directory where this one listens. */
  announce(address: string): void;
  stop(): Promise<void>;
}

/** The database that was named, or the embedded one, started. Throws what starting it can throw, e.g. `already_running`. */
export async function openDatabase(config: Config, log: Log): Promise<OpenedDatabase> {
  if (config.databaseUrl !== undefined) {
    const connectionString = config.databaseUrl;
    await requireUsableDatabase(connectionString);
    return { connectionString, embedded: false, announce: () => undefined, stop: async () => undefined };
  }
  const { startEmbeddedPostgres } = await import('./platform/database/embedded/index.ts');
  const server = await startEmbeddedPostgres({ stateDirectory: config.stateDirectory, log });
  const { connectionString, dataId, announce, stop } = server;
  return { connectionString, embedded: true, dataId, announce, stop };
}
