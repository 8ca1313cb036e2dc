import type { FileChange, Hunk, ReviewDiff } from '../../contract.ts';
import type { Diff } from '../schema.ts';

type FileDiff = Diff['diffs'][number];
type WireHunk = NonNullable<FileDiff['hunks']>[number];

/** The difference of a pull request, whatever of it the server left out. */
export function reviewDiff(diff: Diff): ReviewDiff {
  const files = diff.diffs.map(fileOf);
  return { files, truncated: diff.truncated === true || diff.diffs.some(isCut) };
}

const isCut = ({ truncated, hunks }: FileDiff): boolean =>
  truncated === true ||
  (hunks ?? []).some((hunk) => hunk.truncated === true || (hunk.segments ?? []).some((one) => one.truncated === true));

const pathOf = (path: FileDiff['source']): string | null => path?.components.join('/') ?? null;

function fileOf({ source, destination, hunks }: FileDiff): FileChange {
  const found: Hunk[] = [];
  let shift = 0;
  for (const run of (hunks ?? []).flatMap(runsOf)) {
    const hunk = placed(run, shift);
    found.push(hunk);
    shift += hunk.newSpan - hunk.oldSpan;
  }
  return { path: pathOf(destination), oldPath: pathOf(source), hunks: found };
}

/** Lines removed and added in one place: what lies between lines that both sides have. */
interface Run {
  removed: number[];
  added: number[];
}

function runsOf({ segments }: WireHunk): Run[] {
  const runs: Run[] = [];
  let open: Run | null = null;
  for (const { type, lines } of segments ?? []) {
    if (type !== 'ADDED' && type !== 'REMOVED') {
      open = null;
      continue;
    }
    if (open === null) runs.push((open = { removed: [], added: [] }));
    if (type === 'ADDED') open.added.push(...lines.map(({ destination }) => destination));
    else open.removed.push(...lines.map(({ source }) => source));
  }
  return runs.filter(({ removed, added }) => removed.length + added.length > 0);
}

/**
 * Of a side that has no lines in a run the server tells a point of insertion, which is no line; where it is follows from
 * the other side and from what the runs before it added and removed.
 */
function placed({ removed, added }: Run, shift: number): Hunk {
  const newLine = added[0] ?? (removed[0] as number) - 1 + shift;
  const oldLine = removed[0] ?? newLine - 1 - shift;
  return { oldLine, oldSpan: removed.length, newLine, newSpan: added.length };
}
