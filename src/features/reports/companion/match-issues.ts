import type { FileChange } from '../../../connectors/contract.ts';
import { oldPlaces, removedBy } from './line-map.ts';

/** An issue as two analyses of the same code would tell it. */
export interface LocatedIssue {
  key: string;
  rule: string;
  /** Null: of the whole project. */
  path: string | null;
  /** Null: of the whole file. */
  line: number | null;
  /** Of the text of its line without blanks; null where the server told none. */
  hash: string | null;
  message: string;
}

export interface Matched {
  /** Issues with no match: the change brought them. */
  added: readonly LocatedIssue[];
  /** Key of an issue, and of the one it was before. */
  known: ReadonlyMap<string, string>;
}

/**
 * Which issues of a change were there before. Each pass pairs what the ones before it left, from the surest sign to the
 * weakest: the same line of the same file, whatever moved it; the same text elsewhere in the file; what an edit put in
 * the place of the line; the same text in another file from which it went. A pair is taken once, so that a copy of old
 * code counts as added.
 */
export function matchIssues(
  before: readonly LocatedIssue[],
  after: readonly LocatedIssue[],
  changes: readonly FileChange[],
): Matched {
  const byOldPath = new Map(changes.map((change) => [change.oldPath, change]));
  const olds = before.map((issue) => oldSide(issue, byOldPath));
  const placeOf = oldPlaces(changes);
  const byPath = new Map(changes.map((change) => [change.path, change]));
  const news = after.map((issue) => newSide(issue, placeOf, byPath));
  // What stands on lines that were there before is surer to be old than what stands on added ones.
  news.sort((a, b) => Number(a.added) - Number(b.added) || (a.issue.line ?? 0) - (b.issue.line ?? 0));
  olds.sort((a, b) => (a.issue.line ?? 0) - (b.issue.line ?? 0));
  const known = new Map<string, string>();
  const taken = new Set<Side>();
  for (const pass of passes) {
    for (const [old, now] of pairsOf(pass, left(olds, taken), left(news, taken))) {
      known.set(now.issue.key, old.issue.key);
      taken.add(old).add(now);
    }
  }
  return { added: after.filter(({ key }) => !known.has(key)), known };
}

/** An issue with its place on the old side, where both sides can be compared. */
interface Side {
  issue: LocatedIssue;
  path: string | null;
  line: number | null;
  /** File and hunk that removed or added its line, and its places there from both ends; null for a line that stayed. */
  hunk: { name: string; fromStart: number; fromEnd: number } | null;
  /** It stands on a line that is on its side only. */
  added: boolean;
  /** Of an old one that was fixed meanwhile the server tells the text of its line, and no longer which it was. */
  lostLine: boolean;
}

function oldSide(issue: LocatedIssue, changes: ReadonlyMap<string | null, FileChange>): Side {
  const { path, line } = issue;
  const change = path === null ? undefined : changes.get(path);
  const at = change === undefined || line === null ? null : removedBy(change, line);
  const lostLine = line === null && issue.hash !== null;
  if (at === null || line === null) return { issue, path, line, hunk: null, added: false, lostLine };
  const hunk = change?.hunks[at];
  const place = hunk === undefined ? null : placeIn(`${path} ${at}`, line, [hunk.oldLine, hunk.oldSpan]);
  return { issue, path, line, hunk: place, added: true, lostLine };
}

const placeIn = (name: string, line: number, [first, span]: [first: number, span: number]): Side['hunk'] => ({
  name,
  fromStart: line - first,
  fromEnd: first + span - 1 - line,
});

function newSide(
  issue: LocatedIssue,
  placeOf: ReturnType<typeof oldPlaces>,
  changes: ReadonlyMap<string | null, FileChange>,
): Side {
  if (issue.path === null) return { issue, path: null, line: null, hunk: null, added: false, lostLine: false };
  const { path, line, hunk: at } = placeOf(issue.path, issue.line ?? 0);
  if (issue.line === null) return { issue, path, line: null, hunk: null, added: path === null, lostLine: false };
  const hunk = at === null ? undefined : changes.get(issue.path)?.hunks[at];
  const place = hunk === undefined ? null : placeIn(`${path} ${at}`, issue.line, [hunk.newLine, hunk.newSpan]);
  return { issue, path, line, hunk: place, added: line === null, lostLine: false };
}

/** What both sides must have in common; null: this side takes no part. */
type Pass = (side: Side) => readonly unknown[] | null;

const stayed = ({ added, issue }: Side): boolean => !added && issue.line !== null;
const hashed = ({ issue, lostLine }: Side): boolean => (issue.line !== null || lostLine) && issue.hash !== null;
const ofFile = ({ issue }: Side): boolean => issue.line === null;

const passes: readonly Pass[] = [
  (side) => (stayed(side) ? [side.path, side.issue.rule, side.line, side.issue.message] : null),
  (side) => (stayed(side) ? [side.path, side.issue.rule, side.line] : null),
  (side) => (ofFile(side) ? [side.path, side.issue.rule, side.issue.message] : null),
  (side) => (ofFile(side) ? [side.path, side.issue.rule] : null),
  (side) => (hashed(side) ? [side.path, side.issue.rule, side.issue.hash, side.issue.message] : null),
  (side) => (hashed(side) ? [side.path, side.issue.rule, side.issue.hash] : null),
  // An edit keeps the place of a line in what it replaced; what only stands in the same hunk may be new.
  ({ hunk, issue }) => (hunk === null ? null : [hunk.name, hunk.fromStart, issue.rule, issue.message]),
  ({ hunk, issue }) => (hunk === null ? null : [hunk.name, hunk.fromEnd, issue.rule, issue.message]),
  (side) => (hashed(side) && side.added ? [side.issue.rule, side.issue.hash, side.issue.message] : null),
];

const left = (sides: readonly Side[], taken: ReadonlySet<Side>): Side[] => sides.filter((side) => !taken.has(side));

function pairsOf(pass: Pass, olds: readonly Side[], news: readonly Side[]): [Side, Side][] {
  const keyOf = (side: Side): string | null => {
    const shared = pass(side);
    return shared === null ? null : JSON.stringify(shared);
  };
  // From the end of each list, so that the first waiting one is the first in the file.
  const waiting = Map.groupBy(olds.toReversed(), keyOf);
  return news.flatMap((now): [Side, Side][] => {
    const key = keyOf(now);
    const old = key === null ? undefined : waiting.get(key)?.pop();
    return old === undefined ? [] : [[old, now]];
  });
}
