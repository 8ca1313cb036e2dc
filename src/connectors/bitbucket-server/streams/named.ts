import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { CodePlace, SliceEvent } from '../../contract.ts';
import { called, pullRequestPath, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { readPages } from '../paging.ts';
import type { PullRequestRecord } from '../records.ts';
import { pullRequestRecord } from '../review/pull-request.ts';
import { PullRequest, Repository } from '../schema.ts';
import { placeOf, type Reader, repositoryRecord, sliceOf } from './repositories.ts';

/** Scopes of a repository by which a delivery names what is to be read of it. */
const ofPullRequest = 'pull_request:';
const ofBranch = 'branch:';
export const pullRequestName = (id: number): string => `${ofPullRequest}${id}`;
/** The pull requests that come from a branch. */
export const branchName = (branch: string): string => `${ofBranch}${branch}`;

/** Each costs a call, and two of them list everything that is open or new. */
const mostNames = 10;

/** False where reading everything is as good. */
export function canReadNamed(named: readonly string[]): boolean {
  const isName = (name: string): boolean => /^pull_request:\d{1,16}$/.test(name) || name.startsWith(ofBranch);
  return named.length <= mostNames && named.every(isName);
}

/** The pull requests that are named, and nothing else: one call each. */
export async function* readNamedPullRequests(
  client: BitbucketClient,
  { slice, named }: { slice: string; named: readonly string[] },
): AsyncGenerator<SliceEvent> {
  const place = placeOf(slice);
  const found = new Map<string, PullRequestRecord>();
  const gone: string[] = [];
  for (const name of named) {
    if (name.startsWith(ofBranch)) {
      for await (const record of openFrom(client, place, name.slice(ofBranch.length))) found.set(record.id, record);
    } else {
      const id = name.slice(ofPullRequest.length);
      const record = await readPullRequest(client, place, id);
      if (record === null) gone.push(id);
      else found.set(id, record);
    }
  }
  const stream = 'pull_requests';
  yield { type: 'records', stream, scope: '', records: [...found.values()] };
  yield { ...namedOnly(stream, 'pull request'), gone };
}

/** Null: the server has none. */
export async function readPullRequest(
  client: BitbucketClient,
  place: CodePlace,
  id: string,
): Promise<PullRequestRecord | null> {
  try {
    const subject = `pull request ${id} of ${called(place)}`;
    return pullRequestRecord(await client.get(PullRequest, pullRequestPath(place, id), { subject }));
  } catch (error) {
    if (isPlumblineError(error, 'bitbucket_pull_request_not_found')) return null;
    throw error;
  }
}

/** Those into another repository are that one’s. */
async function* openFrom(client: BitbucketClient, place: CodePlace, branch: string): AsyncGenerator<PullRequestRecord> {
  const pages = readPages(client, PullRequest, `${repositoryPath(place)}/pull-requests`, {
    subject: `pull requests of ${called(place)}`,
    params: { state: 'OPEN', direction: 'OUTGOING', at: `refs/heads/${branch}` },
  });
  for await (const { items } of pages)
    yield* items.filter(({ fromRef, toRef }) => fromRef.repository.id === toRef.repository.id).map(pullRequestRecord);
}

/** Slices that are named, as far as the settings ask for them; one that is not there is none. */
export async function* readNamedRepositories(
  { client, settings, now }: Reader,
  slices: readonly string[],
): AsyncGenerator<SliceEvent> {
  const wanted = new Set(settings.projects.map((key) => key.toLowerCase()));
  const stream = 'code_repositories';
  const seen = new Set<number>();
  for (const place of slices.map(placeOf)) {
    const repository = await readRepository(client, place);
    if (repository === null || seen.has(repository.id)) continue;
    const { id, slug, project } = repository;
    if (wanted.size > 0 && !wanted.has(project.key.toLowerCase())) continue;
    seen.add(id);
    const slice = sliceOf({ project: project.key, repository: slug });
    yield { type: 'slice', slice, version: now().toISOString(), touchedAt: null };
    yield { type: 'records', stream, scope: '', records: [repositoryRecord(repository)] };
  }
  yield namedOnly(stream, 'repository');
}

async function readRepository(client: BitbucketClient, place: CodePlace): Promise<Repository | null> {
  try {
    return await client.get(Repository, repositoryPath(place), { subject: called(place) });
  } catch (error) {
    const absent = ['bitbucket_project_not_found', 'bitbucket_repository_not_found'] as const;
    if (absent.some((code) => isPlumblineError(error, code))) return null;
    throw error;
  }
}

const namedOnly = (stream: string, method: string): Extract<SliceEvent, { type: 'complete' }> => ({
  type: 'complete',
  stream,
  scope: '',
  sourceCount: null,
  method,
  proof: 'key_set',
  sourceMoved: false,
  absenceTrusted: false,
  coverage: 'named',
});
