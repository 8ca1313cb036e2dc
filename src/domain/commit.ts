/** What a text says about the commit something was built from. */
export type Revision =
  /** A whole commit id, or the beginning of one (7 to 39 hexadecimal digits), lower case. */
  | { kind: 'commit' | 'prefix'; commit: string; dirty: boolean }
  /** A version, a number, a branch: nothing an analysis could be looked up by. */
  | { kind: 'other'; dirty: boolean };

const whole = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const beginning = /^[0-9a-f]{7,39}$/;
const dirtySuffix = /[-+.]dirty$/i;

/** True for a whole SHA-1 or SHA-256 commit id in lower case. */
export function isCommit(text: string): boolean {
  return whole.test(text);
}

/** Null for an empty text. `-dirty` (uncommitted changes in the work tree) is taken off and told. */
export function parseRevision(text: string): Revision | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const dirty = dirtySuffix.test(trimmed);
  const commit = trimmed.replace(dirtySuffix, '').toLowerCase();
  if (whole.test(commit)) return { kind: 'commit', commit, dirty };
  if (beginning.test(commit)) return { kind: 'prefix', commit, dirty };
  return { kind: 'other', dirty };
}

/** Every claim that may mean this commit: the commit itself and its beginnings, longest first. */
export function revisionsOf(commit: string): string[] {
  const shortest = 7;
  const longestPrefix = 39;
  const lengths = Array.from({ length: longestPrefix - shortest + 1 }, (_, index) => longestPrefix - index);
  return [commit, ...lengths.filter((length) => length < commit.length).map((length) => commit.slice(0, length))];
}

/** The commit in a digest set of SLSA. `gitTag` and `gitTree` are ids of other objects. */
export function commitOfDigests(digests: Readonly<Record<string, unknown>>): string | null {
  for (const name of ['gitCommit', 'sha1', 'sha256']) {
    const value = digests[name];
    if (typeof value === 'string' && isCommit(value.toLowerCase())) return value.toLowerCase();
  }
  return null;
}
