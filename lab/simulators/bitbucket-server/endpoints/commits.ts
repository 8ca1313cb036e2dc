import { json, type Reply } from '../../wire/reply.ts';
import { type Call, choice, type Endpoint, endpointsOf, optional, param, repositoryPath } from '../call.ts';
import { noSuchCommit } from '../errors.ts';
import { readDiff, truncated } from '../git/diff.ts';
import { mergeBase, readChanges, readCommit, readCommits } from '../git/read.ts';
import { resolve } from '../git/store.ts';
import { commitOf, repositoryOf } from '../locate.ts';
import { paged, pageLimits } from '../paging.ts';
import type { Repository } from '../world.ts';
import { changeView, commitView, diffView } from '../views/commits.ts';
import { pullView } from '../views/pulls.ts';

const api = endpointsOf('api');

/** A parameter that names a commit or branch; without it what stands for it. */
export async function revision(call: Call, repository: Repository, name: string, usual: string): Promise<string> {
  const asked = optional(call, name) ?? usual;
  const found = await resolve(repository.git, asked);
  if (found === undefined) throw noSuchCommit(asked, repository.slug);
  return found;
}

async function listCommits(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  // An empty repository has no commits, which is no mistake.
  if (repository.git.refs.size === 0 && optional(call, 'until') === undefined)
    return paged(call, [], commitView, pageLimits.commits);
  const until = await revision(call, repository, 'until', repository.defaultBranch);
  const since = optional(call, 'since') === undefined ? undefined : await revision(call, repository, 'since', '');
  const merges = choice(call, 'merges', ['exclude', 'include', 'only'] as const);
  const commits = await readCommits(repository.git, { until, since, merges, path: optional(call, 'path') });
  return paged(call, commits, commitView, pageLimits.commits);
}

async function showCommit(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  return json(commitView(await readCommit(repository.git, await commitOf(call, repository))));
}

async function commitPullRequests(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const commit = await commitOf(call, repository);
  const found = [];
  for (const pull of repository.pullRequests) if (await contains(pull, commit)) found.push(pull);
  return paged(call, found, (pull) => pullView(call, pull));
}

/** Whether the commit is one of those that the pull request brings. */
async function contains({ from, to }: Repository['pullRequests'][number], commit: string): Promise<boolean> {
  if (from.commit === commit) return true;
  if (!(await from.repository.git.has(commit))) return false;
  const base = (await to.repository.git.has(from.commit)) ? to.commit : undefined;
  const commits = await readCommits(from.repository.git, { until: from.commit, since: base });
  return commits.some(({ id }) => id === commit);
}

async function commitChanges(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const commit = await commitOf(call, repository);
  const since = optional(call, 'since') === undefined ? undefined : await revision(call, repository, 'since', '');
  const from = since ?? (await readCommit(repository.git, commit)).parents[0] ?? null;
  return paged(call, await readChanges(repository.git, from, commit), changeView);
}

async function commitDiff(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const to = await commitOf(call, repository);
  const since = optional(call, 'since') === undefined ? undefined : await revision(call, repository, 'since', '');
  const from = since ?? (await readCommit(repository.git, to)).parents[0] ?? null;
  return json(await diffBetween(call, repository, { from, to }));
}

export async function diffBetween(
  call: Call,
  { git }: Repository,
  { from, to }: { from: string | null; to: string },
): Promise<object> {
  const contextLines = Number(optional(call, 'contextLines') ?? 10);
  const path = param(call, 'path');
  const srcPath = optional(call, 'srcPath');
  const ignoreWhitespace = optional(call, 'whitespace') === 'ignore-all';
  const context = Math.max(0, contextLines);
  const whole = await readDiff(git, { from, to, path, srcPath, contextLines: context, ignoreWhitespace });
  const { diffs, truncated: cut } = truncated(whole, call.world.maxDiffLines);
  const whitespace = ignoreWhitespace ? 'IGNORE_ALL' : 'SHOW';
  return diffView({ fromHash: from, toHash: to, contextLines, whitespace }, diffs, cut);
}

/** Both sides of a comparison: what `from` has and `to` has not. */
async function compared(call: Call, repository: Repository): Promise<{ from: string; to: string; base: string }> {
  const from = await revision(call, repository, 'from', repository.defaultBranch);
  const to = await revision(call, repository, 'to', repository.defaultBranch);
  return { from, to, base: (await mergeBase(repository.git, from, to)) ?? to };
}

const compareEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/compare/commits`, async (call) => {
    const repository = repositoryOf(call);
    const { from, to } = await compared(call, repository);
    return paged(call, await readCommits(repository.git, { until: from, since: to }), commitView, pageLimits.commits);
  }),
  api('GET', `${repositoryPath}/compare/changes`, async (call) => {
    const repository = repositoryOf(call);
    const { from, base } = await compared(call, repository);
    return paged(call, await readChanges(repository.git, base, from), changeView);
  }),
  api('GET', `${repositoryPath}/compare/diff/{path*}`, async (call) => {
    const repository = repositoryOf(call);
    const { from, base } = await compared(call, repository);
    return json(await diffBetween(call, repository, { from: base, to: from }));
  }),
  api('GET', `${repositoryPath}/commits/{commit}/merge-base`, async (call) => {
    const repository = repositoryOf(call);
    const commit = await commitOf(call, repository);
    const other = await revision(call, repository, 'otherCommitId', repository.defaultBranch);
    const base = await mergeBase(repository.git, commit, other);
    if (base === null) return { status: 204, contentType: null, body: '' };
    return json(commitView(await readCommit(repository.git, base)));
  }),
];

export const commitEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/commits`, listCommits),
  api('GET', `${repositoryPath}/commits/{commit}`, showCommit),
  api('GET', `${repositoryPath}/commits/{commit}/pull-requests`, commitPullRequests, { since: [7, 0] }),
  api('GET', `${repositoryPath}/commits/{commit}/changes`, commitChanges),
  api('GET', `${repositoryPath}/commits/{commit}/diff/{path*}`, commitDiff),
  ...compareEndpoints,
];
