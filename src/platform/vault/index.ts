import type { Database, Tx } from '../database/index.ts';
import { PlumblineError } from '../errors/index.ts';
import { type MasterKey, type Place, rewrap, Sealed, seal, unseal } from './envelope.ts';
import { type KeySource, readKeys } from './key-file.ts';
import { adoptFirstKey, type KeyRow, lockKeys, provesKey, readKeyRows } from './key-rows.ts';

export type { Place, Sealed } from './envelope.ts';
export type { KeySource } from './key-file.ts';

export interface Vault {
  /**
   * Encrypts a secret for one place of the database. By convention that is a jsonb column named `sealed` of a table with
   * an `id`: one sealed value (field `secret`) or several by field; so rotation finds them all.
   */
  seal(place: Place, text: string): Sealed;
  /** Decrypts it. Throws `vault_key_missing` when its key is not held, `vault_corrupt` when it was altered or moved. */
  open(place: Place, sealed: unknown): string;
  /** The same secret under the newest key; its own encryption stays. Undefined when it is under it. Throws as `open`. */
  rewrap(place: Place, sealed: unknown): Sealed | undefined;
  /** Ids of the keys this process holds, oldest first. */
  keyIds(): string[];
  /** Id of the key new secrets are sealed with. */
  sealsWith(): string;
  /** Looks again for keys that were added and for the one to seal with. Throws as `openVault`, and then nothing changes. */
  reload(): Promise<void>;
}

export interface VaultOptions extends KeySource {
  db: Database;
}

/** Ids of the keys held here, oldest first. Throws when the key file is readable by others or no key file. */
export async function heldKeyIds(source: KeySource): Promise<string[]> {
  return (await readKeys(source)).map((key) => key.id);
}

interface State {
  held: readonly MasterKey[];
  newest: MasterKey;
}

/**
 * Opens the vault: every active key the database names must be held and open its check value. A key is made only when
 * the database has none, so that a lost key file is noticed and never papered over.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  let state = await readState(options);
  const keyOf = (sealed: Sealed): MasterKey => {
    const key = state.held.find((entry) => entry.id === sealed.keyId);
    if (key !== undefined) return key;
    throw new PlumblineError('vault_key_missing', { message: `The key ${sealed.keyId} is not held.` });
  };
  const parse = (place: Place, candidate: unknown): Sealed => {
    const sealed = Sealed.safeParse(candidate);
    if (!sealed.success) throw new PlumblineError('vault_corrupt', { data: { place } });
    return sealed.data;
  };
  return {
    keyIds: () => state.held.map((key) => key.id),
    sealsWith: () => state.newest.id,
    seal: (place, text) => seal(state.newest, place, text),
    open(place, candidate) {
      const sealed = parse(place, candidate);
      const key = keyOf(sealed);
      return orCorrupt(place, () => unseal(key, place, sealed));
    },
    rewrap(place, candidate) {
      const sealed = parse(place, candidate);
      if (sealed.keyId === state.newest.id) return undefined;
      const key = keyOf(sealed);
      return orCorrupt(place, () => rewrap({ from: key, to: state.newest }, place, sealed));
    },
    async reload() {
      state = await readState(options);
    },
  };
}

async function readState(options: VaultOptions): Promise<State> {
  let rows = await readKeyRows(options.db);
  if (rows.length === 0) rows = await options.db.transaction((tx) => firstKey(tx, options));
  const held = await readKeys(options);
  const active = rows.filter((row) => row.active).map((row) => requireKey(row, held, options.keyFile));
  return { held, newest: active.at(-1) as MasterKey };
}

async function firstKey(tx: Tx, options: VaultOptions): Promise<KeyRow[]> {
  await lockKeys(tx);
  if ((await readKeyRows(tx)).length === 0) await adoptFirstKey(tx, await readKeys(options), options);
  return readKeyRows(tx);
}

function requireKey(row: KeyRow, held: readonly MasterKey[], keyFile: string): MasterKey {
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
  if (!provesKey(row, key)) throw new PlumblineError('vault_key_wrong');
  return key;
}

function orCorrupt<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new PlumblineError('vault_corrupt', { data: { place }, cause });
  }
}
