import type { Json, Proof, SliceEvent } from '../../contract.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { secondsOf } from '../instant.ts';
import { createKeyLedger, type KeyLedger } from '../issues/key-ledger.ts';
import { mapIssue } from '../issues/map-issue.ts';
import {
  countIssues,
  listPages,
  pullKeys,
  searchSlices,
  unpackPages,
  type Way,
  type WayOutcome,
  type WayTarget,
} from '../issues/ways.ts';
import { mayHave } from '../capabilities.ts';
import { complete, isClosed, isDone, takesStreamAway, unavailable } from '../reader.ts';
import type { IssueRecord } from '../records.ts';
import type { RuleBook } from './rules.ts';
import { readScopeState } from './scope-state.ts';

const stream = 'issues';

/** Above this a search needs more than its two ends, and pulled keys are the cheaper second opinion. */
const bothEnds = 20_000;

/** A scope that is analysed again and again while it is read is listed at most this often. */
const listings = 3;

/** One listing by one way: what it counted, and what nobody could read. */
interface Attempt {
  outcome: WayOutcome;
  distinct: number;
  setAside: number;
}

interface Verdict {
  attempt: Attempt;
  sourceCount: number | null;
  proof: Proof;
}

export interface IssueTarget extends WayTarget {
  rules: RuleBook;
}

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

/** Tries the ways in order until one proves itself; the last one that could be read counts. */
async function* readProven(target: IssueTarget, mayResume: boolean): AsyncGenerator<SliceEvent, Verdict> {
  const total = await countIssues(target);
  let best: Verdict | null = null;
  let closed: PlumblineError | null = null;
  let staged = false;
  const resume = mayResume ? target.reader.request.resume[`${stream} ${target.scope.key}`] : undefined;
  for (const [index, way] of waysOf(target, total).entries()) {
    const resumed = index === 0 && way === 'list' ? yield* resumeOf(target, resume) : await freshStart();
    if (index === 0 && way !== 'list' && resume !== undefined) staged = true;
    const run = attempt(target, startWay(target, { way, total, pages: resumed.pages }), {
      ledger: resumed.ledger,
      staged,
    });
    try {
      const done = yield* run;
      staged = true;
      best = await judge(target, done, total);
      if (best.proof !== 'unproven') return best;
    } catch (error) {
      if (!isClosed(error)) throw error;
      closed = error;
    }
  }
  if (best !== null) return best;
  throw (
    closed ?? new PlumblineError('endpoint_unavailable', { message: 'No way to list issues is open to this token.' })
  );
}

type WayName = 'list' | 'pull' | 'search';

/** Fast and provable first; an audit never takes the way that ingestion took. */
function waysOf({ reader, scope }: WayTarget, total: number | null): WayName[] {
  const { server, request } = reader;
  const pull: WayName[] = !server.isCloud && scope.kind === 'branch' && scope.name !== null ? ['pull'] : [];
  const hasList = mayHave(server, 10, 2);
  if (request.purpose === 'audit') {
    return hasList && (total ?? 0) > bothEnds ? [...pull, 'search'] : ['search', ...pull];
  }
  return hasList ? ['list', 'list', ...pull, 'search'] : [...pull, 'search'];
}

function startWay(target: WayTarget, start: { way: WayName; total: number | null; pages: readonly number[] }): Way {
  if (start.way === 'list') return listPages(target, { expected: start.total, pagesDone: start.pages });
  return start.way === 'pull' ? pullKeys(target) : searchSlices(target);
}

interface Start {
  ledger: KeyLedger;
  pages: number[];
}

async function freshStart(): Promise<Start> {
  return { ledger: createKeyLedger(), pages: [] };
}

/** Goes on after an interrupted attempt where its keys are at hand, so that the proof covers them; else starts again. */
async function* resumeOf(
  { reader, scope, rules }: IssueTarget,
  resume: 'complete' | { cursor: Json } | undefined,
): AsyncGenerator<SliceEvent, Start> {
  if (resume === undefined || resume === 'complete') return freshStart();
  const cursor = resume.cursor as { pages?: unknown; rules?: unknown } | null;
  const start = await freshStart();
  if (reader.request.stagedKeys === undefined || typeof cursor?.pages !== 'string') {
    yield { type: 'restart', stream, scope: scope.key };
    return start;
  }
  for await (const keys of reader.request.stagedKeys(stream, scope.key)) {
    for (const key of keys) start.ledger.admit(key, 0);
  }
  start.pages = unpackPages(cursor.pages);
  if (Array.isArray(cursor.rules)) for (const rule of cursor.rules) if (typeof rule === 'string') rules.see(rule, null);
  return start;
}

/** Maps what one way yields. Forgets what was staged by an earlier way as soon as this one has something. */
async function* attempt(
  { scope, rules }: IssueTarget,
  way: Way,
  { ledger, staged }: { ledger: KeyLedger; staged: boolean },
): AsyncGenerator<SliceEvent, Attempt> {
  const aside = new Map<string, SliceEvent>();
  for (let first = true; ; first = false) {
    const next = await way.next();
    if (first && staged) yield { type: 'restart', stream, scope: scope.key };
    if (next.done === true) {
      yield* aside.values();
      return { outcome: next.value, distinct: ledger.size() + aside.size, setAside: aside.size };
    }
    const records: IssueRecord[] = [];
    for (const raw of next.value.issues) {
      const record = mapIssue(raw);
      if (typeof record === 'string') {
        const text = JSON.stringify(raw) ?? '';
        aside.set(text, { type: 'set_aside', stream, scope: scope.key, text, reason: record });
      } else if (ledger.admit(record.key, secondsOf(record.updatedAt)) !== 'stale') {
        rules.see(record.rule, record.type);
        records.push(record);
      }
    }
    const cursor =
      next.value.cursor === undefined ? {} : { cursor: { ...(next.value.cursor as object), rules: rules.seen() } };
    yield { type: 'records', stream, scope: scope.key, records, ...cursor };
  }
}

/** Compares what was listed with what the server says there is, asking once more when it moved meanwhile. */
async function judge(target: WayTarget, done: Attempt, totalBefore: number | null): Promise<Verdict> {
  const { outcome, distinct } = done;
  if (target.reader.server.isCloud || outcome.certainty === 'proven') {
    const proven = outcome.certainty === 'proven' && outcome.count === distinct;
    return { attempt: done, sourceCount: outcome.count, proof: proven ? 'counts_equal' : 'unproven' };
  }
  const total = distinct === totalBefore ? totalBefore : await countIssues(target);
  if (total === distinct) return { attempt: done, sourceCount: total, proof: 'counts_equal' };
  if (outcome.certainty === 'keys') return { attempt: done, sourceCount: total, proof: 'key_set' };
  const gaps =
    outcome.gaps.length > 0 ? outcome.gaps : [`${distinct} of ${total ?? 'an unknown number of'} issues listed`];
  return { attempt: { ...done, outcome: { ...outcome, gaps } }, sourceCount: total, proof: 'unproven' };
}
