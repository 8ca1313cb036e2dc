import { isAtLeast } from '../profiles.ts';
import type { Activity, Comment, Participant, PullRef, PullRequest } from '../model.ts';
import type { User } from '../world.ts';
import { shortId } from './commits.ts';
import { repositoryPage, repositoryView, userView, type Viewing } from './places.ts';

const displayId = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

const refView = (viewing: Viewing, { ref, commit, repository }: PullRef): object => ({
  id: ref,
  displayId: displayId(ref),
  latestCommit: commit,
  type: 'BRANCH',
  repository: repositoryView(viewing, repository),
});

export const participantView = (viewing: Viewing, { user, role, status }: Participant): object => ({
  user: userView(viewing, user),
  role,
  approved: status === 'APPROVED',
  status,
});

const authorView = (viewing: Viewing, user: User): object => ({
  user: userView(viewing, user),
  role: 'AUTHOR',
  approved: false,
  status: 'UNAPPROVED',
});

const open = ({ severity, state }: Comment): boolean => severity === 'BLOCKER' && state === 'OPEN';

export function taskCounts({ comments, tasks }: PullRequest): { open: number; resolved: number } {
  const blockers = comments.filter(({ severity }) => severity === 'BLOCKER');
  return {
    open: blockers.filter(open).length + tasks.filter(({ state }) => state === 'OPEN').length,
    resolved: blockers.filter((one) => !open(one)).length + tasks.filter(({ state }) => state === 'RESOLVED').length,
  };
}

function propertiesOf(pull: PullRequest, conflicted: boolean | undefined): object {
  const counts = taskCounts(pull);
  const outcome = conflicted === undefined ? 'UNKNOWN' : conflicted ? 'CONFLICTED' : 'CLEAN';
  return {
    ...(pull.state === 'OPEN' ? { mergeResult: { outcome, current: conflicted !== undefined } } : {}),
    ...(pull.mergeCommit === null
      ? {}
      : { mergeCommit: { id: pull.mergeCommit, displayId: shortId(pull.mergeCommit) } }),
    commentCount: pull.comments.length,
    openTaskCount: counts.open,
    resolvedTaskCount: counts.resolved,
  };
}

export function pullView(viewing: Viewing, pull: PullRequest, conflicted?: boolean): object {
  const { world, baseUrl } = viewing;
  const { id, version, title, description, state, draft, from, to, author, participants } = pull;
  return {
    id,
    version,
    title,
    ...(description === null ? {} : { description }),
    state,
    open: state === 'OPEN',
    closed: state !== 'OPEN',
    ...(isAtLeast(world.profile, [8, 18]) ? { draft } : {}),
    createdDate: pull.createdAt,
    updatedDate: pull.updatedAt,
    ...(pull.closedAt === null ? {} : { closedDate: pull.closedAt }),
    fromRef: refView(viewing, from),
    toRef: refView(viewing, to),
    locked: false,
    author: authorView(viewing, author),
    reviewers: participants.filter(({ role }) => role === 'REVIEWER').map((one) => participantView(viewing, one)),
    participants: participants.filter(({ role }) => role !== 'REVIEWER').map((one) => participantView(viewing, one)),
    properties: propertiesOf(pull, conflicted),
    links: { self: [{ href: `${repositoryPage(baseUrl, to.repository)}/pull-requests/${id}` }] },
  };
}

export function commentView(viewing: Viewing, comment: Comment): object {
  const threads = isAtLeast(viewing.world.profile, [7, 2]);
  return {
    properties: {},
    id: comment.id,
    version: comment.version,
    text: comment.text,
    author: userView(viewing, comment.author),
    createdDate: comment.createdAt,
    updatedDate: comment.updatedAt,
    comments: comment.replies.map((reply) => commentView(viewing, reply)),
    ...(threads ? { severity: comment.severity, state: comment.state } : {}),
    ...(comment.anchor === null ? {} : { anchor: comment.anchor }),
    permittedOperations: { editable: true, deletable: true, transitionable: true },
  };
}

export const activityView = (viewing: Viewing, activity: Activity): object => ({
  id: activity.id,
  createdDate: activity.at,
  user: userView(viewing, activity.user),
  action: activity.action,
  ...(activity.comment === undefined
    ? {}
    : {
        commentAction: activity.comment.parent === null ? 'ADDED' : 'REPLIED',
        comment: commentView(viewing, activity.comment),
        ...(activity.comment.anchor === null ? {} : { commentAnchor: activity.comment.anchor }),
      }),
  ...activity.rescoped,
  ...(activity.mergeCommit === undefined
    ? {}
    : { commit: { id: activity.mergeCommit, displayId: shortId(activity.mergeCommit) } }),
});
