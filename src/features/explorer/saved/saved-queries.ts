import { randomBytes } from 'node:crypto';
import { trimCharacter } from '../../../domain/text-edges.ts';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { SavedQuery } from '../contract.ts';
import {
  deleteSavedQuery,
  findSavedQuery,
  insertSavedQuery,
  listSavedQueries,
  type SavedQueryRow,
  updateSavedQuery,
} from './store.ts';

/** Whose a thing is: a person's, an API token's, or that of the hub's own machine. */
export function actorKey(actor: Actor): string {
  if (actor.kind === 'user') return `user:${actor.userId}`;
  return actor.kind === 'token' ? `token:${actor.tokenId}` : 'local';
}

export async function savedQueries(db: Database, actor: Actor): Promise<SavedQuery[]> {
  return (await listSavedQueries(db)).map((row) => toSavedQuery(row, actor));
}

/** Throws `saved_query_not_found`. */
export async function savedQuery(db: Database, actor: Actor, idOrSlug: string): Promise<SavedQuery> {
  return toSavedQuery(await find(db, idOrSlug), actor);
}

/** Any text can be kept, also an unfinished one; it is checked when it is run. */
export async function saveQuery(
  db: Database,
  actor: Actor,
  wanted: { name: string; description: string; sql: string },
): Promise<SavedQuery> {
  return db.transaction(async (tx) => {
    const base = slugOf(wanted.name);
    const owner = { ownerKey: actorKey(actor), createdBy: actor.name };
    const row =
      (await insertSavedQuery(tx, { ...wanted, ...owner, slug: base })) ??
      (await insertSavedQuery(tx, { ...wanted, ...owner, slug: `${base}-${randomBytes(3).toString('hex')}` }));
    if (row === undefined) throw new Error('two random slugs were equal');
    await audit(tx, actor, 'saved_query.created', { kind: 'saved_query', id: row.id, name: row.name });
    return toSavedQuery(row, actor);
  });
}

/** Throws `saved_query_not_found`, `saved_query_not_yours`. */
export async function changeQuery(
  db: Database,
  actor: Actor,
  idOrSlug: string,
  change: { name?: string | undefined; description?: string | undefined; sql?: string | undefined },
): Promise<SavedQuery> {
  return db.transaction(async (tx) => {
    const old = requireEditable(await find(tx, idOrSlug), actor);
    const row = await updateSavedQuery(tx, old.id, {
      name: change.name ?? old.name,
      description: change.description ?? old.description,
      sql: change.sql ?? old.sql,
    });
    await audit(tx, actor, 'saved_query.changed', { kind: 'saved_query', id: row.id, name: row.name });
    return toSavedQuery(row, actor);
  });
}

/** Throws `saved_query_not_found`, `saved_query_not_yours`. */
export async function removeQuery(db: Database, actor: Actor, idOrSlug: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = requireEditable(await find(tx, idOrSlug), actor);
    await deleteSavedQuery(tx, row.id);
    await audit(tx, actor, 'saved_query.deleted', { kind: 'saved_query', id: row.id, name: row.name });
  });
}

async function find(db: Queryable, idOrSlug: string): Promise<SavedQueryRow> {
  const row = await findSavedQuery(db, idOrSlug);
  if (row === undefined) throw new PlumblineError('saved_query_not_found');
  return row;
}

function requireEditable(row: SavedQueryRow, actor: Actor): SavedQueryRow {
  if (!isEditable(row, actor)) throw new PlumblineError('saved_query_not_yours');
  return row;
}

function isEditable(row: SavedQueryRow, actor: Actor): boolean {
  return actor.role === 'admin' || row.owner_key === actorKey(actor);
}

function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const slug = trimCharacter(words, '-').slice(0, 80);
  // A number would be read as an id.
  return slug === '' || /^\d+$/.test(slug) ? `query-${slug === '' ? randomBytes(3).toString('hex') : slug}` : slug;
}

function toSavedQuery(row: SavedQueryRow, actor: Actor): SavedQuery {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    sql: row.sql,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    editable: isEditable(row, actor),
  };
}
