import type { FileChange, Hunk } from '../../../connectors/contract.ts';

/** Where a line of the new side was before. */
export interface OldPlace {
  path: string | null;
  /** Null: the line is new. */
  line: number | null;
  /** Of a new line: number of the hunk that added it. */
  hunk: number | null;
}

/** Answers for each line of the new side where it was; a file that nothing is said of did not change. */
export function oldPlaces(changes: readonly FileChange[]): (path: string, line: number) => OldPlace {
  const byPath = new Map(changes.map((change) => [change.path, change]));
  return (path, line) => {
    const change = byPath.get(path);
    return change === undefined ? { path, line, hunk: null } : placeIn(change, line);
  };
}

function placeIn({ oldPath, hunks }: FileChange, line: number): OldPlace {
  if (oldPath === null) return { path: null, line: null, hunk: 0 };
  const at = lastStartingBefore(hunks, line);
  const hunk = hunks[at];
  if (hunk === undefined) return { path: oldPath, line, hunk: null };
  if (hunk.newSpan > 0 && line < hunk.newLine + hunk.newSpan) return { path: oldPath, line: null, hunk: at };
  const shift = afterOld(hunk) - afterNew(hunk);
  return { path: oldPath, line: line + shift, hunk: null };
}

/** First line behind the hunk, on each side. */
const afterOld = ({ oldLine, oldSpan }: Hunk): number => (oldSpan === 0 ? oldLine + 1 : oldLine + oldSpan);
const afterNew = ({ newLine, newSpan }: Hunk): number => (newSpan === 0 ? newLine + 1 : newLine + newSpan);

/** Index of the last hunk that begins at or before the line of the new side; -1: none does. */
function lastStartingBefore(hunks: readonly Hunk[], line: number): number {
  let [low, high] = [0, hunks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const hunk = hunks[middle] as Hunk;
    const first = hunk.newSpan === 0 ? hunk.newLine + 1 : hunk.newLine;
    if (first <= line) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Number of the hunk that removed a line of the old side; null: the line is still there. */
export function removedBy({ path, hunks }: FileChange, oldLine: number): number | null {
  if (path === null) return 0;
  const at = hunks.findIndex((hunk) => oldLine >= hunk.oldLine && oldLine < hunk.oldLine + hunk.oldSpan);
  return at === -1 ? null : at;
}
