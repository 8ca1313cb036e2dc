import { randomBytes } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { templateDatabase } from './schema.ts';

export interface TestDatabase {
  db: Database;
  connectionString: string;
  name: string;
  drop(): Promise<void>;
}

/** A private database cloned from the migrated template. The caller drops it, in afterAll. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const { host, port, user, password } = inject('cluster');
  const url = (database: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = connect({
    connectionString: url('postgres'),
    applicationName: 'test',
    maxConnections: 1,
    log: silentLog,
  });
  await cloneTemplate(admin, name);
  const db = connect({ connectionString: url(name), applicationName: 'test', maxConnections: 8, log: silentLog });
  return {
    db,
    connectionString: url(name),
    name,
    async drop() {
      await db.close();
      await admin.execute(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}

/** A private migrated database for one test, dropped when the test ends. */
export async function testDatabase(): Promise<Database> {
  const clone = await cloneDatabase();
  onTestFinished(() => clone.drop());
  return clone.db;
}

/** Two clones of one template at once make PostgreSQL refuse the second: wait for the other. */
async function cloneTemplate(admin: Database, name: string): Promise<void> {
  await admin.execute('select pg_advisory_lock(7001422)');
  try {
    await admin.execute(`create database ${name} template ${templateDatabase} strategy file_copy`);
  } finally {
    await admin.execute('select pg_advisory_unlock(7001422)');
  }
}
