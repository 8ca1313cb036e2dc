import pg from 'pg';
import { rowKinds, type VisibleRows } from './visible-rows.ts';

/** How statements of one database are sent for somebody who sees some rows only. */
export interface BoundedStatements {
  /** What a transaction begins with: another role, for which the policies of the tables hold, and the rows. */
  begin(rows: VisibleRows): string;
  /** The text with the views of rooms replaced by those that show what the tables below them do. */
  of(text: string): string;
}

interface Asked {
  query(text: string): Promise<{ rows: Record<string, unknown>[] }>;
}

const known = new WeakMap<object, Promise<BoundedStatements>>();

export function boundedStatements(pool: object, client: Asked): Promise<BoundedStatements> {
  const made = known.get(pool) ?? read(client);
  known.set(pool, made);
  // What was not there yet is looked for again.
  made.catch(() => known.delete(pool));
  return made;
}

/** Of a database that was not prepared there is no such role, and nothing that begins with it goes on. */
async function read(client: Asked): Promise<BoundedStatements> {
  const { rows } = await client.query(
    `select substr(schemaname, 9) || '.' || viewname as name from pg_views where schemaname like 'visible\\_%'`,
  );
  if (!rows.some(({ name }) => String(name).startsWith('shared.')))
    throw new Error('the database is not prepared for those who see some rows only');
  const role = pg.escapeIdentifier(await teamsRoleOf(client));
  const twins = twinsOf(rows.map(({ name }) => String(name)));
  return {
    begin: (visible) => {
      const bounds = rowKinds.map((kind) => `set local plumbline.${kind} = '{${visible[kind].map(Number).join(',')}}'`);
      return [`set local role ${role}`, ...bounds].join('; ');
    },
    of: twins,
  };
}

/** Puts the twin in the place of each of these views, by its qualified name. */
export function twinsOf(names: readonly string[]): (text: string) => string {
  const twins = new Set(names);
  return (text) => text.replace(/\b[a-z_]+\.[a-z_]+\b/g, (name) => (twins.has(name) ? `visible_${name}` : name));
}

/**
 * The role that statements of somebody who sees some rows only run as. Roles belong to a whole cluster: the database's own
 * number keeps those of several hubs apart.
 */
export async function teamsRoleOf(db: Asked): Promise<string> {
  const { rows } = await db.query(
    "select 'plumbline_teams_' || oid as name from pg_database where datname = current_database()",
  );
  return String(rows[0]?.['name']);
}
