import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { CodePlace, MergeCheck } from '../../contract.ts';
import { called, pullRequestPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { MergeState } from '../schema.ts';

/** What the server itself says about merging now; null for a pull request that is closed. */
export async function readMergeCheck(
  client: Pick<BitbucketClient, 'get'>,
  place: CodePlace,
  id: string,
): Promise<MergeCheck | null> {
  try {
    const state = await client.get(MergeState, `${pullRequestPath(place, id)}/merge`, {
      subject: `the merge check of pull request ${id} of ${called(place)}`,
    });
    return {
      canMerge: state.canMerge ?? null,
      vetoes: (state.vetoes ?? []).map(({ summaryMessage, detailedMessage }) =>
        [summaryMessage, detailedMessage].filter((words) => words != null && words !== '').join(' '),
      ),
    };
  } catch (error) {
    if (isPlumblineError(error, 'bitbucket_conflict')) return null;
    throw error;
  }
}
