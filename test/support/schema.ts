import { connect, migrate, readMigrations } from '../../src/platform/database/index.ts';
import type { Log } from '../../src/platform/telemetry/log.ts';
import { applyViews, migrationFolders } from '../../src/schema.ts';

export const templateDatabase = 'plumbline_template';

/** Makes the template database with every migration and the views of schema data. */
export async function migrateEverything(adminUrl: string, url: (database: string) => string, log: Log): Promise<void> {
  const admin = connect({ connectionString: adminUrl, applicationName: 'test set-up', maxConnections: 1, log });
  await admin.execute(`drop database if exists ${templateDatabase}`);
  await admin.execute(`create database ${templateDatabase}`);
  await admin.close();
  const template = connect({
    connectionString: url(templateDatabase),
    applicationName: 'test set-up',
    maxConnections: 1,
    log,
  });
  await migrate(template, await readMigrations(migrationFolders), log);
  await applyViews(template, log);
  await template.close();
}
