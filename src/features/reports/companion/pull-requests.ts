import { parseBitbucketPage } from '../../../domain/bitbucket-page.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** An open pull request that somebody wants to have analysed. */
export interface NamedPullRequest {
  id: number;
  number: string;
  repositoryId: number;
  project: string;
  slug: string;
  open: boolean;
  sourceBranch: string;
  targetBranch: string;
}

interface Named {
  base: string | null;
  project: string;
  slug: string;
  number: string;
}

const names = /^(~?[\w.-]{1,128})\/([\w.-]{1,128})#(\d{1,9})$/;

/** By the address of its page, or as `PROJECT/repository#number`; null for a text that names none. */
export function namedPullRequest(text: string): Named | null {
  const given = text.trim();
  const [, project, slug, number] = names.exec(given) ?? [];
  if (project !== undefined && slug !== undefined && number !== undefined) return { base: null, project, slug, number };
  const page = parseBitbucketPage(given);
  if (page === null || page.pullRequest === null) return null;
  return { base: page.base, project: page.project, slug: page.slug, number: page.pullRequest };
}

/** Throws `invalid_request` for what names none, `not_found` for one that nobody read, or of several servers. */
export async function findNamed(db: Queryable, text: string): Promise<NamedPullRequest> {
  const named = namedPullRequest(text);
  if (named === null) {
    throw new PlumblineError('invalid_request', {
      message: 'A pull request is named by the address of its page, or as PROJECT/repository#number.',
    });
  }
  const rows = await db.query<NamedPullRequest & { integration: string }>(
    `select p.id, p.source_key as number, r.id as "repositoryId", r.project, r.slug, p.state = 'open' and p.deleted_at is null as open,
            p.source_branch as "sourceBranch", p.target_branch as "targetBranch", i.name as integration
       from shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id
       join shared.integrations i on i.id = r.integration_id
      where lower(r.project) = lower($1) and r.slug = lower($2) and p.source_key = $3 and r.deleted_at is null
        and ($4::text is null or i.url = $4) order by p.id`,
    [named.project, named.slug, named.number, named.base],
  );
  const [first, second] = rows;
  if (first === undefined) {
    throw new PlumblineError('not_found', {
      message: `Pull request ${named.number} of ${named.project}/${named.slug} has not been read yet.`,
    });
  }
  if (second === undefined) return first;
  throw new PlumblineError('invalid_request', {
    message: `Several servers have such a pull request: ${rows.map(({ integration }) => integration).join(', ')}. Name it by the address of its page.`,
  });
}
