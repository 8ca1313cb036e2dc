import type { Queryable } from '../../../platform/database/index.ts';
import type { Dimension } from './contract.ts';

/** Names of what is known by a number; others are their own names. */
export async function namesOf(
  db: Queryable,
  dimension: Dimension | null,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const table =
    dimension === 'project' ? 'shared.projects' : dimension === 'integration' ? 'shared.integrations' : null;
  if (table === null || keys.length === 0) return new Map();
  const rows = await db.query<{ id: string; name: string }>(
    `select id::text as id, name from ${table} where id = any ($1::bigint[])`,
    [keys.map(Number)],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
