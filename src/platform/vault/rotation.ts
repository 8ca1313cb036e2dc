import type { Database, Queryable, Tx } from '../database/index.ts';
import { isPlumblineError, PlumblineError } from '../errors/index.ts';
import { Sealed } from './envelope.ts';
import type { Vault } from './index.ts';
import { addKey, type KeySource, readKeys } from './key-file.ts';
import { insertKey, lockKeys, readKeyRows, readRetiredKeyIds } from './key-rows.ts';

export { activateKey, readKeyRows, retireOthers } from './key-rows.ts';

/** The field of a column that holds one sealed value; a map of several has its own names. */
const singleField = 'secret';
const batchRows = 100;

/**
 * Names the key to rotate to: that of an interrupted rotation, one that a person added, else a new one in the key file. Throws
 * `vault_no_new_key` where keys come from the environment and none is new.
 */
export async function nameNextKey(tx: Tx, source: KeySource): Promise<string> {
  await lockKeys(tx);
  const rows = await readKeyRows(tx);
  const newest = rows.at(-1);
  // More than one key is in use: a rotation was interrupted, and the newest is where it was going.
  if (newest !== undefined && rows.length > 1) return newest.id;
  const known = new Set([...rows.map((row) => row.id), ...(await readRetiredKeyIds(tx))]);
  const unused = (await readKeys(source)).filter((key) => !known.has(key.id)).at(-1);
  if (unused === undefined && source.environmentKey !== undefined) throw new PlumblineError('vault_no_new_key');
  // On disk before the database names it: a crash in between leaves a key that the next attempt takes.
  const key = unused ?? (await addKey(source.keyFile));
  await insertKey(tx, key, { active: false });
  return key.id;
}

/** Every table with a column `sealed`, the convention of `Vault.seal`. */
export async function sealedTables(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select format('%I.%I', c.table_schema, c.table_name) as name
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.column_name = 'sealed' and c.data_type = 'jsonb' and t.table_type = 'BASE TABLE' order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Rows that hold a value under another key than this one. */
export async function countOthers(db: Queryable, keyId: string): Promise<number> {
  let rows = 0;
  for (const table of await sealedTables(db)) {
    const { n } = await db.one<{ n: number }>(`select count(*) as n from ${table} where ${underAnother}`, [keyId]);
    rows += n;
  }
  return rows;
}

const underAnother = `jsonb_path_exists(sealed, '$.**.keyId ? (@ != $id)', jsonb_build_object('id', $1::text))`;

export interface RewrapProgress {
  done: number;
  /** Rows that could not be opened, as `table id`; they stay as they are. */
  failed: string[];
}

/** Brings every sealed value under the newest key, a batch of rows at a time. Interrupted, it goes on where it was. */
export async function rewrapAll(
  { db, vault }: { db: Database; vault: Vault },
  told: (progress: RewrapProgress) => void,
): Promise<RewrapProgress> {
  const progress: RewrapProgress = { done: 0, failed: [] };
  for (const table of await sealedTables(db)) {
    for (let after = 0; ; ) {
      const last = await db.transaction((tx) => rewrapBatch(tx, vault, { table, after }, progress));
      told(progress);
      if (last === undefined) break;
      after = last;
    }
  }
  return progress;
}

/** Returns the last id of the batch; undefined when there was none. */
async function rewrapBatch(
  tx: Tx,
  vault: Vault,
  { table, after }: { table: string; after: number },
  progress: RewrapProgress,
): Promise<number | undefined> {
  const rows = await tx.query<{ id: number; sealed: unknown }>(
    `select id, sealed from ${table} where id > $2 and ${underAnother} order by id limit ${batchRows} for update`,
    [vault.sealsWith(), after],
  );
  for (const { id, sealed } of rows) {
    try {
      await tx.execute(`update ${table} set sealed = $2 where id = $1`, [
        id,
        JSON.stringify(rewrapValue(vault, { table, row: id }, sealed)),
      ]);
      progress.done++;
    } catch (error) {
      if (!isPlumblineError(error)) throw error;
      progress.failed.push(`${table} ${id}`);
    }
  }
  return rows.at(-1)?.id;
}

function rewrapValue(vault: Vault, place: { table: string; row: number }, value: unknown): unknown {
  if (Sealed.safeParse(value).success) return vault.rewrap({ ...place, field: singleField }, value) ?? value;
  const fields = Object.entries((value ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    fields.map(([field, sealed]) => [field, vault.rewrap({ ...place, field }, sealed) ?? sealed]),
  );
}
