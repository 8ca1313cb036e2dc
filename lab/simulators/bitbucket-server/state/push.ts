import { fetchFrom, updateRef } from '../git/write.ts';
import { millis, type Repository, type User, type World } from '../world.ts';
import { type RefChange, tellPull, tellRefsChanged } from '../webhooks/bodies.ts';
import { addActivity } from './activities.ts';
import type { PullRequest } from '../model.ts';

/** What follows a change of refs: pull requests move on, and those who want to know are told. */
export async function afterPush(
  world: World,
  repository: Repository,
  { before, user }: { before: ReadonlyMap<string, string>; user: User },
): Promise<void> {
  const changes = changedRefs(before, repository.git.refs);
  if (changes.length === 0) return;
  for (const pull of openPulls(world)) await follow(world, repository, { pull, changes, user });
  tellRefsChanged(world, repository, user, changes);
}

function changedRefs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, from: before.get(ref), to: after.get(ref) }))
    .filter(({ from, to }) => from !== to);
}

const openPulls = (world: World): PullRequest[] =>
  world.repositories.flatMap(({ pullRequests }) => pullRequests).filter(({ state }) => state === 'OPEN');

async function follow(
  world: World,
  repository: Repository,
  { pull, changes, user }: { pull: PullRequest; changes: readonly RefChange[]; user: User },
): Promise<void> {
  const changeOf = (side: PullRequest['from']): RefChange | undefined =>
    side.repository === repository ? changes.find(({ ref, to }) => ref === side.ref && to !== undefined) : undefined;
  const [from, to] = [changeOf(pull.from), changeOf(pull.to)];
  if (from === undefined && to === undefined) return;
  const [previousFromHash, previousToHash] = [pull.from.commit, pull.to.commit];
  pull.from.commit = from?.to ?? previousFromHash;
  pull.to.commit = to?.to ?? previousToHash;
  pull.version += 1;
  pull.updatedAt = millis(world);
  const rescoped = { fromHash: pull.from.commit, previousFromHash, toHash: pull.to.commit, previousToHash };
  addActivity(world, pull, { action: 'RESCOPED', user, rescoped });
  if (from !== undefined) await headMoved(world, pull);
  if (from !== undefined) tellPull(world, 'pr:from_ref_updated', pull, user, { previousFromHash });
  if (to !== undefined) tellPull(world, 'pr:to_ref_updated', pull, user, { previousToHash });
}

/** The target knows a head of its own at once, one of a fork when somebody looks at it. */
export async function headMoved(world: World, pull: PullRequest): Promise<void> {
  const { from, to, id } = pull;
  if (from.repository !== to.repository && world.forkHeads === 'on-read') return;
  if (from.repository !== to.repository) return materialise(pull);
  pull.materialised = from.commit;
  await updateRef(to.repository.git, `refs/pull-requests/${id}/from`, from.commit);
}

/** Brings the head of a fork's pull request into its target, so that the server knows it there. */
export async function materialise(pull: PullRequest): Promise<void> {
  const { from, to } = pull;
  const { commit } = from;
  await bringHead(pull);
  to.repository.git.hidden.delete(commit);
  pull.materialised = commit;
}

/** Brings the head where git can work with it; the server does not know it by that. */
export async function bringHead({ from, to, id }: PullRequest): Promise<void> {
  const { git } = to.repository;
  const { commit } = from;
  if (git.hidden.has(commit) || (await git.has(commit))) return;
  git.hidden.add(commit);
  await git.inTurn(() => fetchFrom(git, from.repository.git, commit, `refs/pull-requests/${id}/from`));
}
