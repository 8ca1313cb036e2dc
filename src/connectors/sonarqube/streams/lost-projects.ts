import type { ThingAtSource } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { pooled } from '../pool.ts';
import { projectScope } from '../project-scope.ts';
import { isClosed, type Reader } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import { ComponentShow } from '../schema.ts';
import type { ProjectListing } from './projects.ts';

/** What a listing says about stored projects that it does not name among the wanted ones. */
export interface LostProjects {
  /** The server does not know them any more; absent where nobody could say. */
  deleted?: readonly string[];
  /** They exist, and this token may not read them, or nobody could say. */
  unreadable?: readonly string[];
  /** Those that were asked for, one by one. */
  lookedFor?: readonly string[];
  /** The settings leave them out, under the key they have now. */
  outside: readonly ThingAtSource[];
}

/**
 * Asked one by one in a discovery, first those that were not for the longest time; more at once (a permission that was
 * taken away) are called unreadable until it is their turn.
 */
const asked = 50;

/**
 * A project is known by the server's own id, where there is one: its key may have moved, and another project may have the
 * key now. A list for administrators that was read to its end names every project; any other one shows only what the
 * token may browse, and does not tell a deleted project from one that was closed to us.
 */
export async function findLostProjects(reader: Reader, listings: readonly ProjectListing[]): Promise<LostProjects> {
  const { known } = reader.request;
  if (known === undefined) return { outside: [] };
  const scope = projectScope(reader.settings.projectKeys);
  const all = listings.flatMap((listing) => listing.records);
  const find = finder(all);
  const outside: ThingAtSource[] = [];
  const missing: string[] = [];
  const proven = listings.every((listing) => listing.proven);
  const everything = proven && all.length > 0 && listings.every((listing) => listing.seesAll);
  for (const [key, id] of await known()) {
    const found = find(key, id);
    if (found === 'another') continue;
    const now = found?.key ?? key;
    if (found === undefined && (everything || scope.includes(key))) missing.push(key);
    else if (!scope.includes(now)) outside.push({ key: now, id });
  }
  // What an unlimited list of everything leaves out is told by the listing itself.
  if (everything) return { outside, ...(scope.limited ? { deleted: missing } : {}) };
  if (!proven) return { outside };
  const deleted: string[] = [];
  const width = (): number => reader.client.concurrency();
  const lookedFor = missing.slice(0, asked);
  for await (const { key, exists } of pooled(lookedFor, width, (one) => lookFor(reader, one))) {
    if (!exists) deleted.push(key);
  }
  return { outside, deleted, lookedFor, unreadable: missing.filter((key) => !deleted.includes(key)) };
}

/** Finds a stored project among the listed ones; `another`: its key is that of another project now. */
function finder(
  all: readonly ProjectRecord[],
): (key: string, id: string | null) => ProjectRecord | 'another' | undefined {
  const byKey = new Map(all.map((record) => [record.key, record]));
  const byId = new Map(all.flatMap((record) => (record.uuid === null ? [] : [[record.uuid, record]])));
  return (key, id) => {
    const same = id === null ? undefined : byId.get(id);
    const named = byKey.get(key);
    if (same !== undefined || named === undefined) return same;
    return id === null || named.uuid === null ? named : 'another';
  };
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
