import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { BuildStatus, CodePlace } from '../../contract.ts';
import { called, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';

/** Says it in the repository, or, to servers before 7.4, of the commit wherever it is. */
export async function setBuildStatus(
  client: Pick<BitbucketClient, 'send'>,
  place: CodePlace & { commit: string },
  { parent, ref, ...status }: BuildStatus,
): Promise<void> {
  const subject = `the build status ${status.key} on ${called(place)} ${place.commit.slice(0, 12)}`;
  const commit = encodeURIComponent(place.commit);
  try {
    const body = { ...status, parent, ...(ref === null ? {} : { ref }) };
    await client.send('POST', `${repositoryPath(place)}/commits/${commit}/builds`, { subject, body });
  } catch (error) {
    // Commit, repository and project have errors of their own: it is the call that is not there.
    if (!isPlumblineError(error, 'endpoint_unavailable') || error.data['status'] !== 404) throw error;
    // The older call knows neither, so that there is nothing to require.
    await client.send('POST', `rest/build-status/1.0/commits/${commit}`, { subject, body: status });
  }
}
