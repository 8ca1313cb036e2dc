import type { z } from 'zod';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { ChangeView, SavedView, SaveView } from './contract.ts';
import { ownerOf } from './owner.ts';
import { nodeOfSearch, requireNodeAsked } from './requires-node.ts';

const columns = 'id, page, name, search, is_default as "isDefault"';

/** The caller's own, and nobody else's. */
export function savedViews(db: Queryable, actor: Actor): Promise<SavedView[]> {
  return db.query(`select ${columns} from insights.saved_views where owner_key = $1 order by page, lower(name), id`, [
    ownerOf(actor),
  ]);
}

/** Throws `saved_name_taken`, `org_node_not_found`, `org_node_not_then`. */
export async function saveView(db: Database, actor: Actor, wanted: z.output<typeof SaveView>): Promise<SavedView> {
  await requireNodeAsked(db, actor, nodeOfSearch(wanted.search));
  return db.transaction(async (tx) => {
    if (wanted.isDefault) await noDefault(tx, actor, wanted.page);
    const row = await tx.maybeOne<SavedView>(
      `insert into insights.saved_views (owner_key, page, name, search, is_default) values ($1, $2, $3, $4, $5)
       on conflict (owner_key, page, lower(name)) do nothing returning ${columns}`,
      [ownerOf(actor), wanted.page, wanted.name, wanted.search, wanted.isDefault],
    );
    if (row === undefined) throw new PlumblineError('saved_name_taken');
    await audit(tx, actor, 'saved_view.created', { kind: 'saved_view', id: row.id, name: row.name });
    return row;
  });
}

/** As for a new one, and throws `saved_view_not_found`. */
export async function changeView(
  db: Database,
  actor: Actor,
  id: number,
  change: z.output<typeof ChangeView>,
): Promise<SavedView> {
  if (change.search !== undefined) await requireNodeAsked(db, actor, nodeOfSearch(change.search));
  return db.transaction(async (tx) => {
    const old = await find(tx, actor, id);
    const name = change.name ?? old.name;
    const taken = await tx.maybeOne(
      'select from insights.saved_views where owner_key = $1 and page = $2 and lower(name) = lower($3) and id <> $4',
      [ownerOf(actor), old.page, name, id],
    );
    if (taken !== undefined) throw new PlumblineError('saved_name_taken');
    if (change.isDefault === true) await noDefault(tx, actor, old.page);
    const row = await tx.one<SavedView>(
      `update insights.saved_views set name = $2, search = $3, is_default = $4, updated_at = now() where id = $1 returning ${columns}`,
      [id, name, change.search ?? old.search, change.isDefault ?? old.isDefault],
    );
    await audit(tx, actor, 'saved_view.changed', { kind: 'saved_view', id, name: row.name });
    return row;
  });
}

/** Throws `saved_view_not_found`. */
export async function removeView(db: Database, actor: Actor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { name } = await find(tx, actor, id);
    await tx.execute('delete from insights.saved_views where id = $1', [id]);
    await audit(tx, actor, 'saved_view.deleted', { kind: 'saved_view', id, name });
  });
}

/** What a person kept for themselves goes with the account; what is shared stays, and is administrators’ from then on. */
export async function forgetSaved(tx: Tx, userId: number): Promise<void> {
  await tx.execute('delete from insights.saved_views where owner_key = $1', [`user:${userId}`]);
  await tx.execute('delete from insights.saved_reports where owner_key = $1 and not shared', [`user:${userId}`]);
}

async function noDefault(tx: Tx, actor: Actor, page: string): Promise<void> {
  await tx.execute(
    'update insights.saved_views set is_default = false where owner_key = $1 and page = $2 and is_default',
    [ownerOf(actor), page],
  );
}

async function find(db: Queryable, actor: Actor, id: number): Promise<SavedView> {
  const row = await db.maybeOne<SavedView>(
    `select ${columns} from insights.saved_views where id = $1 and owner_key = $2`,
    [id, ownerOf(actor)],
  );
  if (row === undefined) throw new PlumblineError('saved_view_not_found');
  return row;
}
