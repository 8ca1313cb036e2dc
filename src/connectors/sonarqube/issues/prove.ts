import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Json, Proof, SliceEvent } from '../../contract.ts';
import { mayHave } from '../capabilities.ts';
import { secondsOf } from '../instant.ts';
import { isClosed } from '../reader.ts';
import type { IssueRecord } from '../records.ts';
import type { RuleBook } from '../streams/rules.ts';
import { createKeyLedger, type KeyLedger } from './key-ledger.ts';
import { mapIssue } from './map-issue.ts';
import {
  countIssues,
  listPages,
  pullKeys,
  searchSlices,
  unpackPages,
  type Way,
  type WayOutcome,
  type WayTarget,
} from './ways.ts';

export const issueStream = 'issues';
const stream = issueStream;

/** Above this a search needs more than its two ends, and pulled keys are the cheaper second opinion. */
const bothEnds = 20_000;

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

type WayName = 'list' | 'pull' | 'search';

/** What lies in the stage. */
interface Stage {
  /** Something that another way must not add to. */
  used: boolean;
  /** Pages yielded so far, by any way. */
  pages: number;
}

/** Tries the ways in order until one proves itself; else the last one that could be read counts, unproven. */
export async function* readProven(target: IssueTarget, mayResume: boolean): AsyncGenerator<SliceEvent, Verdict> {
  const count = countIssues(target);
  // Its fault is taken up where it is awaited.
  count.catch(() => {});
  const ways = await waysOf(target, count);
  const resume = mayResume ? target.reader.request.resume[`${stream} ${target.scope.key}`] : undefined;
  const stage: Stage = { used: resume !== undefined, pages: 0 };
  let start = ways[0] === 'list' ? yield* resumeOf(target, { resume, stage }) : freshStart();
  let best: Verdict | null = null;
  let closed: PlumblineError | null = null;
  let searches = 0;
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    if (way === 'list' && closed !== null) continue;
    const before = stage.pages;
    try {
      const listing = startWay(target, { way, count, pages: start.pages });
      best = await judge(target, yield* attempt(target, listing, { ledger: start.ledger, stage }), await count);
      if (best.proof !== 'unproven') return best;
      // Its slices were sure, the whole is not: somebody moved issues between them.
      const steady = way !== 'search' || best.attempt.outcome.certainty !== 'proven';
      searches += way === 'search' ? 1 : 0;
      if (!steady && searches < 3) ways.push('search');
    } catch (error) {
      if (!isClosed(error) && !isPlumblineError(error, 'upstream_error')) throw error;
      closed = error;
      // What it staged before it was closed has replaced what was there.
      if (stage.pages > before) best = null;
    }
    start = freshStart();
  }
  if (best !== null) return best;
  throw (
    closed ?? new PlumblineError('endpoint_unavailable', { message: 'No way to list issues is open to this token.' })
  );
}

/**
 * Fast and provable first; an audit begins with a way that ingestion did not take. Where there is no list, the two ends
 * of a search cost a third less than keys and details, as long as they reach each other.
 */
async function waysOf({ reader, scope }: WayTarget, count: Promise<number | null>): Promise<WayName[]> {
  const { server, request } = reader;
  const pull: WayName[] = !server.isCloud && scope.kind === 'branch' && scope.name !== null ? ['pull'] : [];
  const isAudit = request.purpose === 'audit';
  const hasList = mayHave(server, 10, 2);
  if (hasList && !isAudit) return ['list', 'list', ...pull, 'search'];
  const searchFirst = ((await count) ?? 0) <= bothEnds;
  if (hasList) return searchFirst ? ['search', ...pull] : [...pull, 'search'];
  return searchFirst === isAudit ? [...pull, 'search'] : ['search', ...pull];
}

function startWay(
  target: WayTarget,
  start: { way: WayName; count: Promise<number | null>; pages: readonly number[] },
): Way {
  if (start.way === 'list') return listPages(target, { expected: start.count, pagesDone: start.pages });
  return start.way === 'pull' ? pullKeys(target) : searchSlices(target);
}

interface Start {
  ledger: KeyLedger;
  pages: number[];
}

function freshStart(): Start {
  return { ledger: createKeyLedger(), pages: [] };
}

/** Goes on after an interrupted attempt where its keys are at hand, so that the proof covers them; else starts again. */
async function* resumeOf(
  { reader, scope, rules }: IssueTarget,
  { resume, stage }: { resume: 'complete' | { cursor: Json } | undefined; stage: Stage },
): AsyncGenerator<SliceEvent, Start> {
  if (resume === undefined || resume === 'complete') return freshStart();
  const cursor = resume.cursor as { pages?: unknown; rules?: unknown } | null;
  const start = freshStart();
  stage.used = false;
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
  { ledger, stage }: { ledger: KeyLedger; stage: Stage },
): AsyncGenerator<SliceEvent, Attempt> {
  const aside = new Map<string, SliceEvent>();
  for (let first = true; ; first = false) {
    const next = await way.next();
    if (first && stage.used) yield { type: 'restart', stream, scope: scope.key };
    stage.used = true;
    stage.pages += 1;
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
  // The keys are whole by construction; a search that shows fewer has not caught up, one that shows more knows better.
  if (outcome.certainty === 'keys' && distinct > (total ?? 0))
    return { attempt: done, sourceCount: total, proof: 'key_set' };
  const gaps =
    outcome.gaps.length > 0 ? outcome.gaps : [`${distinct} of ${total ?? 'an unknown number of'} issues listed`];
  return { attempt: { ...done, outcome: { ...outcome, gaps } }, sourceCount: total, proof: 'unproven' };
}
