import type { PullRequestRecord } from '../records.ts';
import type { PullRequest } from '../schema.ts';

const states: Readonly<Record<string, PullRequestRecord['state']>> = {
  OPEN: 'open',
  MERGED: 'merged',
  DECLINED: 'declined',
};

/** Epoch milliseconds to ISO 8601 UTC. */
const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** `main` of `refs/heads/main`. */
const branchName = ({ id, displayId }: PullRequest['fromRef']): string => displayId ?? id.replace(/^refs\/heads\//, '');

export function pullRequestRecord(pullRequest: PullRequest): PullRequestRecord {
  const { fromRef, toRef, author, closedDate, properties } = pullRequest;
  return {
    id: String(pullRequest.id),
    title: pullRequest.title.slice(0, 2_000),
    state: states[pullRequest.state.toUpperCase()] ?? 'other',
    draft: pullRequest.draft === true,
    sourceBranch: branchName(fromRef),
    sourceRepositoryId: String(fromRef.repository.id),
    head: fromRef.latestCommit,
    targetBranch: branchName(toRef),
    base: toRef.latestCommit,
    mergeCommit: properties?.mergeCommit?.id ?? null,
    author: author?.user.displayName ?? author?.user.name ?? null,
    createdAt: instant(pullRequest.createdDate),
    updatedAt: instant(pullRequest.updatedDate),
    closedAt: closedDate == null ? null : instant(closedDate),
    link: pullRequest.links?.self?.find((link) => link !== null)?.href ?? null,
  };
}
