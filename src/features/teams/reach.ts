import { type Database, type Queryable, seeingOnly, type Tx, type VisibleRows } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Actor } from '../access/index.ts';
import { teamScope } from './visible/resolver.ts';

/** What somebody of some teams may see now; undefined for who works in the whole organization. */
const reachOf = async (db: Queryable, { within }: Actor): Promise<VisibleRows | undefined> =>
  within === undefined ? undefined : teamScope.rowsWithin(db, within);

/** What a team has, and so whoever works in it sees. */
const owned = ['projects', 'repositories', 'services', 'pipelines', 'environments', 'images'] as const;

/**
 * Does what changes whose things are. Who works in some teams hands on and gives up what is theirs, and takes nothing: what
 * a team has is what its people see. Throws `team_takes_more`.
 */
export async function withinReach<T>(
  tx: Tx,
  actor: Actor,
  change: (own: VisibleRows | undefined) => Promise<T>,
): Promise<T> {
  const before = await reachOf(tx, actor);
  const done = await change(before);
  const after = await reachOf(tx, actor);
  if (before === undefined || after === undefined) return done;
  for (const kind of owned) {
    const known = new Set(before[kind]);
    if (after[kind].some((id) => !known.has(id))) throw takesMore();
  }
  return done;
}

export const takesMore = (message?: string): PlumblineError =>
  new PlumblineError('team_takes_more', message === undefined ? {} : { message });

/** Reads within what the caller may see, after a change that was made beyond it: nothing of others is in the answer. */
export async function seenBy<T>(db: Database, actor: Actor, read: () => Promise<T>): Promise<T> {
  const rows = await reachOf(db, actor);
  return rows === undefined ? read() : seeingOnly(rows, read);
}
