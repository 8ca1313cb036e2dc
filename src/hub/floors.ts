import { endAllSessions } from '../features/access/index.ts';
import { prepareReader } from '../features/explorer/index.ts';
import { newestHeartbeat, recogniseInstallation } from '../features/operations/index.ts';
import type { Config } from '../platform/config/index.ts';
import {
  connect,
  connectionBudget,
  type Database,
  type MigrationId,
  migrate,
  openReadDatabase,
  type ReadDatabase,
  readMigrations,
} from '../platform/database/index.ts';
import type { Log } from '../platform/telemetry/index.ts';
import { type KeySource, openVault } from '../platform/vault/index.ts';
import { applyViews, applyVisibleRows, migrationFolders } from '../schema.ts';
import type { Role } from './room.ts';

export interface FloorOptions {
  config: Config;
  log: Log;
  database: { connectionString: string; embedded: boolean; dataId?: string | undefined };
  /** A person said that the database is a copy of another installation's. */
  isCopy?: boolean;
  /** `web` answers people and programs, `worker` syncs; `all` does both. */
  role: Role;
  version: string;
}

/** What rooms stand on. */
export interface Floors {
  db: Database;
  reads: ReadDatabase;
  vault: Awaited<ReturnType<typeof openVault>>;
  keys: KeySource;
  reader: Awaited<ReturnType<typeof prepareReader>>;
  migrations: readonly MigrationId[];
}

/** Brings the database up to date and opens everything on it. What was opened is pushed to `opened` at once. */
export async function openFloors(options: FloorOptions, opened: (() => Promise<unknown>)[]): Promise<Floors> {
  const { config, log, version, role, database } = options;
  const db = connect({
    connectionString: database.connectionString,
    applicationName: `plumbline ${role}`,
    maxConnections: connectionBudget.work,
    log,
  });
  opened.push(() => db.close());
  const migrations = await readMigrations(migrationFolders);
  await migrate(db, migrations, log, version);
  await applyViews(db, log);
  await applyVisibleRows(db, log);
  await recogniseInstallation({
    db,
    log,
    dataId: database.dataId,
    publicUrl: config.publicUrl?.href,
    saidToBeCopy: options.isCopy ?? false,
    endSessions: () => endAllSessions(db),
  });
  const keys = { keyFile: `${config.stateDirectory}/vault.keys`, environmentKey: config.masterKey };
  const vault = await openVault({ db, ...keys });
  const reads = await openReadDatabase({
    primary: db,
    log,
    newest: newestHeartbeat,
    applicationName: `plumbline ${role} reads`,
    replicaUrl: role === 'worker' ? undefined : config.readDatabaseUrl,
  });
  opened.push(() => reads.close());
  const reader = await prepareReader(db, { ownCluster: database.embedded, reads });
  return { db, reads, vault, keys, reader, migrations };
}
