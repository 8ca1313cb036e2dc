import { type ErrorCode, isPlumblineError } from '../../../platform/errors/index.ts';
import type { CodeReview } from '../../contract.ts';
import { called, pullRequestPath, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { Change, Diff, MergeBase, Page, Repository } from '../schema.ts';
import { readPullRequest } from '../streams/named.ts';
import { reviewDiff } from './diff.ts';
import { setBuildStatus } from './build-status.ts';
import { reviewComments } from './comments.ts';
import { readMergeCheck } from './merge-vetoes.ts';
import { reportWriter, storedReport } from './write-report.ts';

/** A diff is streamed without a bound in time. */
const diffTimeoutMs = 60_000;

/** What a server answers that knows no merge base. */
const unsaid = new Set<ErrorCode>(['malformed_response', 'endpoint_unavailable', 'bitbucket_commit_not_found']);

/** What is done with a pull request, for whoever gives a client. */
export function codeReview<Context>(clientOf: (context: Context) => BitbucketClient): CodeReview<Context> {
  return {
    async repository(context, place) {
      const { id, slug, project } = await clientOf(context).get(Repository, repositoryPath(place), {
        subject: called(place),
      });
      return { id: String(id), project: project.key, repository: slug };
    },
    pullRequest: (context, place, id) => readPullRequest(clientOf(context), place, id),
    async makeHeadKnown(context, place, id) {
      await clientOf(context).get(Page(Change), `${pullRequestPath(place, id)}/changes`, {
        subject: `changes of pull request ${id} of ${called(place)}`,
        params: { limit: 1, withComments: 'false' },
      });
    },
    async diff(context, place, id) {
      const diff = await clientOf(context).get(Diff, `${pullRequestPath(place, id)}/diff`, {
        subject: `the diff of pull request ${id} of ${called(place)}`,
        params: { contextLines: 0, withComments: 'false' },
        timeoutMs: diffTimeoutMs,
      });
      return reviewDiff(diff);
    },
    async mergeBase(context, place, { one, other }) {
      try {
        const path = `${repositoryPath(place)}/commits/${encodeURIComponent(one)}/merge-base`;
        const subject = `the merge base of ${one} in ${called(place)}`;
        const { id } = await clientOf(context).get(MergeBase, path, { subject, params: { otherCommitId: other } });
        return id ?? null;
      } catch (error) {
        // No common commit is an empty answer; older servers have no such call, and a commit may be gone.
        if (isPlumblineError(error) && unsaid.has(error.code)) return null;
        throw error;
      }
    },
    storedReport: (context, place) => storedReport(clientOf(context), place),
    reportWriter: (context, place) => reportWriter(clientOf(context), place),
    setBuildStatus: (context, place, status) => setBuildStatus(clientOf(context), place, status),
    comments: reviewComments(clientOf),
    mergeCheck: (context, place, id) => readMergeCheck(clientOf(context), place, id),
  };
}
