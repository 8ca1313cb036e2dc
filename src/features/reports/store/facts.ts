import type { Queryable } from '../../../platform/database/index.ts';

/** A pull request as it is stored. */
export interface PullRequestFacts {
  id: number;
  number: string;
  open: boolean;
  head: string;
  /** Branch that it goes to. */
  target: string;
  /** Head of that branch. */
  base: string | null;
  fromFork: boolean;
}

/** Those that a commit of a repository concerns: open ones whose head it is, and the one that wanted the report. */
export function pullRequestsOf(
  db: Queryable,
  { repositoryId, commit, pullRequestId }: { repositoryId: number; commit: string; pullRequestId: number },
): Promise<PullRequestFacts[]> {
  return db.query(
    `select id, source_key as number, state = 'open' and deleted_at is null as open, head, target_branch as target, base, from_fork as "fromFork"
       from shared.pull_requests
      where repository_id = $1 and (id = $3 or head = $2 and state = 'open' and deleted_at is null) order by id`,
    [repositoryId, commit, pullRequestId],
    'pull requests of commit',
  );
}

export interface RepositoryFacts {
  /** The server’s number of it. */
  number: string;
  project: string;
  slug: string;
  deleted: boolean;
  /** Of the integration: active, paused or deleting; null: there is none. */
  integrationState: string | null;
}

export function findRepository(db: Queryable, id: number): Promise<RepositoryFacts | undefined> {
  return db.maybeOne(
    `select r.source_key as number, r.project, r.slug, r.deleted_at is not null as deleted, i.state as "integrationState"
       from shared.code_repositories r left join shared.integrations i on i.id = r.integration_id where r.id = $1`,
    [id],
    'repository of report',
  );
}

/** Where people reach a SonarQube server; null when it is gone. */
export async function sonarqubeAddress(db: Queryable, integrationId: number): Promise<string | null> {
  const row = await db.maybeOne<{ url: string | null }>(
    'select public_url as url from shared.integrations where id = $1',
    [integrationId],
    'address of sonarqube',
  );
  return row?.url ?? null;
}

/** Part of the settings of the policy on images, which speaks of the same gates. */
export async function notEvaluatedIsNoData(db: Queryable): Promise<boolean> {
  const row = await db.maybeOne<{ chosen: boolean | null }>(
    `select (settings ->> 'notEvaluatedIsNoData')::boolean as chosen from shared.policy_settings where policy = 'sonarqube-quality-gates'`,
    [],
    'not evaluated is no data',
  );
  return row?.chosen ?? false;
}

/** How many annotations a server took where it took fewer than there were; null: it never refused any. */
export async function learnedLimit(db: Queryable, integrationId: number): Promise<number | null> {
  const { most } = await db.one<{ most: number | null }>(
    `select max(shown) as most from reports.reports where integration_id = $1 and shown < least(total, 1000) and shown > 0`,
    [integrationId],
    'learned limit',
  );
  return most;
}
