import type { Queryable } from '../../../platform/database/index.ts';

export interface InstallationRow {
  id: string;
  place: string;
  publicUrl: string | null;
  copiedFrom: string | null;
  heldSince: Date | null;
  decision: 'original' | 'separate' | null;
}

export async function readInstallation(db: Queryable): Promise<InstallationRow | undefined> {
  return db.maybeOne(
    `select id, place, public_url as "publicUrl", copied_from as "copiedFrom", held_since as "heldSince", decision
       from operations.installation`,
  );
}

/** By what this installation is told from others; a copy has an id of its own. */
export async function installationId(db: Queryable): Promise<string> {
  return (await db.one<{ id: string }>('select id from operations.installation')).id;
}

/** True while a copy waits for a person's word. */
export async function isHeld(db: Queryable): Promise<boolean> {
  const row = await db.one<{ held: boolean }>(
    'select exists (select from operations.installation where held_since is not null) as held',
  );
  return row.held;
}

/** The first start, or the first of a version that asks. */
export async function insertInstallation(db: Queryable, place: string): Promise<void> {
  await db.execute('insert into operations.installation (place) values ($1) on conflict do nothing', [place]);
}

/** Guarded by the id it had: of several processes that start at once one does it. False: another was faster. */
export async function becomeCopy(db: Queryable, id: string, place: string): Promise<boolean> {
  const changed = await db.execute(
    `update operations.installation
        set id = gen_random_uuid(), place = $2, copied_from = id, held_since = now(), decision = null, decided_at = null,
            decided_by = null
      where id = $1`,
    [id, place],
  );
  return changed > 0;
}

export async function notePublicUrl(db: Queryable, url: string | null): Promise<void> {
  await db.execute(
    'update operations.installation set public_url = $1 where held_since is null and public_url is distinct from $1',
    [url],
  );
}

/** False when it is not held, or not any more. */
export async function decide(db: Queryable, decision: 'original' | 'separate', by: string): Promise<boolean> {
  const changed = await db.execute(
    `update operations.installation set held_since = null, decision = $1, decided_at = now(), decided_by = $2
      where held_since is not null`,
    [decision, by],
  );
  return changed > 0;
}

/** By what an external server and database are known: a dump that was loaded elsewhere has other ones. */
export async function placeOfServer(db: Queryable): Promise<string> {
  const row = await db.one<{ place: string }>(
    `select format('server %s database %s',
              (select system_identifier from pg_control_system()),
              (select oid from pg_database where datname = current_database())) as place`,
  );
  return row.place;
}
