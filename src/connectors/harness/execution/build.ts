import { isCommit } from '../../../domain/commit.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import { type BuildRecord, type CommitRecord, longest } from '../records.ts';
import type { CiInfo, Commit } from '../schema.ts';
import { instantOfEither, textOrNull } from '../text.ts';

/**
 * What was built. Of a pull request its own commits count, else those of the branch; the first is the head. A run that a
 * person started may say no commit at all: then there is none here, and nothing is guessed.
 */
export function buildOf(ci: CiInfo | null | undefined): { build: BuildRecord | null; cutOff: boolean } {
  if (ci == null) return { build: null, cutOff: false };
  const { branch, pullRequest } = ci.ciExecutionInfoDTO ?? {};
  const commits = distinct(commitsOf(pullRequest) ?? commitsOf(branch) ?? []);
  const build: BuildRecord = {
    repository: textOrNull(ci.repoName) ?? textOrNull(ci.triggerRepoName),
    repositoryUrl: repositoryUrl(ci.scmDetailsList?.find((one) => one?.scmUrl)?.scmUrl),
    branch: textOrNull(pullRequest?.sourceBranch) ?? textOrNull(ci.branch) ?? textOrNull(branch?.name),
    targetBranch: textOrNull(pullRequest?.targetBranch),
    tag: textOrNull(ci.tag),
    pullRequest: textOrNull(pullRequest?.id) ?? textOrNull(ci.prNumber),
    commits: commits.slice(0, longest.commits),
  };
  const { commits: known, ...others } = build;
  const saysNothing = known.length === 0 && Object.values(others).every((value) => value === null);
  return { build: saysNothing ? null : build, cutOff: commits.length > longest.commits };
}

export function repositoryUrl(text: unknown): string | null {
  return typeof text === 'string' ? textOrNull(redactUrls(text)) : null;
}

interface Source {
  commits?: readonly (Commit | null | undefined)[] | null | undefined;
  triggerCommits?: readonly (Commit | null | undefined)[] | null | undefined;
}

/** Null where it names none. The commits of the push that triggered it stand in for missing ones. */
function commitsOf(source: Source | null | undefined): CommitRecord[] | null {
  for (const list of [source?.commits, source?.triggerCommits]) {
    const records = (list ?? []).flatMap((commit) => commitRecord(commit) ?? []);
    if (records.length > 0) return records;
  }
  return null;
}

function commitRecord(commit: Commit | null | undefined): CommitRecord | null {
  const sha = commit?.id?.trim().toLowerCase() ?? '';
  if (commit == null || !isCommit(sha)) return null;
  return {
    sha,
    message: textOrNull(commit.message, 2_000),
    authorName: textOrNull(commit.ownerName),
    authorEmail: textOrNull(commit.ownerEmail),
    committedAt: instantOfEither(commit.timeStamp),
    link: repositoryUrl(commit.link),
  };
}

function distinct(commits: readonly CommitRecord[]): CommitRecord[] {
  const seen = new Set<string>();
  return commits.filter(({ sha }) => !seen.has(sha) && seen.add(sha));
}
