import { reportLimits } from '../../../connectors/contract.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { Connecting, Connection } from '../../integrations/index.ts';
import { reportChanged } from '../changes.ts';
import type { ChangeSource } from '../sources/source.ts';
import { commentMemory } from '../store/comments.ts';
import { beginAttempt, endAttempt, keepCalls } from '../store/attempts.ts';
import { learnedLimit } from '../store/facts.ts';
import {
  askForRevision,
  beginBeside,
  beginWriting,
  type BesideProblem,
  type HeldReport,
  noteForeign,
  type PassedFor,
} from '../store/reports.ts';
import { type BesideSettled, settle, type Settled } from '../store/settle.ts';
import { type Announce, announceReport } from './announce.ts';
import { type MadeCall, recordCalls } from './calls.ts';
import { prepareSources } from './prepare-sources.ts';
import { retrySeconds } from './retrying.ts';
import { type ToWrite, type Wanted, wantedReport } from './wanted.ts';
import { writeReport, type Written } from './write.ts';

export interface EngineOptions {
  db: Database;
  log: Log;
  connect: Connecting['connect'];
  /** In the order in which they are asked. */
  sources: readonly ChangeSource[];
  /** Has the pull requests of a repository read soon: what is stored of them is old. */
  wantRepository(tx: Tx, integrationId: number, repository: string): Promise<void>;
  /** Tells other rooms, in the transaction of the change. */
  tell(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
  /** Tells outgoing webhooks, in the transaction of the change. */
  announce: Announce;
  leaseSeconds: number;
}

/** Somebody else holds the report by now: this process writes nothing more. */
class LostHold extends Error {}

/**
 * Brings one report to what it is to be, and stores what became of it. Throws only when it is being stopped or lost its
 * hold; then whoever takes the report next goes on.
 */
export async function workOnReport(options: EngineOptions, held: HeldReport, signal: AbortSignal): Promise<void> {
  try {
    await bringAbout(options, held, signal);
  } catch (error) {
    if (signal.aborted || error instanceof LostHold) throw error;
    await settleAndTell(options, held, failureOf(options, { held, error, writing: false }));
  }
}

/** False when somebody else holds the report by now. */
function settleAndTell({ db, tell, announce }: EngineOptions, held: HeldReport, settled: Settled): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await settle(tx, held, settled))) return false;
    await announceReport(tx, { held, settled }, announce);
    const moved = settled.state !== held.state || settled.reason !== held.reason;
    if (moved || settled.publishedNow === true) await tell(tx, [{ kind: reportChanged, id: held.id }]);
    return true;
  });
}

async function bringAbout(options: EngineOptions, held: HeldReport, signal: AbortSignal): Promise<void> {
  await prepareSources({ db: options.db, connect: options.connect, signal }, options.sources, held);
  const wanted = await wantedReport(options, held);
  await askForAnalysed(options, held, wanted);
  if (wanted.kind !== 'write') {
    await settleAndTell(options, held, withoutWriting(held, wanted));
    return;
  }
  const { verdict, hash, beside } = wanted.wanted;
  const lies = held.payloadHash === hash;
  if (lies && (beside.hash === null || held.besideHash === beside.hash)) {
    await settleAndTell(options, held, {
      ...published(verdict.stale, wanted.wanted),
      passedFor: passedFor(wanted.wanted),
      beside: { hash: beside.hash, problems: [], retrySeconds: null },
    });
    return;
  }
  await attempt(options, { held, wanted: wanted.wanted, onlyBeside: lies, signal });
}

/** A report that was published stays so when its pull request is closed or has another head. */
function withoutWriting(
  { result }: HeldReport,
  { kind, reason, gate }: Extract<Wanted, { kind: 'wait' | 'skip' }>,
): Settled {
  if (kind === 'wait') return { state: 'waiting', reason, gate, evaluated: null };
  if (reason === 'closed' || reason === 'superseded') {
    return { state: result === null ? 'skipped' : 'published', reason };
  }
  return { state: 'skipped', reason, gate, evaluated: reason === 'gate_not_evaluated' ? false : null };
}

/** What was taken back goes on waiting for the analysis that it was taken back for want of. */
const published = (stale: boolean, { verdict: { waitsFor, analysed } }: ToWrite): Settled => ({
  state: waitsFor === null ? 'published' : 'waiting',
  reason: waitsFor ?? (stale ? 'stale_head' : null),
  gate: analysed.change.gate.status,
  evaluated: analysed.change.gate.evaluated,
});

/** The pull requests that a report passes for. */
const passedFor = ({ verdict: { judgement, pullRequests } }: ToWrite): readonly PassedFor[] =>
  judgement.result === 'PASS' ? pullRequests.map(({ id, target }) => ({ id, target })) : [];

/** What was analysed is reported where it was measured, too: a branch may be set back to it. */
async function askForAnalysed(
  { db }: EngineOptions,
  held: HeldReport,
  { answered }: Pick<Wanted, 'answered'>,
): Promise<void> {
  for (const { id, open, head, answer } of answered) {
    if (!open || answer.kind === 'missing') continue;
    const { revision, analyzedAt } = answer.change;
    if (revision !== head && revision !== held.commit) {
      await askForRevision(db, held, { commit: revision, pullRequest: id, analyzedAt });
    }
  }
}

interface Attempt {
  held: HeldReport;
  wanted: ToWrite;
  onlyBeside: boolean;
  signal: AbortSignal;
}

