import { parseBitbucketPage } from '../../domain/bitbucket-page.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import type { LookupResult } from '../contract.ts';
import { called, pullRequestPath, repositoryPath } from './address.ts';
import type { BitbucketClient } from './client.ts';
import { pullRequestRecord } from './review/pull-request.ts';
import { PullRequest, Repository } from './schema.ts';
import { repositoryRecord } from './streams/repositories.ts';

/** `PAY/ledger`, `PAY/ledger/17`, `PAY/ledger#17`, or the address of either’s page. */
const named = /^(~?[\w.-]+)\/([\w.-]+)(?:[/#](\d{1,9}))?$/;

/** What the server says now about a repository or pull request. */
export async function lookUp(client: BitbucketClient, text: string): Promise<LookupResult[]> {
  const place = placeIn(text.trim().slice(0, 2_000));
  if (place === null) return [];
  const { project, repository, id } = place;
  try {
    if (id !== undefined) {
      const subject = `pull request ${id} of ${called(place)}`;
      const record = pullRequestRecord(await client.get(PullRequest, pullRequestPath(place, id), { subject }));
      const { link, ...summary } = record;
      return [{ kind: 'pull request', found: true, summary, ...(link === null ? {} : { link }) }];
    }
    const found = await client.get(Repository, repositoryPath({ project, repository }), { subject: called(place) });
    const { link, ...summary } = repositoryRecord(found);
    return [{ kind: 'repository', found: true, summary, ...(link === null ? {} : { link }) }];
  } catch (error) {
    const absent = [
      'bitbucket_project_not_found',
      'bitbucket_repository_not_found',
      'bitbucket_pull_request_not_found',
    ] as const;
    if (absent.some((code) => isPlumblineError(error, code))) return [];
    throw error;
  }
}

function placeIn(text: string): { project: string; repository: string; id?: string } | null {
  const page = parseBitbucketPage(text);
  if (page !== null) {
    const { project, slug, pullRequest } = page;
    return { project, repository: slug, ...(pullRequest === null ? {} : { id: pullRequest }) };
  }
  const [, project, repository, id] = named.exec(text) ?? [];
  if (project === undefined || repository === undefined) return null;
  return { project, repository, ...(id === undefined ? {} : { id }) };
}
