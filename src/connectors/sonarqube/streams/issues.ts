import type { SliceEvent } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { type IssueTarget, issueStream as stream, readProven } from '../issues/prove.ts';
import { complete, isDone, takesStreamAway, unavailable } from '../reader.ts';
import { readIssueChanges } from './issue-changes.ts';
import { readByDigests, takeDigests, wholeBelow } from './issue-digests.ts';
import { makeBookmark, type BookmarkedScope, sourceTime } from './issue-bookmark.ts';
import { refusedNothing } from './nothing.ts';
import { readScopeState } from './scope-state.ts';

/** A scope that is analysed again and again while it is read is listed at most this often. */
const listings = 3;

/**
 * Stream `issues`: every issue of a scope, in every status the server still holds; or, with the bookmark of an earlier
 * reading, what changed since. Without a new analysis that is a search by date. After one, a small scope is listed
 * whole, and a large one compared by the digests of its pull. Wherever the counts do not fit, it is listed whole.
 */
export async function* readIssues(target: IssueTarget, marked: BookmarkedScope | null): AsyncGenerator<SliceEvent> {
  const scope = target.scope.key;
  if (isDone(target.reader, stream, scope)) return;
  const resumed = target.reader.request.resume[`${stream} ${scope}`] !== undefined;
  try {
    if (marked !== null && !resumed && (yield* readChanged(target, marked))) return;
    yield* readSettled(target);
  } catch (error) {
    // A fault of the whole server is the whole task's; one that concerns this stream alone takes it away.
    if (!takesStreamAway(error) || isPlumblineError(error, 'malformed_response')) throw error;
    yield { type: 'restart', stream, scope };
    yield unavailable(stream, scope, error);
  }
}

async function* readChanged(target: IssueTarget, marked: BookmarkedScope): AsyncGenerator<SliceEvent, boolean> {
  const { reader, project, scope } = target;
  const analyzedAt = scope.analyzedAt ?? (await readScopeState(reader, project, scope)).analyzedAt;
  if (analyzedAt === marked.bookmark.analyzedAt) return yield* readIssueChanges(target, marked.bookmark);
  if ((await storedCount(target)) <= wholeBelow) return false;
  return yield* readByDigests(target, marked);
}

/** Lists until no analysis came in between. */
async function* readSettled(target: IssueTarget): AsyncGenerator<SliceEvent> {
  const { reader, project, scope } = target;
  const ingesting = reader.request.purpose === 'ingest';
  let before = scope.analyzedAt ?? (await readScopeState(reader, project, scope)).analyzedAt;
  for (let listing = 1; ; listing += 1) {
    const start = sourceTime(reader);
    if (ingesting) yield* rememberDigests(target);
    const { attempt, sourceCount, proof: counted } = yield* readProven(target, listing === 1);
    const state = await readScopeState(reader, project, scope);
    const moved = state.analyzedAt !== before;
    before = state.analyzedAt;
    if (moved && listing < listings) {
      yield { type: 'restart', stream, scope: scope.key };
      continue;
    }
    if (attempt.distinct === 0 && state.access === 'refused') {
      yield { type: 'restart', stream, scope: scope.key };
      yield refusedNothing(stream, scope.key, project, state);
      return;
    }
    if (ingesting) yield* await target.rules.flush();
    const { method, gaps } = attempt.outcome;
    const mayLook = state.access === 'granted';
    // What is listed was seen; that there is nothing is believed only where the token may look.
    const proof = mayLook || attempt.distinct > 0 ? counted : 'unproven';
    const trusted = proof !== 'unproven' && !moved && mayLook && attempt.setAside === 0;
    const byDatabase = method === 'api/issues/list';
    const bookmark = trusted
      ? makeBookmark(reader, { start, analyzedAt: state.analyzedAt, gateStatus: scope.gateStatus, byDatabase })
      : undefined;
    yield complete({
      stream,
      scope: scope.key,
      sourceCount,
      method: gaps.length > 0 && proof === 'unproven' ? `${method}: ${gaps.slice(0, 3).join('; ')}` : method,
      proof,
      sourceMoved: moved,
      absenceTrusted: trusted,
      ...(bookmark === undefined ? {} : { bookmark }),
    });
    return;
  }
}

/**
 * Digests older than the listing: what moves in between is read once more than needed, and never missed. Not for the
 * first listing of a scope, of which nobody knows whether it will be analysed again.
 */
async function* rememberDigests(target: IssueTarget): AsyncGenerator<SliceEvent> {
  if ((await storedCount(target)) <= wholeBelow) return;
  const bytes = await takeDigests(target);
  if (bytes !== null) yield { type: 'fingerprints', stream, scope: target.scope.key, bytes };
}

async function storedCount({ reader, scope }: IssueTarget): Promise<number> {
  const counts = (await reader.request.stored?.counts(stream, scope.key)) ?? {};
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
