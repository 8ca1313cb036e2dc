import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import type { Database } from '../database/index.ts';
import { openVault, type Vault } from './index.ts';
import { activateKey, retireOthers } from './key-rows.ts';
import { countOthers, nameNextKey, rewrapAll, sealedTables } from './rotation.ts';

let directory: string;
let keyFile: string;
let db: Database;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-rotation-'));
  keyFile = join(directory, 'vault.keys');
  db = await testDatabase();
  await db.execute('create table public.several (id bigint primary key, sealed jsonb not null)');
  await db.execute('create table public.single (id bigint primary key, sealed jsonb not null)');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const several = (row: number, field: string) => ({ table: 'public.several', row, field });
const single = (row: number) => ({ table: 'public.single', row, field: 'secret' });

async function store(vault: Vault, rows: number): Promise<void> {
  for (let id = 1; id <= rows; id++) {
    const fields = {
      user: vault.seal(several(id, 'user'), `user ${id}`),
      key: vault.seal(several(id, 'key'), `key ${id}`),
    };
    await db.execute('insert into public.several values ($1, $2)', [id, JSON.stringify(fields)]);
    await db.execute('insert into public.single values ($1, $2)', [
      id,
      JSON.stringify(vault.seal(single(id), `one ${id}`)),
    ]);
  }
  // A credential that was deleted keeps its row and nothing in it.
  await db.execute(`insert into public.several values ($1, '{}')`, [rows + 1]);
}

async function opened(vault: Vault, id: number): Promise<string[]> {
  const a = await db.one<{ sealed: { user: unknown; key: unknown } }>(
    'select sealed from public.several where id = $1',
    [id],
  );
  const b = await db.one<{ sealed: unknown }>('select sealed from public.single where id = $1', [id]);
  return [
    vault.open(several(id, 'user'), a.sealed.user),
    vault.open(several(id, 'key'), a.sealed.key),
    vault.open(single(id), b.sealed),
  ];
}

/** The steps of a rotation, up to and including the given one. */
async function rotate(vault: Vault): Promise<string> {
  const id = await db.transaction((tx) => nameNextKey(tx, { keyFile }));
  await vault.reload();
  await activateKey(db, id);
  await vault.reload();
  return id;
}

describe('rotation', () => {
  it('finds every column of the product that holds sealed values', async () => {
    expect(await sealedTables(db)).toEqual(
      expect.arrayContaining(['integrations.credentials', 'operations.webhook_endpoints', 'public.several']),
    );
  });

  it('brings every secret under the new key and needs the old one no more', async () => {
    const vault = await openVault({ db, keyFile });
    await store(vault, 130);
    const old = vault.sealsWith();
    const before = await db.one<{ sealed: { secret: unknown } }>('select sealed from public.single where id = 7');
    const id = await rotate(vault);
    expect(vault.sealsWith()).toBe(id);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await countOthers(db, id)).toBe(260);
    expect(await rewrapAll({ db, vault }, () => undefined)).toEqual({ done: 260, failed: [] });
    expect(await countOthers(db, id)).toBe(0);
    await retireOthers(db, id);
    // What was encrypted with the secret's own key stayed; only that key was wrapped anew.
    const after = await db.one<{ sealed: { secret: unknown } }>('select sealed from public.single where id = 7');
    expect(after.sealed.secret).toEqual(before.sealed.secret);
    expect(after).not.toEqual(before);

    const withoutOld = join(directory, 'only-new');
    await appendFile(withoutOld, `${(await readFile(keyFile, 'utf8')).trim().split('\n')[1]}\n`, { mode: 0o600 });
    const fresh = await openVault({ db, keyFile: withoutOld });
    expect(fresh.keyIds()).toEqual([id]);
    expect(await opened(fresh, 130)).toEqual(['user 130', 'key 130', 'one 130']);
    const withoutNew = join(directory, 'only-old');
    await appendFile(withoutNew, `${(await readFile(keyFile, 'utf8')).split('\n')[0]}\n`, { mode: 0o600 });
    await expect(openVault({ db, keyFile: withoutNew })).rejects.toMatchObject({ code: 'vault_key_wrong' });
    expect(old).not.toBe(id);
  });

  it('goes on where it was after each of its steps was interrupted', async () => {
    const vault = await openVault({ db, keyFile });
    await store(vault, 3);
    const first = await db.transaction((tx) => nameNextKey(tx, { keyFile }));
    expect(await db.transaction((tx) => nameNextKey(tx, { keyFile }))).toBe(first);
    // A key that reached the file and not the database is the one the next attempt takes.
    await db.execute('delete from vault.keys where id = $1', [first]);
    expect(await db.transaction((tx) => nameNextKey(tx, { keyFile }))).toBe(first);
    // While it waits, a process without it starts and seals with the old key.
    const lines = (await readFile(keyFile, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(2);
    const behind = join(directory, 'behind');
    await appendFile(behind, `${lines[0]}\n`, { mode: 0o600 });
    expect((await openVault({ db, keyFile: behind })).sealsWith()).not.toBe(first);
    // Once it is active it does not start any more.
    await activateKey(db, first);
    await expect(openVault({ db, keyFile: behind })).rejects.toMatchObject({ code: 'vault_key_wrong' });
    await vault.reload();
    const half = await openVault({ db, keyFile });
    await db.execute(`update public.single set sealed = $1 where id = 1`, [
      JSON.stringify(
        half.rewrap(
          single(1),
          (await db.one<{ sealed: unknown }>('select sealed from public.single where id = 1')).sealed,
        ),
      ),
    ]);
    expect(await rewrapAll({ db, vault }, () => undefined)).toEqual({ done: 5, failed: [] });
    expect(await rewrapAll({ db, vault }, () => undefined)).toEqual({ done: 0, failed: [] });
  });

  it('keeps the old key while something could not be opened, and names it', async () => {
    const vault = await openVault({ db, keyFile });
    await store(vault, 2);
    await db.execute(`update public.single set id = 9 where id = 2`);
    const id = await rotate(vault);
    expect(await rewrapAll({ db, vault }, () => undefined)).toEqual({ done: 3, failed: ['public.single 9'] });
    expect(await countOthers(db, id)).toBe(1);
  });

  it('takes a new key from the environment and makes none there', async () => {
    const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    await openVault({ db, keyFile, environmentKey: first });
    const next = (environmentKey: string) => db.transaction((tx) => nameNextKey(tx, { keyFile, environmentKey }));
    await expect(next(first)).rejects.toMatchObject({ code: 'vault_no_new_key' });
    const id = await next(`${first},${second}`);
    expect((await openVault({ db, keyFile, environmentKey: `${first}, ${second}` })).keyIds()).toContain(id);
    await expect(stat(keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
