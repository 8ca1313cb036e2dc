import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Reader } from '../reader.ts';
import { IssuesSearch } from '../schema.ts';
import { decodePull, type PulledIssue } from './pull.ts';

/** Keys per call: 400 UUIDs make an address of 15 kB, below the 16 kB that every server accepted. */
export const keysPerCall = 400;

/**
 * Every issue of a branch that is not closed, in short form; with `changedSince` (milliseconds) those changed since,
 * and the keys of those closed since. Two requests, whatever their number.
 */
export async function* readPulled(
  { client }: Reader,
  of: { project: string; branch: string; changedSince?: number },
): AsyncGenerator<PulledIssue> {
  const params = { projectKey: of.project, branchName: of.branch, changedSince: of.changedSince };
  yield* decodePull((await client.open('api/issues/pull', params)).body);
  try {
    yield* decodePull((await client.open('api/issues/pull_taint', params)).body);
  } catch (error) {
    // The taint list is an addition of 9.6: a server without it has no such issues.
    if (!isPlumblineError(error, 'endpoint_unavailable')) throw error;
  }
}

export async function readByKeys({ client }: Reader, keys: readonly string[]): Promise<readonly unknown[]> {
  const many = { name: 'issues', values: keys };
  const answers = await client.getMany(IssuesSearch, 'api/issues/search', { ps: 500 }, many);
  return answers.flatMap(({ issues }) => issues);
}
