import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { type IssueTarget, issueStream as stream, readProven } from '../issues/prove.ts';
import { complete, isDone, takesStreamAway, unavailable } from '../reader.ts';
import { readScopeState } from './scope-state.ts';

/** A scope that is analysed again and again while it is read is listed at most this often. */
const listings = 3;

/** Stream `issues`: every issue of a scope, in every status the server still holds. */
export async function* readIssues(target: IssueTarget): AsyncGenerator<SliceEvent> {
  const scope = target.scope.key;
  if (isDone(target.reader, stream, scope)) return;
  try {
    yield* readSettled(target);
  } catch (error) {
    // A fault of the whole server is the whole task's; one that concerns this stream alone takes it away.
    if (!takesStreamAway(error) || isPlumblineError(error, 'malformed_response')) throw error;
    yield { type: 'restart', stream, scope };
    yield unavailable(stream, scope, error);
  }
}

/** Lists until no analysis came in between. */
async function* readSettled(target: IssueTarget): AsyncGenerator<SliceEvent> {
  const { reader, project, scope } = target;
  let before = scope.analyzedAt ?? (await readScopeState(reader, project, scope)).analyzedAt;
  for (let listing = 1; ; listing += 1) {
    const { attempt, sourceCount, proof } = yield* readProven(target, listing === 1);
    const state = await readScopeState(reader, project, scope);
    const moved = state.analyzedAt !== before;
    before = state.analyzedAt;
    if (moved && listing < listings) {
      yield { type: 'restart', stream, scope: scope.key };
      continue;
    }
    if (reader.request.purpose === 'ingest') yield* await target.rules.flush();
    const { method, gaps } = attempt.outcome;
    const trusted = proof !== 'unproven' && !moved && state.browse && attempt.setAside === 0;
    yield complete({
      stream,
      scope: scope.key,
      sourceCount,
      method: gaps.length > 0 && proof === 'unproven' ? `${method}: ${gaps.slice(0, 3).join('; ')}` : method,
      proof,
      sourceMoved: moved,
      absenceTrusted: trusted,
    });
    return;
  }
}
