import {
  type CodePlace,
  type FileChange,
  type ReportPlace,
  type ReportResult,
  ReviewedPullRequest,
} from '../../../connectors/contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { buildReport } from '../content/build-report.ts';
import { changedLines } from '../content/changed-lines.ts';
import { dashboardLink } from '../content/links.ts';
import type { PullRequestFacts } from '../store/facts.ts';
import type { BesideProblem } from '../store/reports.ts';
import { publishReport, storesNone, type WantedReport, withWarning } from '../writing/publish-report.ts';
import { type BesideOptions, type Lying, type OpenPullRequest, publishWithBeside, writeBeside } from './beside.ts';
import type { Reviewing } from './reviewing.ts';
import type { ToWrite } from './wanted.ts';

export interface WriteOptions extends BesideOptions {
  /** The report lies there as it should: only what lies beside it is written. */
  onlyBeside: boolean;
  /** Annotations that the server is known to take at most. */
  limit: number;
  /** Before the first call that changes anything. */
  begin(): Promise<void>;
  /** Somebody else wrote under the key; null: what lies there is ours, or nothing. */
  foreign(found: { reporter: string | null; link: string | null } | null): Promise<void>;
}

export type Written =
  | { kind: 'closed' }
  /** It was to pass, and one of its pull requests goes to another branch by now than the one it was judged for. */
  | { kind: 'retargeted' }
  | {
      kind: 'written';
      result: ReportResult;
      shown: number;
      total: number;
      link: string;
      besideProblems: readonly BesideProblem[];
      /** The server has another head than the one that is stored. */
      stale: boolean;
      /** What is stored of the pull requests is older than what the server says. */
      behind: boolean;
    };

/** Writes a report whose pull requests are open on the server now. Throws what calls throw. */
export async function writeReport(to: Reviewing, options: WriteOptions): Promise<Written> {
  const { wanted } = options;
  return withPlace(to, wanted, (place) => writeAt(to, place, options));
}

/**
 * Does it in the repository by the names it was stored with. Where nothing is there by these names any more, by those the
 * server has for it now, when its number says that it is the same.
 */
async function withPlace<T>(
  { review, context }: Reviewing,
  { repository }: ToWrite,
  work: (place: CodePlace) => Promise<T>,
): Promise<T> {
  const stored = { project: repository.project, repository: repository.slug };
  try {
    return await work(stored);
  } catch (error) {
    if (!mayHaveMoved(error)) throw error;
    const now = await review.repository(context, stored);
    const same =
      now.id === repository.number && (now.project !== stored.project || now.repository !== stored.repository);
    if (!same) throw error;
    return work({ project: now.project, repository: now.repository });
  }
}

const mayHaveMoved = (error: unknown): boolean =>
  isPlumblineError(error, 'bitbucket_repository_moved') ||
  isPlumblineError(error, 'bitbucket_repository_not_found') ||
  isPlumblineError(error, 'bitbucket_project_not_found');

async function writeAt(to: Reviewing, place: CodePlace, options: WriteOptions): Promise<Written> {
  const { held, wanted } = options;
  const now = await readPullRequests(to, place, wanted);
  const open = now.flatMap(({ facts, record }) => (record?.state === 'open' ? [{ facts, record }] : []));
  if (open.length === 0) return { kind: 'closed' };
  const retargeted = open.some(({ facts, record }) => record.targetBranch !== facts.target);
  if (retargeted && wanted.verdict.judgement.result === 'PASS') return { kind: 'retargeted' };
  for (const { facts } of open.filter((one) => one.facts.fromFork)) {
    await to.review.makeHeadKnown(to.context, place, facts.number);
  }
  const { published, problems } = options.onlyBeside
    ? await besideAlone(to, { place, open }, options)
    : await publishWithBeside(to, { place, open }, options, (mayBeGreen) =>
        writeReportAt(to, { place, open }, { ...options, mayBeGreen }),
      );
  return {
    kind: 'written',
    result: published.report.result,
    shown: published.shown,
    total: wanted.verdict.analysed.change.findings.length,
    link: dashboardLink(wanted.frame.links),
    besideProblems: problems,
    stale: !open.some(({ record }) => record.head === held.commit),
    behind: retargeted || now.some(({ facts, record }) => record?.state !== 'open' || record.head !== facts.head),
  };
}

interface Place {
  place: CodePlace;
  open: readonly OpenPullRequest[];
}

interface Published extends Lying {
  shown: number;
}

/** In a report that fails beside a build status that could not be taken back. */
const staysGreen = 'Its build status could not be taken back and may still be successful: do not go by it.';

