import type { Queryable } from '../../../platform/database/index.ts';
import { projectLink } from '../../code-quality/index.ts';
import type { Link, Station } from '../contract.ts';

/** Where people reach each integration’s system. */
export async function publicAddresses(db: Queryable): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; url: string }>(
    'select id, public_url as url from shared.integrations where public_url is not null',
  );
  return new Map(rows.map(({ id, url }) => [id, url]));
}

/** The page of SonarQube about what was analysed. Of a companion, which is deleted with its pull request, there is none. */
export function analysisPage(base: string | undefined, facts: Station['facts']): string | null {
  const { project, scope, branch, main } = facts;
  if (base === undefined || typeof project !== 'string' || typeof branch !== 'string') return null;
  if (scope !== 'branch' && scope !== 'pull_request') return null;
  return projectLink(base, project, { kind: scope, scope: '', name: branch, isMain: main === true });
}

/** Where a repository has its pages, by that of one of its pull requests. */
function repositoryPage(pullRequest: string): string | undefined {
  const part = '/pull-requests/';
  const at = pullRequest.lastIndexOf(part);
  const numbered = /^\d{1,19}(?:\/|$)/.test(pullRequest.slice(at + part.length));
  return at > 0 && numbered && /^https?:\/\//.test(pullRequest) ? pullRequest.slice(0, at) : undefined;
}

/** The page of a commit lies beside that of a pull request that has it. */
export function withCommitPages(stations: readonly Station[], links: readonly Link[]): Station[] {
  const byRef = new Map(stations.map((one) => [one.ref, one]));
  const pages = new Map<string, string>();
  for (const { kind, from, to } of links) {
    const repository = repositoryPage(byRef.get(from)?.link ?? '');
    if ((kind === 'head' || kind === 'merge') && repository !== undefined) pages.set(to, repository);
  }
  return stations.map((one) => {
    const repository = one.station === 'commit' ? pages.get(one.ref) : undefined;
    return repository === undefined ? one : { ...one, link: `${repository}/commits/${one.title}` };
  });
}
