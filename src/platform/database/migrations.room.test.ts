import { expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { migrationFolders } from '../../schema.ts';
import { silentLog } from '../telemetry/log.ts';
import { migrate, readMigrations } from './migrations.ts';

it('a database that a newer version wrote is refused by the names of both', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  const migrations = await readMigrations(migrationFolders);
  const last = migrations.at(-1);
  // As an older ledger, without versions.
  await db.execute('alter table platform.migrations drop column if exists product_version');
  expect(await migrate(db, migrations, silentLog, '0.1.0')).toEqual([]);
  await db.execute(`insert into platform.migrations (number, name, checksum) values (9999, '9999-later', 'x')`);
  const refusal = () => migrate(db, migrations, silentLog, '0.1.0').catch((error: Error) => error);
  expect(await refusal()).toMatchObject({
    code: 'database_newer',
    message: expect.stringContaining('by a newer version'),
  });
  await db.execute(`update platform.migrations set product_version = '0.9.0' where number = 9999`);
  const { message, remedy } = (await refusal()) as Error & { remedy: string };
  expect(message).toContain('brought to migration 9999-later by version 0.9.0');
  expect(message).toContain(`This is version 0.1.0, which knows migrations up to ${last?.name}`);
  expect(remedy).toContain('Start version 0.9.0 or a newer one');
});
