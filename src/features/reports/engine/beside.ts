import {
  buildLimits,
  type BuildState,
  type BuildStatus,
  type CodePlace,
  type CodeReport,
  type ReviewedPullRequest,
} from '../../../connectors/contract.ts';
import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import { type Judgement, reportTitle } from '../content/build-report.ts';
import { dashboardLink } from '../content/links.ts';
import { plainMessage } from '../content/plain-message.ts';
import { commentMarker, summaryComment } from '../content/summary-comment.ts';
import type { CommentMemory } from '../store/comments.ts';
import type { PullRequestFacts } from '../store/facts.ts';
import type { BesideProblem, HeldReport } from '../store/reports.ts';
import { keepComment } from '../writing/keep-comment.ts';
import { storesNone } from '../writing/publish-report.ts';
import { publishWithBuild } from '../writing/publish-with-build.ts';
import type { Reviewing } from './reviewing.ts';
import type { ToWrite } from './wanted.ts';

/** A pull request that is open on the server now. */
export interface OpenPullRequest {
  facts: PullRequestFacts;
  record: ReviewedPullRequest;
}

/** A report as it lies on the server. */
export interface Lying {
  passes: boolean;
  report: CodeReport;
}

export interface BesideOptions {
  held: HeldReport;
  wanted: ToWrite;
  /** Before the first call of a part. */
  beginBeside(part: BesideProblem['part']): Promise<void>;
  comments(pullRequestId: number): CommentMemory;
}

interface At {
  place: CodePlace;
  open: readonly OpenPullRequest[];
}

/** Publishes a report with what the binding wants beside it; what fails of that undoes nothing of the report. */
export async function publishWithBeside<T extends Lying>(
  to: Reviewing,
  at: At,
  options: BesideOptions,
  publish: (mayBeGreen: boolean) => Promise<T>,
): Promise<{ published: T; problems: BesideProblem[] }> {
  const { buildStatus } = options.wanted.beside;
  const passes = options.wanted.verdict.judgement.result === 'PASS';
  if (buildStatus) await options.beginBeside('build_status');
  const { published, problem } = buildStatus
    ? await publishWithBuild(
        (state) => setBuild(to, at, options, state),
        { passes, touched: options.held.buildTouched },
        publish,
      )
    : { published: await publish(false), problem: null };
  return {
    published,
    problems: [...problemOf('build_status', problem), ...(await writeComments(to, at, options, published.report))],
  };
}

/** The same where the report lies there as it should. */
export async function writeBeside(
  to: Reviewing,
  at: At,
  options: BesideOptions,
  lying: Lying,
): Promise<BesideProblem[]> {
  const problems: BesideProblem[] = [];
  if (options.wanted.beside.buildStatus) {
    await options.beginBeside('build_status');
    const set = await attempt(setBuild(to, at, options, lying.passes ? 'SUCCESSFUL' : 'FAILED'));
    const mayBeGreen = options.held.buildTouched && !lying.passes;
    if ('error' in set) problems.push(...problemOf('build_status', { error: set.error, mayBeGreen }));
  }
  return [...problems, ...(await writeComments(to, at, options, lying.report))];
}

function problemOf(
  part: BesideProblem['part'],
  problem: { error: PlumblineError; mayBeGreen: boolean } | null,
): BesideProblem[] {
  if (problem === null) return [];
  const { code, message, upstream } = problem.error;
  return [{ part, code, message, upstream: upstream ?? null, mayBeGreen: problem.mayBeGreen }];
}

async function setBuild(
  { review, context }: Reviewing,
  { place, open }: At,
  { held, wanted }: BesideOptions,
  state: BuildState,
): Promise<void> {
  const { frame, verdict, beside } = wanted;
  const page = dashboardLink(frame.links);
  const ours = open.find(({ facts, record }) => !facts.fromFork && record.head === held.commit);
  const ref = ours === undefined ? null : `refs/heads/${ours.record.sourceBranch}`;
  const status: BuildStatus = {
    key: beside.buildKey,
    parent: beside.buildKey,
    state,
    name: plainMessage(reportTitle(frame), buildLimits.name, frame.title),
    description: plainMessage(descriptionOf(state, verdict.judgement), buildLimits.description, frame.title),
    url: page.length <= buildLimits.url ? page : frame.links.base,
    ref: ref !== null && ref.length <= buildLimits.ref ? ref : null,
  };
  await review.setBuildStatus(context, { ...place, commit: held.commit }, status);
}

function descriptionOf(state: BuildState, { result, headline }: Judgement): string {
  if (state === 'INPROGRESS') return 'The report is being written';
  return state === 'FAILED' && result === 'PASS' ? storesNone : headline;
}

/** Only where the commit is the head: what is said of an older one would replace what is said of the newest. */
async function writeComments(
  { review, context }: Reviewing,
  { place, open }: At,
  { held, wanted, beginBeside, comments }: BesideOptions,
  report: CodeReport,
): Promise<BesideProblem[]> {
  if (!wanted.beside.comment) return [];
  await beginBeside('comment');
  const problems: BesideProblem[] = [];
  for (const { facts } of open.filter(({ record }) => record.head === held.commit)) {
    const { number } = facts;
    const kept = await attempt(
      keepComment(
        {
          find: (marker) => review.comments.find(context, place, number, marker),
          add: (text) => review.comments.add(context, place, number, text),
          change: (comment) => review.comments.change(context, place, number, comment),
        },
        comments(facts.id),
        {
          text: summaryComment(report, held),
          marker: commentMarker(held.reportKey),
          again: held.cause === 'person',
        },
      ),
    );
    if ('error' in kept && problems.length === 0) {
      problems.push(...problemOf('comment', { error: kept.error, mayBeGreen: false }));
    }
  }
  return problems;
}
