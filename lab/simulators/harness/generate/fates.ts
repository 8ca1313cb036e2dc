import { share } from '../../numbers.ts';

/** What becomes of a generated run, and how many of a thousand. The rest succeed. */
const shares = {
  failed: 120,
  /** Failed, and a retry from the failed stage takes its place. */
  retried: 50,
  /** The run that rolls another one back: no list shows it. */
  'pipeline rollback': 20,
  /** Rolled back after it had ended. */
  'later rollback': 20,
  /** Failed and rolled itself back. */
  'own rollback': 20,
  aborted: 30,
  expired: 10,
  rejected: 12,
  /** The same in the spelling of old rows. */
  'rejected of old': 3,
  'failure ignored': 15,
  frozen: 10,
  errored: 5,
  skipped: 5,
  suspended: 5,
  /** Waits for an approval for days, or runs for hours. */
  slow: 15,
  /** Ends in a status that no list has yet. */
  unheard: 5,
  /** Rows of old servers, without most members. */
  bare: 10,
} as const;

export type Fate = keyof typeof shares | 'success';

const steps = Object.entries(shares) as [Fate, number][];

export type Kind = 'build' | 'deploy' | 'release' | 'matrix' | 'parent' | 'child' | 'retired';

export interface Course {
  seed: number;
  count: number;
}

/** Runs of eight: the first may be a parent with the second as its child; from the third on retries may follow. */
const round = 8;

const isParent = ({ seed, count }: Course, n: number): boolean =>
  n % round === 0 && n + 1 < count && share(seed, n, 3) < 0.1;

const isChild = (course: Course, n: number): boolean => n > 0 && isParent(course, n - 1);

const mayBeRetried = ({ count }: Course, n: number): boolean =>
  n % round >= 2 && n % round < round - 1 && n + 1 < count;

export function fateOf(course: Course, n: number): Fate {
  if (isParent(course, n) || isChild(course, n)) return 'success';
  let left = share(course.seed, n, 1) * 1000;
  for (const [fate, part] of steps) {
    left -= part;
    if (left >= 0) continue;
    return fate === 'retried' && !mayBeRetried(course, n) ? 'failed' : fate;
  }
  return 'success';
}

/** The first run of the chain of retries that this one belongs to; itself where there is none. */
export function rootOf(course: Course, n: number): number {
  let root = n;
  while (root > 0 && fateOf(course, root - 1) === 'retried') root -= 1;
  return root;
}

const kinds: readonly [Kind, number][] = [
  ['build', 0.38],
  ['deploy', 0.3],
  ['release', 0.2],
  ['matrix', 0.1],
  ['retired', 0.02],
];

/** A retry runs the pipeline of what it retries. */
export function kindOf(course: Course, n: number): Kind {
  if (isParent(course, n)) return 'parent';
  if (isChild(course, n)) return 'child';
  let left = share(course.seed, rootOf(course, n), 2);
  for (const [kind, part] of kinds) {
    left -= part;
    if (left < 0) return kind;
  }
  return 'build';
}
