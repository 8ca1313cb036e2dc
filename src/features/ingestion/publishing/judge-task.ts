import type { StreamPlace } from '../../../connectors/contract.ts';
import type { ErrorCode } from '../../../platform/errors/index.ts';
import type { StreamPublished } from '../sink.ts';
import type { TaskFailure } from '../store/tasks.ts';
import type { SliceReading } from './slice-reading.ts';
import { rowNoun, streamTitle, whereIs } from '../../../domain/stream-words.ts';

export interface TaskVerdict {
  state: 'success' | 'partial';
  failure: TaskFailure | undefined;
}

/**
 * A published task is a success only when each stream was listed with a proof, what is stored equals what the source
 * says, and nothing was set aside or held back. Streams known since validation to be out of the token's reach do not
 * count: they are shown in the capability table, not as a failure of each run.
 */
export function judgeTask(
  reading: SliceReading,
  published: readonly StreamPublished[],
  knownUnavailable: ReadonlySet<string>,
  slice: string,
): TaskVerdict {
  const fail = (code: ErrorCode, message: string, upstream: string | null = null): TaskVerdict => ({
    state: 'partial',
    failure: { code, message, upstream },
  });
  const [lost] = lostStreams(reading, knownUnavailable);
  if (lost !== undefined)
    return { state: 'partial', failure: { code: lost.code, message: lost.message, upstream: lost.upstream } };
  const unmatched = reading.outcomes.find((outcome) => outcome.unmatched !== undefined)?.unmatched;
  if (unmatched !== undefined) return fail(unmatched.code, unmatchedSentence(unmatched.names));
  const unreadable = reading.outcomes.flatMap(({ unreadable }) => unreadable ?? []);
  if (unreadable.length > 0) return fail('invalid_permissions', unreadableSentence(unreadable));
  const [held, ...others] = published.filter((row) => row.held);
  if (held !== undefined) return fail('absence_held', heldMessage(held, others.length, slice));
  const moved = reading.outcomes.find((outcome) => outcome.sourceMoved);
  if (moved !== undefined) return fail('source_moved', `${placeWords(moved)} changed while it was being read.`);
  const aside = [...reading.setAside.values()].reduce((sum, count) => sum + count, 0);
  if (aside > 0) return fail('record_set_aside', `${aside} records could not be understood and were set aside.`);
  return judgeCounts(reading, published, fail) ?? { state: 'success', failure: undefined };
}

/** Streams that could not be read, without those that are known since validation to be out of reach. */
export function lostStreams(
  { unavailable }: Pick<SliceReading, 'unavailable'>,
  knownUnavailable: ReadonlySet<string>,
): SliceReading['unavailable'] {
  return unavailable.filter(({ stream }) => !knownUnavailable.has(stream));
}

/** Where they are; null where something else was hidden by one of them, or nothing was lost. */
export function placesOf(lost: SliceReading['unavailable']): StreamPlace[] | null {
  if (lost.length === 0 || lost.some(({ hidesOthers }) => hidesOthers)) return null;
  return lost.map(({ stream, scope }) => ({ stream, scope }));
}

const namedAtMost = 5;

function listed(names: readonly string[]): string {
  const more = names.length > namedAtMost ? ` and ${names.length - namedAtMost} more` : '';
  return `${names
    .slice(0, namedAtMost)
    .map((name) => `“${name}”`)
    .join(', ')}${more}`;
}

function unmatchedSentence(wanted: readonly string[]): string {
  return `Nothing that the credential sees matches ${listed(wanted)}; check the names in the settings.`;
}

/** Things the source has and does not let the token read any more. */
export function unreadableSentence(keys: readonly string[]): string {
  return `The token may not read ${listed(keys)} any more; what is stored stays as it was.`;
}

function judgeCounts(
  reading: SliceReading,
  published: readonly StreamPublished[],
  fail: (code: ErrorCode, message: string) => TaskVerdict,
): TaskVerdict | undefined {
  const counts = new Map(published.map((row) => [place(row), row.stored]));
  for (const outcome of reading.outcomes) {
    if (outcome.outcome === 'unavailable') continue;
    if (outcome.proof === 'unproven' && outcome.doubt !== undefined)
      return fail('incomplete_listing', `${placeWords(outcome)}: ${outcome.doubt}.`);
    if (outcome.sourceCount === null) continue;
    // A scope no room has stored counts as nothing stored.
    const stored = counts.get(place(outcome)) ?? 0;
    if (outcome.proof === 'unproven') {
      return fail(
        'incomplete_listing',
        `${placeWords(outcome)}: ${stored} stored, the server says ${outcome.sourceCount}; not proven complete.`,
      );
    }
    if (stored !== outcome.sourceCount) {
      return fail(
        'incomplete_listing',
        `${placeWords(outcome)}: ${stored} stored, the server says ${outcome.sourceCount}.`,
      );
    }
  }
  return undefined;
}

function heldMessage(held: StreamPublished, others: number, slice: string): string {
  const { count, before } = held.missing ?? { count: 0, before: 0 };
  const more = others === 0 ? '' : ` So it is in ${others} more ${others === 1 ? 'list' : 'lists'}.`;
  const what = `${rowNoun(held.stream, before)}${whereIs(held.scope, slice)}`;
  return `${count} of ${before} ${what} are missing at once; none was marked as gone.${more}`;
}

/** Without its slice, which whoever shows the task names beside it. */
const placeWords = ({ stream, scope }: StreamPlace): string => `${streamTitle(stream)}${whereIs(scope, '')}`;

const place = ({ stream, scope }: StreamPlace): string => `${stream} ${scope}`;
