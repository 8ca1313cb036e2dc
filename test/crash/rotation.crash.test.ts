import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rotation } from '../../src/features/operations/contract.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { openVault, type Vault } from '../../src/platform/vault/index.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { type Product, startProduct } from '../support/product.ts';

const secrets = 6_000;
const table = 'operations.webhook_endpoints';

let cluster: TestCluster;
let db: Database;
let web: Product;
let worker: Product;

beforeAll(async () => {
  cluster = await startTestCluster();
  const databaseUrl = `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/postgres`;
  db = connect({ connectionString: databaseUrl, applicationName: 'test', maxConnections: 2, log: silentLog });
  web = await startProduct({ databaseUrl, role: 'web' });
  worker = await startProduct({ databaseUrl, role: 'worker', keyFileOf: web.home });
  await insertSecrets(await vaultOf(web));
});

afterAll(async () => {
  await Promise.all([web?.close(), worker?.close()]);
  await db?.close();
  await cluster?.stop();
});

const vaultOf = (product: Product): Promise<Vault> => openVault({ db, keyFile: join(product.home, 'vault.keys') });

async function insertSecrets(vault: Vault): Promise<void> {
  const rows = Array.from({ length: secrets }, (_, index) => ({
    id: index + 1,
    sealed: { secret: vault.seal({ table, row: index + 1, field: 'secret' }, `secret ${index + 1}`) },
  }));
  await db.execute(
    `insert into ${table} (id, url, description, events, sealed, created_by, disabled_at, disabled_code)
     overriding system value
     select id, 'https://example.com/', '', array['gate.changed'], sealed, 'test', now(), 'by_person'
       from jsonb_to_recordset($1) as r (id bigint, sealed jsonb)`,
    [JSON.stringify(rows)],
  );
}

const rotation = async (): Promise<Rotation> => JSON.parse((await web.api('api/v1/vault/rotation')).text) as Rotation;

async function phase(wanted: Rotation['phase']): Promise<Rotation> {
  for (;;) {
    const state = await rotation();
    if (state.phase === wanted) return state;
    await delay(50);
  }
}

describe('rotation of the master key', () => {
  it('waits for every process, survives kill -9 in each phase and ends with every secret under one key', async () => {
    const before = await rotation();
    expect(before).toMatchObject({ phase: 'idle', left: 0, waitingFor: [] });

    // The worker has a state directory of its own: until somebody brings it the key, nothing changes.
    await web.api('api/v1/vault/rotation', { method: 'POST' });
    const waiting = await phase('waiting_for_key');
    await web.kill();
    await web.start();
    const again = JSON.parse((await web.api('api/v1/vault/rotation', { method: 'POST' })).text) as Rotation;
    expect(again).toMatchObject({ phase: 'waiting_for_key', keyId: waiting.keyId, left: secrets });
    expect(again.waitingFor.map((process) => process.role)).toContain('worker');
    await copyFile(join(web.home, 'vault.keys'), join(worker.home, 'vault.keys'));

    // Killed in the middle of bringing secrets under the new key.
    let state = await rotation();
    while (state.left === secrets) state = await rotation();
    await web.kill();
    const { left } = await db.one<{ left: number }>(
      `select count(*)::int as left from ${table} where sealed #>> '{secret,keyId}' <> $1`,
      [waiting.keyId],
    );
    expect(left).toBeLessThan(secrets);
    console.log(`killed with ${left} of ${secrets} secrets under the old key`);
    await web.start();

    const command = await web.plumbline(['secrets', 'rotate', '--json']);
    expect([command.status, JSON.parse(command.out)]).toEqual([
      0,
      expect.objectContaining({ phase: 'idle', keyId: waiting.keyId, left: 0, failed: [] }),
    ]);
    const vault = await vaultOf(web);
    const rows = await db.query<{ id: number; sealed: { secret: unknown } }>(
      `select id, sealed from ${table} order by id`,
    );
    const opened = rows.map(({ id, sealed }) => vault.open({ table, row: id, field: 'secret' }, sealed.secret));
    expect(opened).toEqual(Array.from({ length: secrets }, (_, index) => `secret ${index + 1}`));
    expect(await db.query('select id from vault.keys where retired_at is null')).toEqual([{ id: waiting.keyId }]);
    expect((await readFile(join(web.home, 'vault.keys'), 'utf8')).trim().split('\n')).toHaveLength(2);
    expect(web.log()).not.toContain((await readFile(join(web.home, 'vault.keys'), 'utf8')).split('\n')[0]);
  });
});
