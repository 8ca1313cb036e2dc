import { advisoryLocks, type Queryable, type Tx } from '../database/index.ts';
import { type MasterKey, type Place, Sealed, seal, unseal } from './envelope.ts';
import { addKey, type KeySource } from './key-file.ts';

const checkText = 'plumbline';
const checkPlace: Place = { table: 'vault.keys', row: 'check', field: 'check_value' };

/** A key that is not retired, as the database names it. */
export interface KeyRow {
  id: string;
  checkValue: unknown;
  /** False while a rotation waits for processes that do not hold it yet. */
  active: boolean;
  createdAt: Date;
}

/** Processes that start or rotate at the same moment must not make a key each. */
export async function lockKeys(tx: Tx): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.vaultKeys]);
}

/** Oldest first. */
export function readKeyRows(db: Queryable): Promise<KeyRow[]> {
  return db.query(
    `select id, check_value as "checkValue", activated_at is not null as active, created_at as "createdAt"
       from vault.keys where retired_at is null order by activated_at nulls last, created_at`,
  );
}

export async function readRetiredKeyIds(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from vault.keys where retired_at is not null');
  return rows.map((row) => row.id);
}

/** True when the key opens the row's check value. */
export function provesKey(row: KeyRow, key: MasterKey): boolean {
  try {
    return unseal(key, checkPlace, Sealed.parse(row.checkValue)) === checkText;
  } catch {
    return false;
  }
}

/** The newest key held becomes the first; one is made where none is held. */
export async function adoptFirstKey(tx: Tx, held: readonly MasterKey[], source: KeySource): Promise<MasterKey> {
  const key = held.at(-1) ?? (await addKey(source.keyFile));
  await insertKey(tx, key, { active: true });
  return key;
}

export async function insertKey(tx: Queryable, key: MasterKey, { active }: { active: boolean }): Promise<void> {
  await tx.execute(
    'insert into vault.keys (id, check_value, activated_at) values ($1, $2, case when $3 then clock_timestamp() end)',
    [key.id, JSON.stringify(seal(key, checkPlace, checkText)), active],
  );
}

export async function activateKey(tx: Queryable, id: string): Promise<void> {
  await tx.execute('update vault.keys set activated_at = clock_timestamp() where id = $1 and activated_at is null', [
    id,
  ]);
}

/** Retires every active key but this one. */
export async function retireOthers(tx: Queryable, id: string): Promise<number> {
  return tx.execute('update vault.keys set retired_at = now() where id <> $1 and retired_at is null', [id]);
}