/** The report itself, and how it lies there. */
async function writeReportAt(
  to: Reviewing,
  { place, open }: Place,
  options: WriteOptions & { mayBeGreen: boolean },
): Promise<Published> {
  const { held, wanted, mayBeGreen } = options;
  const at: ReportPlace = { ...place, commit: held.commit, key: held.reportKey };
  await lookForOthers(to, at, options);
  const { number } = (open[0] as OpenPullRequest).facts;
  const publish = async (limit: number): Promise<Published> => {
    const built = await buildWanted(to, place, { options: { ...options, limit }, number });
    const report = mayBeGreen ? withWarning(built, staysGreen) : built;
    await options.begin();
    return lying(report, wanted, await publishReport(to.review.reportWriter(to.context, at), report));
  };
  const all = wanted.frame.annotations ? wanted.verdict.analysed.change.findings.length : 0;
  const first = await publish(options.limit);
  // The server takes fewer than was known: now that some must be left out, it matters which.
  const fewer = first.shown > 0 && first.shown < all && all <= options.limit;
  return fewer ? publish(first.shown) : first;
}

/** Annotations that the server stores none of leave a report that fails. */
function lying(wanted: WantedReport, { frame, verdict }: ToWrite, shown: number): Published {
  const none = shown === 0 && frame.annotations && verdict.analysed.change.findings.length > 0;
  const report = none ? wanted.report(0, storesNone) : wanted.report(shown);
  return { shown, report, passes: report.result === 'PASS' };
}

async function besideAlone(
  to: Reviewing,
  at: Place,
  options: WriteOptions,
): Promise<{ published: Published; problems: BesideProblem[] }> {
  const { held, wanted } = options;
  const { analysed, judgement } = wanted.verdict;
  const report = buildReport(analysed.change, judgement, wanted.frame, changedLines([]));
  const published = lying(report, wanted, held.shown ?? 0);
  return { published, problems: await writeBeside(to, at, options, published) };
}

interface NowAndStored {
  facts: PullRequestFacts;
  record: ReviewedPullRequest | null;
}

/** So many are asked for again; more of them have one head only where somebody tries. */
const mostAsked = 5;

/** What is stored is a little old: whether it is open is asked of the server. */
async function readPullRequests(
  { review, context }: Reviewing,
  place: CodePlace,
  { verdict, pullRequests }: ToWrite,
): Promise<NowAndStored[]> {
  const concerned = new Set(verdict.pullRequests.map(({ id }) => id));
  const read: NowAndStored[] = [];
  for (const facts of pullRequests.filter(({ id }) => concerned.has(id)).slice(0, mostAsked)) {
    const answer = await review.pullRequest(context, place, facts.number);
    read.push({ facts, record: answer === null ? null : ReviewedPullRequest.parse(answer) });
  }
  return read;
}

/** What was taken back is said by another name than what was analysed. */
const ownReporters: ReadonlySet<string> = new Set(['SonarQube', 'Plumbline']);

/** A report that is not what we wrote last is somebody else’s: theirs and ours would take turns. */
async function lookForOthers({ review, context }: Reviewing, at: ReportPlace, options: WriteOptions): Promise<void> {
  const { held, wanted, foreign } = options;
  const lies = await review.storedReport(context, at);
  const isOurs =
    lies === null ||
    (lies.link === dashboardLink(wanted.frame.links) && lies.reporter === wanted.frame.reporter) ||
    (lies.link === held.writtenLink && lies.reporter !== null && ownReporters.has(lies.reporter));
  await foreign(isOurs ? null : lies);
}

/** Which lines are changed matters only where not every finding can be shown. */
async function buildWanted(
  { review, context }: Reviewing,
  place: CodePlace,
  { options, number }: { options: WriteOptions; number: string },
): Promise<WantedReport> {
  const { wanted, limit } = options;
  const { analysed, judgement } = wanted.verdict;
  const choosing = wanted.frame.annotations && analysed.change.findings.length > limit;
  let files: readonly FileChange[] = [];
  let notes = judgement.notes;
  if (choosing) {
    try {
      ({ files } = await review.diff(context, place, number));
    } catch (error) {
      if (!isPlumblineError(error) || !withoutDiff.has(error.code)) throw error;
      notes = [...notes, 'The diff could not be read: the severest findings are shown, wherever they are.'];
    }
  }
  return buildReport(analysed.change, { ...judgement, notes }, wanted.frame, changedLines(files));
}

/** Failures of the diff alone: it is streamed without a bound in size and time. */
const withoutDiff: ReadonlySet<string> = new Set([
  'timeout',
  'response_too_large',
  'upstream_error',
  'malformed_response',
]);
