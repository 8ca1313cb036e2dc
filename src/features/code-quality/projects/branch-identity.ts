/** A stored long-lived branch. */
export interface KnownBranch {
  /** Of the row. */
  row: number;
  key: string;
  isMain: boolean;
}

export interface ListedBranch {
  key: string;
  name: string;
  isMain: boolean;
}

/** The key of the main branch while its list is closed to us. */
const assumedMain = 'branch:main';

/**
 * Which rows get another key. A branch is known by the server's id of it, by its name where the server tells none, and
 * the main one as such while the list is blocked; the row that was made in one of these ways is the branch in another, so
 * that its history stays one. Pure.
 */
export function planBranchKeys(
  stored: readonly KnownBranch[],
  listed: readonly ListedBranch[],
): { row: number; to: string }[] {
  const listedKeys = new Set(listed.map(({ key }) => key));
  const free = new Map(stored.filter(({ key }) => !listedKeys.has(key)).map((branch) => [branch.row, branch]));
  const storedKeys = new Set(stored.map(({ key }) => key));
  const moves: { row: number; to: string }[] = [];
  for (const branch of listed.filter(({ key }) => !storedKeys.has(key))) {
    const candidates = [...free.values()];
    const same =
      candidates.find(({ key }) => key === `branch:${branch.name}`) ??
      candidates.find(
        ({ key, isMain }) => branch.isMain && isMain && (key === assumedMain || branch.key === assumedMain),
      );
    if (same === undefined) continue;
    free.delete(same.row);
    moves.push({ row: same.row, to: branch.key });
  }
  return moves;
}
