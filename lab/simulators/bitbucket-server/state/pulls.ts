import type { Words } from '../texts.ts';
import { badRequest, conflict } from '../errors.ts';
import { mergeInto, tryMerge } from '../git/write.ts';
import { millis, type Repository, type User, type World } from '../world.ts';
import { tellPull } from '../webhooks/bodies.ts';
import { addActivity } from './activities.ts';
import type { Participant, PullRequest } from '../model.ts';
import { afterPush, bringHead, headMoved, materialise } from './push.ts';

export interface PullWish {
  from: { repository: Repository; branch: string };
  to: { repository: Repository; branch: string };
  title: string;
  description?: string | null;
  author: User;
  reviewers?: readonly User[];
  draft?: boolean;
  /** Its number; default the next one. */
  id?: number;
}

const refOf = (branch: string): string => (branch.startsWith('refs/') ? branch : `refs/heads/${branch}`);

export async function openPull(world: World, wish: PullWish): Promise<PullRequest> {
  const { repository } = wish.to;
  const from = side(wish.from.repository, refOf(wish.from.branch), 'fromRef');
  const to = side(repository, refOf(wish.to.branch), 'toRef');
  demandNew(repository, from, to);
  const now = millis(world);
  const highest = Math.max(0, ...repository.pullRequests.map((pull) => pull.id));
  const pull: PullRequest = {
    id: wish.id ?? highest + 1,
    version: 0,
    title: wish.title,
    description: wish.description ?? null,
    state: 'OPEN',
    draft: wish.draft ?? false,
    author: wish.author,
    from,
    to,
    participants: (wish.reviewers ?? []).map(
      (user) => ({ user, role: 'REVIEWER', status: 'UNAPPROVED' }) satisfies Participant,
    ),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergeCommit: null,
    comments: [],
    tasks: [],
    activities: [],
    materialised: null,
  };
  repository.pullRequests.push(pull);
  addActivity(world, pull, { action: 'OPENED', user: wish.author });
  await headMoved(world, pull);
  tellPull(world, 'pr:opened', pull, wish.author);
  return pull;
}

function side(repository: Repository, ref: string, context: string): PullRequest['from'] {
  const commit = repository.git.refs.get(ref);
  if (commit === undefined)
    throw badRequest(
      {
        en: `Repository ${repository.slug} has no branch ${ref}`,
        de: `Das Repository ${repository.slug} hat keinen Branch ${ref}`,
      },
      context,
    );
  return { repository, ref, commit };
}

function demandNew({ pullRequests }: Repository, from: PullRequest['from'], to: PullRequest['to']): void {
  const existing = pullRequests.find(
    (one) =>
      one.state === 'OPEN' &&
      one.from.repository === from.repository &&
      one.from.ref === from.ref &&
      one.to.ref === to.ref,
  );
  if (existing !== undefined)
    throw conflict(
      'pull.DuplicatePullRequestException',
      {
        en: 'Only one pull request may be open for a given source and target branch',
        de: 'Für einen Quell- und Ziel-Branch darf nur ein Pull-Request offen sein',
      },
      { existingPullRequest: { id: existing.id } },
    );
  if (from.commit === to.commit)
    throw conflict('pull.EmptyPullRequestException', {
      en: `The branches have nothing that differs.`,
      de: 'Die Branches unterscheiden sich nicht.',
    });
}

/** A version that is not the newest was read before somebody else changed it. */
export function demandVersion(pull: PullRequest, version: number | undefined, required = false): void {
  if (version === undefined && !required) return;
  if (version === pull.version) return;
  throw conflict(
    'pull.PullRequestOutOfDateException',
    {
      en: `You are attempting to modify a pull request based on out-of-date information.`,
      de: `Sie versuchen, einen Pull-Request anhand veralteter Informationen zu ändern.`,
    },
    { currentVersion: pull.version, expectedVersion: version ?? -1 },
  );
}

const ended: Record<PullRequest['state'], Words> = {
  MERGED: { en: 'This pull request has already been merged.', de: 'Dieser Pull-Request wurde bereits gemergt.' },
  DECLINED: { en: 'This pull request has already been declined.', de: 'Dieser Pull-Request wurde bereits abgelehnt.' },
  OPEN: { en: 'This pull request is already open.', de: 'Dieser Pull-Request ist bereits offen.' },
};

export function demandState(pull: PullRequest, wanted: PullRequest['state']): void {
  if (pull.state === wanted) return;
  throw conflict('pull.IllegalPullRequestStateException', ended[pull.state]);
}

/** Whether both sides changed the same; remembered for the two commits. */
const conflicts = new WeakMap<PullRequest, { key: string; conflicted: boolean }>();

export async function isConflicted(pull: PullRequest): Promise<boolean> {
  const key = `${pull.from.commit} ${pull.to.commit}`;
  const known = conflicts.get(pull);
  if (known?.key === key) return known.conflicted;
  await bringHead(pull);
  const { tree } = await tryMerge(pull.to.repository.git, pull.to.commit, pull.from.commit);
  conflicts.set(pull, { key, conflicted: tree === null });
  return tree === null;
}

function close(world: World, pull: PullRequest, state: PullRequest['state']): void {
  const now = millis(world);
  Object.assign(pull, { state, version: pull.version + 1, updatedAt: now, closedAt: state === 'OPEN' ? null : now });
}

/** Merges without asking any check. Null when both sides changed the same. */
export async function mergePull(world: World, pull: PullRequest, user: User, message?: string): Promise<string | null> {
  const { repository, ref } = pull.to;
  // What was looked at is what is merged, whatever is pushed meanwhile.
  const head = pull.from.commit;
  await materialise(pull);
  const before = new Map(repository.git.refs);
  const commit = await repository.git.inTurn(() =>
    mergeInto(repository.git, {
      ref,
      into: repository.git.refs.get(ref) ?? pull.to.commit,
      commit: head,
      message: message ?? `Merge pull request #${pull.id}: ${pull.title}`,
      author: { name: user.displayName, emailAddress: user.emailAddress },
      date: world.now(),
    }),
  );
  if (commit === null) return null;
  close(world, pull, 'MERGED');
  pull.mergeCommit = commit;
  addActivity(world, pull, { action: 'MERGED', user, mergeCommit: commit });
  tellPull(world, 'pr:merged', pull, user);
  await afterPush(world, repository, { before, user });
  return commit;
}

export function declinePull(world: World, pull: PullRequest, user: User): void {
  close(world, pull, 'DECLINED');
  addActivity(world, pull, { action: 'DECLINED', user });
  tellPull(world, 'pr:declined', pull, user);
}

/** Open again, with what its branches hold by now. */
export async function reopenPull(world: World, pull: PullRequest, user: User): Promise<void> {
  for (const ref of [pull.from, pull.to]) ref.commit = ref.repository.git.refs.get(ref.ref) ?? ref.commit;
  close(world, pull, 'OPEN');
  addActivity(world, pull, { action: 'REOPENED', user });
  await headMoved(world, pull);
}

export function deletePull(world: World, pull: PullRequest, user: User): void {
  const { repository } = pull.to;
  repository.pullRequests = repository.pullRequests.filter((one) => one !== pull);
  tellPull(world, 'pr:deleted', pull, user);
}
