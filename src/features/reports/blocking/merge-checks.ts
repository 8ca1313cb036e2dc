import type { MergeCheck } from '../../../connectors/contract.ts';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { attempt, type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import type { Connecting } from '../../integrations/index.ts';
import type { LookedAtPullRequest, MergeChecks, RequiredReport } from './contract.ts';
import { namesKey, shown } from './judge.ts';
import {
  boundReports,
  type BoundReport,
  type CheckedRepository,
  findRepository,
  keepLook,
  openPullRequests,
  type OpenPullRequest,
  readLook,
  resultsOf,
  type Sighting,
} from './store.ts';

export interface BlockingOptions extends Pick<Connecting, 'connect'> {
  db: Database;
  now(): Date;
}

/** Each costs one call. */
const mostLookedAt = 5;
const shownVetoes = 20;
const shownLetters = 1_000;

/** What is known of the reports of a repository, without a call. Throws `not_found`. */
export async function readMergeChecks(db: Queryable, id: number): Promise<MergeChecks> {
  const repository = await requireRepository(db, id);
  const [bound, look] = [await boundReports(db, id), await readLook(db, id)];
  const { integrationId, integrationName, project, slug, link } = repository;
  const integration = { id: integrationId, name: integrationName ?? `deleted integration ${integrationId}` };
  return {
    repository: { id, project, slug, link, integration },
    enteredAt: {
      repository: 'Repository settings → Code Insights → Add required report',
      project: 'Project settings → Code Insights → Add required report',
    },
    reports: bound.map((report) => toRequired(report, look?.sightings[report.reportKey])),
    look:
      look === null
        ? null
        : { at: look.at.toISOString(), openPullRequests: look.openPullRequests, pullRequests: look.pullRequests },
  };
}

/**
 * Asks the server what keeps a few open pull requests from being merged, and keeps what it says of our reports. What was
 * seen earlier is forgotten only for what is seen now. Throws `not_found` and what connections throw.
 */
export async function lookAtMerges(
  { db, connect, now }: BlockingOptions,
  id: number,
  signal: AbortSignal,
): Promise<MergeChecks> {
  const repository = await requireRepository(db, id);
  const bound = await boundReports(db, id);
  const { total, pullRequests } = await openPullRequests(db, id, mostLookedAt);
  const heads = pullRequests.map(({ head }) => head);
  const before = await resultsOf(db, id, heads);
  const checks = await askServer(connect, { repository, pullRequests, signal });
  const after = await resultsOf(db, id, heads);
  const at = now();
  const sightings = { ...(await readLook(db, id))?.sightings };
  const looked = pullRequests.map((pullRequest, index): LookedAtPullRequest => {
    const check = checks[index];
    const vetoes = check?.vetoes ?? [];
    for (const { reportKey } of bound) {
      const place = `${pullRequest.head} ${reportKey}`;
      const results = { before: before.get(place) ?? null, after: after.get(place) ?? null };
      const what = shown(reportKey, { canMerge: check?.canMerge ?? null, vetoes, ...results });
      if (what !== 'nothing')
        sightings[reportKey] = seen(sightings[reportKey], { what, pullRequest, vetoes, reportKey, at });
    }
    return toLookedAt(pullRequest, { check, bound, after });
  });
  await keepLook(db, repository, { at, openPullRequests: total, pullRequests: looked, sightings });
  return readMergeChecks(db, id);
}

async function requireRepository(db: Queryable, id: number): Promise<CheckedRepository> {
  const repository = await findRepository(db, id);
  if (repository === undefined) throw new PlumblineError('not_found');
  return repository;
}

interface Asked extends Pick<MergeCheck, 'canMerge' | 'vetoes'> {
  error: LookedAtPullRequest['error'];
}

/** One after the other. What concerns one pull request is its own; what concerns the server ends the look. */
function askServer(
  connect: Connecting['connect'],
  {
    repository,
    pullRequests,
    signal,
  }: { repository: CheckedRepository; pullRequests: readonly OpenPullRequest[]; signal: AbortSignal },
): Promise<Asked[]> {
  return connect(repository.integrationId, signal, async ({ connector, context }) => {
    const { codeReview } = connector;
    if (codeReview === undefined) throw new PlumblineError('not_found');
    const place = { project: repository.project, repository: repository.slug };
    const asked: Asked[] = [];
    for (const { number } of pullRequests) {
      const check = await attempt(codeReview.mergeCheck(context, place, String(number)));
      asked.push(
        'error' in check ? notAnswered(check.error) : { canMerge: null, vetoes: [], ...check.value, error: null },
      );
    }
    return asked;
  });
}

/** What may be so of one pull request alone. */
const ofOne: ReadonlySet<string> = new Set<ErrorCode>([
  'bitbucket_pull_request_not_found',
  'upstream_error',
  'timeout',
  'malformed_response',
]);

/** Throws what would be the same for each other pull request. */
function notAnswered(error: PlumblineError): Asked {
  if (!ofOne.has(error.code)) throw error;
  const { code, message, remedy, upstream } = error;
  return { canMerge: null, vetoes: [], error: { code, message, remedy, upstream: upstream ?? null } };
}

function toLookedAt(
  { id, number, title, link, head }: OpenPullRequest,
  {
    check,
    bound,
    after,
  }: { check: Asked | undefined; bound: readonly BoundReport[]; after: ReadonlyMap<string, 'PASS' | 'FAIL'> },
): LookedAtPullRequest {
  const vetoes = check?.vetoes ?? [];
  return {
    id,
    number,
    title,
    link,
    head,
    canMerge: check?.canMerge ?? null,
    vetoes: vetoes.slice(0, shownVetoes).map((veto) => veto.slice(0, shownLetters)),
    blockedBy: bound.map(({ reportKey }) => reportKey).filter((key) => vetoes.some((veto) => namesKey(veto, key))),
    reports: bound.map(({ reportKey }) => ({ reportKey, result: after.get(`${head} ${reportKey}`) ?? null })),
    error: check?.error ?? null,
  };
}

interface SeenNow {
  what: 'blocked' | 'open';
  pullRequest: OpenPullRequest;
  vetoes: readonly string[];
  reportKey: string;
  at: Date;
}

/** A veto counts more than none: of several pull requests at one look one may be left out of the check. */
function seen(earlier: Sighting | undefined, { what, pullRequest, vetoes, reportKey, at }: SeenNow): Sighting {
  const { number, title, link } = pullRequest;
  const now = { at: at.toISOString(), number, title, link };
  const before = earlier ?? { blocked: null, open: null };
  if (what === 'open') return { ...before, open: before.open?.at === now.at ? before.open : now };
  const veto = (vetoes.find((one) => namesKey(one, reportKey)) ?? '').slice(0, shownLetters);
  return { ...before, blocked: before.blocked?.at === now.at ? before.blocked : { ...now, veto } };
}

function toRequired(report: BoundReport, sighting: Sighting | undefined): RequiredReport {
  const { bindingId, projectId, projectKey, projectName, annotations, reportKey, buildKey } = report;
  const { blocked, open } = sighting ?? { blocked: null, open: null };
  const isOpen = open !== null && (blocked === null || open.at > blocked.at);
  return {
    binding: bindingId,
    project: { id: projectId, key: projectKey, name: projectName },
    reportKey,
    requiredStatus: 'Must pass',
    annotationRequirement: annotations ? 'Must not have any annotations' : null,
    buildKey,
    state: isOpen ? 'seen_open' : blocked === null ? 'not_seen' : 'seen_blocking',
    blocked: blocked === null ? null : { at: blocked.at, veto: blocked.veto, pullRequest: pullRequestOf(blocked) },
    open: isOpen ? { at: open.at, pullRequest: pullRequestOf(open) } : null,
  };
}

const pullRequestOf = ({
  number,
  title,
  link,
}: OpenPullRequest | { number: number; title: string; link: string | null }) => ({
  number,
  title,
  link,
});
