import type { Database, Tx } from '../database/index.ts';
import { PlumblineError } from '../errors/index.ts';
import { type MasterKey, type Place, Sealed, seal, unseal } from './envelope.ts';
import { addKey, readKeys } from './key-file.ts';

export type { Place, Sealed } from './envelope.ts';

export interface Vault {
  /** Encrypts a secret for one place of the database. */
  seal(place: Place, text: string): Sealed;
  /** Decrypts it. Throws `vault_key_missing` when its key is not held, `vault_corrupt` when it was altered or moved. */
  open(place: Place, sealed: unknown): string;
  /** Ids of the keys this process holds, oldest first. */
  keyIds(): string[];
}

export interface VaultOptions {
  db: Database;
  /** Where keys are kept, one per line, readable by the hub's user only. */
  keyFile: string;
  /** PLUMBLINE_MASTER_KEY: base64 of 32 bytes; then no key file is read or made. */
  environmentKey?: string | undefined;
}

const checkText = 'plumbline';
const checkPlace: Place = { table: 'vault.keys', row: 'check', field: 'check_value' };

/**
 * Opens the vault: every key the database names must be held and open its check value. A key is made only when the
 * database has none, so that a lost key file is noticed and never papered over.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const keys = await options.db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(7001424)');
    const held = await readKeys(options.keyFile, options.environmentKey);
    const named = await tx.query<{ id: string; check_value: unknown }>(
      'select id, check_value from vault.keys where retired_at is null order by created_at',
    );
    if (named.length === 0) return [await firstKey(tx, held, options)];
    return named.map((row) => requireKey(row, held, options.keyFile));
  });
  const newest = keys.at(-1) as MasterKey;
  return {
    keyIds: () => keys.map((key) => key.id),
    seal: (place, text) => seal(newest, place, text),
    open(place, candidate) {
      const sealed = Sealed.safeParse(candidate);
      if (!sealed.success) throw new PlumblineError('vault_corrupt', { data: { place } });
      const key = keys.find((entry) => entry.id === sealed.data.keyId);
      if (key === undefined)
        throw new PlumblineError('vault_key_missing', { message: `The key ${sealed.data.keyId} is not held.` });
      return openOrCorrupt(key, place, sealed.data);
    },
  };
}

async function firstKey(tx: Tx, held: readonly MasterKey[], options: VaultOptions): Promise<MasterKey> {
  const key = held.at(-1) ?? (await addKey(options.keyFile));
  await tx.execute('insert into vault.keys (id, check_value, activated_at) values ($1, $2, now())', [
    key.id,
    JSON.stringify(seal(key, checkPlace, checkText)),
  ]);
  return key;
}

function requireKey(row: { id: string; check_value: unknown }, held: readonly MasterKey[], keyFile: string): MasterKey {
  const key = held.find((entry) => entry.id === row.id);
  if (key === undefined && held.length > 0) {
    throw new PlumblineError('vault_key_wrong', {
      message: `The database was sealed with key ${row.id}; the keys held are others.`,
    });
  }
  if (key === undefined) {
    throw new PlumblineError('vault_key_missing', {
      message: `The database was sealed with key ${row.id}; ${keyFile} does not hold it.`,
    });
  }
  if (openOrCorrupt(key, checkPlace, Sealed.parse(row.check_value)) !== checkText)
    throw new PlumblineError('vault_key_wrong');
  return key;
}

function openOrCorrupt(key: MasterKey, place: Place, sealed: Sealed): string {
  try {
    return unseal(key, place, sealed);
  } catch (cause) {
    throw new PlumblineError('vault_corrupt', { data: { place }, cause });
  }
}
