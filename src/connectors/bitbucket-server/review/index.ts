import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { CodeReview } from '../../contract.ts';
import { called, pullRequestPath, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { Change, Diff, Page, PullRequest, Repository } from '../schema.ts';
import { reviewDiff } from './diff.ts';
import { readMergeCheck } from './merge-vetoes.ts';
import { pullRequestRecord } from './pull-request.ts';
import { reportWriter, storedReport } from './write-report.ts';

/** A diff is streamed without a bound in time. */
const diffTimeoutMs = 60_000;

/** What is done with a pull request, for whoever gives a client. */
export function codeReview<Context>(clientOf: (context: Context) => BitbucketClient): CodeReview<Context> {
  return {
    async repository(context, place) {
      const { id, slug, project } = await clientOf(context).get(Repository, repositoryPath(place), {
        subject: called(place),
      });
      return { id: String(id), project: project.key, repository: slug };
    },
    async pullRequest(context, place, id) {
      try {
        const subject = `pull request ${id} of ${called(place)}`;
        return pullRequestRecord(await clientOf(context).get(PullRequest, pullRequestPath(place, id), { subject }));
      } catch (error) {
        if (isPlumblineError(error, 'bitbucket_pull_request_not_found')) return null;
        throw error;
      }
    },
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
    storedReport: (context, place) => storedReport(clientOf(context), place),
    reportWriter: (context, place) => reportWriter(clientOf(context), place),
    mergeCheck: (context, place, id) => readMergeCheck(clientOf(context), place, id),
  };
}
