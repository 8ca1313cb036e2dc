import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../../../test/support/database.ts';
import { advisoryLocks, type Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { openVault } from '../../../platform/vault/index.ts';
import { activateKey, nameNextKey } from '../../../platform/vault/rotation.ts';
import { createRotations } from './rotation.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-rotating-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('that ends while somebody asks how it stands was not interrupted', async () => {
  const real = await testDatabase();
  const keys = { keyFile: join(directory, 'vault.keys') };
  const vault = await openVault({ db: real, ...keys });
  const asking = new AsyncLocalStorage<true>();
  const over = Promise.withResolvers<void>();
  // Who asks knows of two keys; only when the rotation is over is more told.
  const db: Database = {
    ...real,
    async query<Row>(text: string, values?: readonly unknown[]) {
      const rows = await real.query<Row>(text, values);
      if (asking.getStore() === true) await over.promise;
      return rows;
    },
  };
  const log = { ...silentLog, info: (): void => void setTimeout(over.resolve, 50) } as typeof silentLog;
  const rotations = createRotations({ db, log, vault, keys });
  await rotations.start();
  const { phase } = await asking.run(true, () => rotations.read());
  expect(phase).not.toBe('interrupted');
  expect(await rotations.read()).toMatchObject({ phase: 'idle', left: 0 });
  await rotations.stop();
});

it('that another process is at was not interrupted, and was once that process is gone', async () => {
  const db = await testDatabase();
  const keys = { keyFile: join(directory, 'elsewhere.keys') };
  const vault = await openVault({ db, ...keys });
  await activateKey(db, await db.transaction((tx) => nameNextKey(tx, keys)));
  const rotations = createRotations({ db, log: silentLog, vault, keys });
  const elsewhere = await db.pool.connect();
  await elsewhere.query('select pg_advisory_lock($1)', [advisoryLocks.keyRotation]);
  expect(await rotations.read()).toMatchObject({ phase: 'rewrapping' });
  await elsewhere.query('select pg_advisory_unlock($1)', [advisoryLocks.keyRotation]);
  elsewhere.release();
  expect(await rotations.read()).toMatchObject({ phase: 'interrupted' });
  await rotations.stop();
});
