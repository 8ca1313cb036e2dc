export interface RowProgress {
  recordsStaged: number;
  recordsTotal: number | null;
  secondsLeft: number | null;
}

/** Below this share, and before this time, the pace of a run says nothing about its end. */
const tellingShare = 0.05;
const tellingSeconds = 5;

/**
 * How far a run is by the rows it read of those the source said there are when it began. More than expected (other
 * branches, what came meanwhile) takes total and estimate away: neither is known any more.
 */
export function rowProgress(run: { read: number; expected: number | null; elapsedSeconds: number }): RowProgress {
  const { read, expected, elapsedSeconds } = run;
  if (expected === null || expected === 0 || read > expected)
    return { recordsStaged: read, recordsTotal: null, secondsLeft: null };
  const share = read / expected;
  const telling = share >= tellingShare && elapsedSeconds > tellingSeconds;
  return {
    recordsStaged: read,
    recordsTotal: expected,
    secondsLeft: telling ? (elapsedSeconds / share) * (1 - share) : null,
  };
}