async function attempt(options: EngineOptions, { held, wanted, onlyBeside, signal }: Attempt): Promise<void> {
  const { db } = options;
  const id = await beginAttempt(db, held);
  const calls: MadeCall[] = [];
  const end = async (settled: Settled): Promise<void> => {
    if (await settleAndTell(options, held, settled)) await endAttempt(db, id, { settled, calls });
  };
  let writing = false;
  try {
    const written = await callServer(options, {
      held,
      wanted,
      onlyBeside,
      signal,
      id,
      calls,
      begun: () => (writing = true),
    });
    await end(outcomeOf(written, { held, wanted, onlyBeside }));
    if (written.kind !== 'written' || written.behind) await readAgain(options, held, wanted);
  } catch (error) {
    // A process that is stopping found nothing out about the server.
    if (signal.aborted || error instanceof LostHold) throw error;
    await end(failureOf(options, { held, error, writing }));
  }
}

interface Calling extends Attempt {
  id: number;
  calls: MadeCall[];
  begun(): void;
}

async function callServer(options: EngineOptions, calling: Calling): Promise<Written> {
  const { db, leaseSeconds } = options;
  const { held, wanted, onlyBeside, signal, id, calls } = calling;
  const keep = async (): Promise<void> => {
    signal.throwIfAborted();
    if (!(await keepCalls(db, held, { attempt: id, calls, leaseSeconds }))) throw new LostHold();
  };
  const limit = Math.min(
    (await learnedLimit(db, held.integrationId)) ?? reportLimits.annotations,
    reportLimits.annotations,
  );
  const write = async ({ connector, context }: Connection): Promise<Written> => {
    const { codeReview } = connector;
    if (codeReview === undefined) throw new Error(`${connector.kind} knows no pull requests`);
    const watched = { ...context, http: recordCalls(context.http, { calls, keep }) };
    return writeReport(
      { review: codeReview, context: watched },
      {
        held,
        wanted,
        limit,
        onlyBeside,
        async beginBeside(part) {
          if (!(await beginBeside(db, held, part))) throw new LostHold();
        },
        comments: (pullRequestId) => commentMemory(db, { ...held, pullRequestId }),
        async begin() {
          calling.begun();
          if (!(await beginWriting(db, held))) throw new LostHold();
        },
        async foreign(found) {
          if (found !== null || held.foreign) await noteForeign(db, held, found);
        },
      },
    );
  };
  // Only the user who wrote a report may replace it.
  return options.connect(held.integrationId, signal, write, 'same');
}

function outcomeOf(written: Written, { held, wanted, onlyBeside }: Omit<Attempt, 'signal'>): Settled {
  if (written.kind === 'closed') {
    return onlyBeside ? { state: 'published', reason: 'closed' } : { state: 'skipped', reason: 'closed' };
  }
  // Nothing was written: it is judged again once the pull request is read, at the latest after a while.
  if (written.kind === 'retargeted') {
    const again = { hash: held.besideHash, problems: [], retrySeconds: soon };
    return { state: 'waiting', reason: 'target_moved', beside: again };
  }
  const { result, shown, total, link, besideProblems } = written;
  const settled = { ...published(written.stale, wanted), beside: besideSettled(held, wanted, besideProblems) };
  // It is written whole again: it says that the build status may be green, or is to say so.
  const warns = besideProblems.some(({ mayBeGreen }) => mayBeGreen);
  if (onlyBeside) return warns ? { ...settled, payloadHash: null } : settled;
  return {
    ...settled,
    result,
    passedFor: result === 'PASS' ? passedFor(wanted) : [],
    payloadHash: warns ? null : wanted.hash,
    shown,
    total,
    link,
    publishedNow: true,
  };
}

/** What failed is tried again by itself, without the report. */
const besideSettled = (held: HeldReport, { beside }: ToWrite, problems: readonly BesideProblem[]): BesideSettled => ({
  hash: problems.length === 0 ? beside.hash : null,
  problems,
  retrySeconds:
    problems.length === 0 ? null : Math.min(...problems.map((problem) => besideRetry(problem, held.failures + 1))),
});

/** What may be green beside a report that fails is not left for longer. */
const soon = 60;
const besideRetry = ({ code, mayBeGreen }: BesideProblem, failures: number): number =>
  Math.min(retrySeconds(code, failures), mayBeGreen ? soon : Number.POSITIVE_INFINITY);

function failureOf(
  { log }: EngineOptions,
  { held, error, writing }: { held: HeldReport; error: unknown; writing: boolean },
): Settled {
  const known = isPlumblineError(error);
  if (!known) log.error({ report: held.id, error: String(error) }, 'a report could not be written');
  const code = known ? error.code : 'internal_server_error';
  return {
    state: 'failed',
    reason: null,
    ...(writing ? { result: null } : {}),
    failure: {
      code,
      message: known ? error.message : 'Something went wrong on our side; the log says what.',
      upstream: known ? (error.upstream ?? null) : null,
      retrySeconds: retrySeconds(code, held.failures + 1),
    },
  };
}

async function readAgain(
  { db, wantRepository }: EngineOptions,
  { integrationId }: HeldReport,
  { repository }: ToWrite,
): Promise<void> {
  await db.transaction((tx) => wantRepository(tx, integrationId, `${repository.project}/${repository.slug}`));
}
