import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { openVault } from './index.ts';

const place = { table: 'integrations.credentials', row: 1, field: 'apiToken' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-vault-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('vault', () => {
  it('makes a key once, readable by nobody else, and opens with it after a restart', async () => {
    const db = await testDatabase();
    const keyFile = join(directory, 'master.keys');
    const sealed = (await openVault({ db, keyFile })).seal(place, 'squ_secret');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const before = await readFile(keyFile, 'utf8');
    expect((await openVault({ db, keyFile })).open(place, structuredClone(sealed))).toBe('squ_secret');
    expect(await readFile(keyFile, 'utf8')).toBe(before);
  });

  it('does not start without the key the database names, and never makes a second one', async () => {
    const db = await testDatabase();
    const keyFile = join(directory, 'master.keys');
    await openVault({ db, keyFile });
    await rm(keyFile);
    await expect(openVault({ db, keyFile })).rejects.toMatchObject({ code: 'vault_key_missing' });
    await writeFile(keyFile, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    await expect(openVault({ db, keyFile })).rejects.toMatchObject({ code: 'vault_key_wrong' });
  });

  it('refuses a key file that others may read', async () => {
    const db = await testDatabase();
    const keyFile = join(directory, 'master.keys');
    await openVault({ db, keyFile });
    await chmod(keyFile, 0o644);
    await expect(openVault({ db, keyFile })).rejects.toMatchObject({ code: 'vault_key_wrong' });
  });

  it('tells an altered secret from a missing key', async () => {
    const db = await testDatabase();
    const vault = await openVault({ db, keyFile: join(directory, 'master.keys') });
    const sealed = vault.seal(place, 'squ_secret');
    expect(() => vault.open({ ...place, row: 2 }, sealed)).toThrow(expect.objectContaining({ code: 'vault_corrupt' }));
    expect(() => vault.open(place, { ...sealed, keyId: 'another' })).toThrow(
      expect.objectContaining({ code: 'vault_key_missing' }),
    );
    expect(() => vault.open(place, 'squ_secret')).toThrow(expect.objectContaining({ code: 'vault_corrupt' }));
  });
});
