import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';
import { sliceName } from '../slice-name.ts';
import type { WaitingSlice } from '../store/wants.ts';
import type { TaskVerdict } from './judge-task.ts';

/** Reading again at once would come to the same: an hour confirms an absence, an upgrade understands a record. */
const settledByTime: ReadonlySet<string> = new Set(['absence_held', 'record_set_aside']);

/**
 * How long a slice that was published as partial waits for its next reading: not at all the first time and after every
 * move of the source; an hour when it was read for this very reason and nothing got better.
 */
export function hoursUntilRepeated(code: string, readBecauseOf: readonly string[]): number {
  if (code === 'source_moved') return 0;
  return settledByTime.has(code) || readBecauseOf.includes(code) ? 1 : 0;
}

/** Longest time between two tries of what could not be read. */
const longestHours = 24;

/**
 * What was blocked or refused is asked for once more at once, then after an hour, and then after twice as long each time:
 * a proxy is seldom opened within the hour, and each try is a question.
 */
export function hoursUntilTriedAgain(attempts: number): number {
  return attempts <= 1 ? 0 : Math.min(longestHours, 2 ** (attempts - 2));
}

/** Names of slices in one sentence. */
const namedAtMost = 3;

/**
 * A discovery that leaves slices waiting which an earlier run could not prove complete is no success, or a run that reads
 * nothing would hide what the one before it said.
 */
export function judgeWaiting(listing: TaskVerdict, waiting: readonly WaitingSlice[]): TaskVerdict {
  const [first] = waiting;
  if (listing.state === 'partial' || first === undefined) return listing;
  const code = first.reasons.find((reason): reason is ErrorCode => reason in catalogue) ?? 'incomplete_listing';
  const names = waiting.slice(0, namedAtMost).map(({ slice }) => sliceName(slice));
  const others = waiting.length - names.length;
  const all = `${names.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
  const at = `${first.notBefore.toISOString().slice(0, 16)}Z`;
  const message = `Not proven complete by an earlier run: ${all}. The next run after ${at} reads it again.`;
  return { state: 'partial', failure: { code, message, upstream: null } };
}
