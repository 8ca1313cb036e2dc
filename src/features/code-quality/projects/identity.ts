import type { ThingAtSource } from '../../../connectors/contract.ts';

/** A stored project. */
export interface KnownProject {
  /** Of the row. */
  row: number;
  key: string;
  /** The server's own id of it; null where it told none. */
  id: string | null;
  isDeleted: boolean;
}

export interface NewKey {
  row: number;
  from: string;
  to: string;
}

/** Keys of SonarQube have no `#`: such a key stands for a project whose own is another project's now. */
export const formerKeyMark = '#';

/**
 * Which rows get another key. The server's own id says which project a row is about: a key moves with it, and a row whose
 * key belongs to another project now gives it up. So the history of a project never becomes another one's. Pure.
 */
export function planKeys(stored: readonly KnownProject[], seen: readonly ThingAtSource[]): NewKey[] {
  const idOfKey = new Map(seen.map(({ key, id }) => [key, id]));
  const keyOfId = new Map(seen.map(({ key, id }) => [id, key]));
  const moves: NewKey[] = [];
  const taken = new Set<string>();
  const moved = new Set<number>();
  // Of two rows with one id the one that is not gone is the project.
  const byLife = stored.toSorted((a, b) => Number(a.isDeleted) - Number(b.isDeleted) || b.row - a.row);
  for (const { row, key, id } of byLife) {
    const to = id === null ? undefined : keyOfId.get(id);
    if (to === undefined || taken.has(to)) continue;
    taken.add(to);
    moved.add(row);
    if (to !== key) moves.push({ row, from: key, to });
  }
  for (const { row, key, id } of stored) {
    if (moved.has(row) || key.includes(formerKeyMark)) continue;
    const owner = idOfKey.get(key);
    const isAnothers = taken.has(key) || (id !== null && owner != null && owner !== id);
    if (isAnothers) moves.push({ row, from: key, to: `${key}${formerKeyMark}${id ?? row}` });
  }
  return moves;
}
