import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';

/** The server may learn of a commit a moment after whoever analysed it. */
const commitDelays = [2, 8, 30];
const delays = [1, 4, 15, 60, 300, 900];
/** What waiting alone does not mend is looked at again now and then: somebody may have mended it there. */
const slowly = 3_600;

/** Seconds until the next attempt, after so many failures in a row. */
export function retrySeconds(code: string, failures: number): number {
  if (code === 'bitbucket_commit_not_found') return commitDelays[failures - 1] ?? 900;
  if (!isRetryable(code)) return slowly;
  return delays[failures - 1] ?? slowly;
}

/** Waiting alone does not mend it, or did not: a person should look. */
export const isLasting = (code: string, failures: number): boolean => failures >= mostMended || !isRetryable(code);

/** What a server does for a moment is over by then. */
const mostMended = 3;

/** A failure of our own is tried again, too: nothing says that it lasts. */
const isRetryable = (code: string): boolean => !(code in catalogue) || catalogue[code as ErrorCode].retryable;
