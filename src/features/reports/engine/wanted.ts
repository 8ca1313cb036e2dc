import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/database/index.ts';
import { buildKeyOf, effectiveKey } from '../../repositories/index.ts';
import type { ReportFrame } from '../content/build-report.ts';
import { askSources, type ChangeSource } from '../sources/source.ts';
import {
  findRepository,
  notEvaluatedIsNoData,
  type PullRequestFacts,
  pullRequestsOf,
  type RepositoryFacts,
  sonarqubeAddress,
} from '../store/facts.ts';
import { type BindingRow, findBinding, type HeldReport } from '../store/reports.ts';
import { type JudgedPullRequest, judgeCommit, type LyingThere, type Verdict } from './judge.ts';
import { payloadHash } from './payload-hash.ts';

/** A report that is to lie on the server. */
export interface ToWrite {
  verdict: Extract<Verdict, { kind: 'write' }>;
  frame: ReportFrame;
  hash: string;
  beside: WantedBeside;
  repository: RepositoryFacts;
  pullRequests: readonly PullRequestFacts[];
}

/** What is written beside a report. */
export interface WantedBeside {
  buildStatus: boolean;
  /** Key of the build. */
  buildKey: string;
  comment: boolean;
  /** Of all of it; null where nothing is. */
  hash: string | null;
}

export type Wanted =
  | { kind: 'write'; wanted: ToWrite; answered: readonly JudgedPullRequest[] }
  | {
      kind: 'wait' | 'skip';
      reason: string;
      gate: string | null;
      answered: readonly JudgedPullRequest[];
    };

/** What the report is to be, by what is stored; nothing is called. */
export async function wantedReport(
  { db, sources }: { db: Queryable; sources: readonly ChangeSource[] },
  held: HeldReport,
): Promise<Wanted> {
  const nothing = (kind: 'wait' | 'skip', reason: string): Wanted => ({ kind, reason, gate: null, answered: [] });
  const binding = await findBinding(db, held.bindingId);
  if (binding === undefined || effectiveKey(binding) !== held.reportKey) return nothing('skip', 'unbound');
  const repository = await findRepository(db, held.repositoryId);
  if (repository === undefined || repository.deleted) return nothing('skip', 'unbound');
  if (repository.integrationState !== 'active') return nothing('wait', 'paused');
  const pullRequests = await pullRequestsOf(db, held);
  const answered: JudgedPullRequest[] = [];
  for (const one of pullRequests) answered.push({ ...one, answer: await askSources(sources, db, binding, one) });
  const verdict = judgeCommit({
    commit: held.commit,
    pullRequests: answered,
    settings: { notEvaluatedIsNoData: await notEvaluatedIsNoData(db) },
    lies: lyingThere(held),
    project: binding,
  });
  if (verdict.kind !== 'write') return { ...verdict, answered };
  const frame = await frameOf(db, binding, verdict);
  const hash = payloadHash(verdict.analysed.change, verdict.judgement, frame);
  const beside = besideOf(binding, held, { hash, verdict });
  return { kind: 'write', wanted: { verdict, frame, hash, beside, repository, pullRequests }, answered };
}

/** Until it is certain that it does not pass, nor anything beside it, it may. */
function lyingThere({ touched, result, passedFor, buildTouched, besideHash }: HeldReport): LyingThere {
  const mayPass = touched && (result !== 'FAIL' || (buildTouched && besideHash === null));
  return { touched, passesFor: mayPass ? passedFor : null };
}

/** A build status that lies on a commit is kept up to date there, whatever the binding says by now: it may be green. */
function besideOf(
  binding: BindingRow,
  { buildTouched }: HeldReport,
  { hash, verdict }: { hash: string; verdict: Extract<Verdict, { kind: 'write' }> },
): WantedBeside {
  const buildStatus = binding.buildStatus || buildTouched;
  const comment = binding.summaryComment;
  const buildKey = buildKeyOf(binding);
  const pullRequests = verdict.pullRequests.map(({ id }) => id);
  const made = JSON.stringify([hash, buildStatus, comment, buildKey, pullRequests]);
  return {
    buildStatus,
    buildKey,
    comment,
    hash: buildStatus || comment ? createHash('sha256').update(made).digest('hex') : null,
  };
}

async function frameOf(
  db: Queryable,
  binding: BindingRow,
  { analysed }: Extract<Verdict, { kind: 'write' }>,
): Promise<ReportFrame> {
  const base = await sonarqubeAddress(db, binding.sonarqubeId);
  if (base === null) throw new Error(`SonarQube integration ${binding.sonarqubeId} has no address`);
  return {
    monoProject: binding.mono ? binding.projectName : null,
    title: analysed.title,
    reporter: analysed.reporter,
    links: { base, ...analysed.page },
    annotations: binding.annotations,
  };
}
