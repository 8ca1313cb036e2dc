import { isPlumblineError } from '../../../platform/errors/index.ts';
import { pooled } from '../pool.ts';
import { isClosed, type Reader } from '../reader.ts';
import { ComponentShow } from '../schema.ts';
import type { ProjectListing } from './projects.ts';

export interface LostProjects {
  /** The server does not know them any more. */
  deleted: readonly string[];
  /** They exist, and this token may not read them, or nobody could say. */
  hidden: readonly string[];
}

/** Asked one by one in a discovery; more at once (a permission that was taken away) are called hidden until it is their turn. */
const asked = 50;

/**
 * Stored projects that a list does not name which shows only what the token may browse: such a list does not tell a
 * deleted project from one that was closed to us. Null where the list shows every project, or is not sure to be whole.
 */
export async function findLostProjects(
  reader: Reader,
  listings: readonly ProjectListing[],
): Promise<LostProjects | null> {
  const { stored } = reader.request;
  if (stored === undefined || reader.settings.projectKeys.length > 0) return null;
  if (listings.every((listing) => listing.seesAll) || !listings.every((listing) => listing.proven)) return null;
  const listed = new Set(listings.flatMap((listing) => listing.records.map((record) => record.key)));
  const missing = (await stored.keys('projects', '')).filter((key) => !listed.has(key));
  const deleted: string[] = [];
  const width = (): number => reader.client.concurrency();
  for await (const { key, exists } of pooled(missing.slice(0, asked), width, (one) => lookFor(reader, one))) {
    if (!exists) deleted.push(key);
  }
  return { deleted, hidden: missing.filter((key) => !deleted.includes(key)) };
}

async function lookFor({ client }: Reader, key: string): Promise<{ key: string; exists: boolean }> {
  try {
    await client.get(ComponentShow, 'api/components/show', { component: key });
    return { key, exists: true };
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found')) return { key, exists: false };
    if (isClosed(error)) return { key, exists: true };
    throw error;
  }
}
