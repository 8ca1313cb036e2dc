import { json, type Reply } from '../../wire/reply.ts';
import { type Call, type Endpoint, endpointsOf, optional, param, repositoryPath } from '../call.ts';
import { rawDiff } from '../git/diff.ts';
import { mergeBase, readChanges, readCommit, readCommits } from '../git/read.ts';
import { pullRequestOf, repositoryOf } from '../locate.ts';
import type { PullRequest } from '../model.ts';
import { pageBody, paged, pageAsked, pageLimits } from '../paging.ts';
import { materialise } from '../state/push.ts';
import { changeView, commitView } from '../views/commits.ts';
import { diffBetween } from './commits.ts';

const api = endpointsOf('api');
const pullPath = `${repositoryPath}/pull-requests/{id}`;

/** Where the branches parted: a pull request shows what its branch changed since then. */
const baseOf = async ({ from, to }: PullRequest): Promise<string> =>
  (await mergeBase(to.repository.git, to.commit, from.commit)) ?? to.commit;

/** Reading these makes the target know the head of a fork. */
async function looked(call: Call): Promise<PullRequest> {
  const pull = pullRequestOf(call, repositoryOf(call));
  await materialise(pull);
  return pull;
}

/** Capped, and without a place to begin. */
async function changes(call: Call): Promise<Reply> {
  const pull = await looked(call);
  const from = await baseOf(pull);
  const found = await readChanges(pull.to.repository.git, from, pull.from.commit);
  const { limit } = pageAsked(call, call.world.maxChanges);
  const rows = found.slice(0, limit);
  const next = found.length > limit ? limit : null;
  return json({
    fromHash: from,
    toHash: pull.from.commit,
    ...pageBody({ rows, start: 0, limit, next }, changeView),
    properties: { changeScope: 'ALL' },
  });
}

async function commits(call: Call): Promise<Reply> {
  const { from, to } = await looked(call);
  const found = await readCommits(to.repository.git, { until: from.commit, since: to.commit });
  return paged(call, found, commitView, pageLimits.commits);
}

async function diff(call: Call): Promise<Reply> {
  const pull = await looked(call);
  if (/text\/plain/.test(call.headers.accept ?? '')) return text(call, pull);
  const from = await baseOf(pull);
  return json(await diffBetween(call, pull.to.repository, { from, to: pull.from.commit }));
}

async function text(call: Call, pull: PullRequest): Promise<Reply> {
  const contextLines = Math.max(0, Number(optional(call, 'contextLines') ?? 10));
  const [from, path] = [await baseOf(pull), param(call, 'path')];
  const body = await rawDiff(pull.to.repository.git, { from, to: pull.from.commit, path, contextLines });
  return { status: 200, contentType: 'text/plain;charset=UTF-8', body };
}

async function base(call: Call): Promise<Reply> {
  const pull = await looked(call);
  return json(commitView(await readCommit(pull.to.repository.git, await baseOf(pull))));
}

export const pullDiffEndpoints: readonly Endpoint[] = [
  api('GET', `${pullPath}.diff`, async (call) => text(call, await looked(call)), { since: [7, 0] }),
  api('GET', `${pullPath}/changes`, changes),
  api('GET', `${pullPath}/commits`, commits),
  api('GET', `${pullPath}/diff/{path*}`, diff),
  api('GET', `${pullPath}/merge-base`, base, { since: [7, 0] }),
];
