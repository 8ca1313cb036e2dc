import type { Queryable } from '../../../platform/database/index.ts';

/** A project that the hub made, or is about to make, for one pull request. */
export interface KeptCompanion {
  id: number;
  integrationId: number;
  key: string;
  /** Number of the pull request. */
  name: string;
  pullRequestId: number;
  state: 'creating' | 'ready' | 'deleting' | 'deleted';
  attempts: number;
}

const columns =
  'id, integration_id as "integrationId", source_key as key, name, pull_request_id as "pullRequestId", state, attempts';

/**
 * Writes a companion down before the server is asked, so that nothing of it ever counts as a project. `begun`: an earlier
 * attempt to make it may have come far.
 */
export async function beginCompanion(
  db: Queryable,
  wanted: { projectId: number; key: string; name: string; pullRequestId: number },
): Promise<{ id: number; begun: boolean }> {
  const { projectId, key, name, pullRequestId } = wanted;
  const made = await db.maybeOne<{ id: number }>(
    `insert into code_quality.companions (integration_id, project_id, source_key, name, pull_request_id)
     select p.integration_id, p.id, $2, $3, $4 from code_quality.projects p where p.id = $1
     on conflict (integration_id, source_key) do nothing returning id`,
    [projectId, key, name, pullRequestId],
  );
  if (made !== undefined) return { id: made.id, begun: false };
  const known = await db.one<{ id: number; state: KeptCompanion['state'] }>(
    `select c.id, c.state from code_quality.companions c join code_quality.projects p on p.integration_id = c.integration_id
      where p.id = $1 and c.source_key = $2`,
    [projectId, key],
  );
  await db.execute(
    `update code_quality.companions
        set state = case when state in ('deleting', 'deleted') then 'creating' else state end,
            project_id = $2, pull_request_id = $3, name = $4, changed_at = now(), next_attempt_at = null, attempts = 0
      where id = $1`,
    [known.id, projectId, pullRequestId, name],
  );
  return { id: known.id, begun: known.state !== 'deleted' };
}

/** It is on the server, whole. */
export async function companionReady(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update code_quality.companions set state = 'ready', failure = null, failure_message = null, attempts = 0, next_attempt_at = null, changed_at = now()
      where id = $1`,
    [id],
  );
}

/** Nothing of it is on the server. */
export async function companionGone(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update code_quality.companions set state = 'deleted', failure = null, failure_message = null, next_attempt_at = null, changed_at = now()
      where id = $1`,
    [id],
  );
}

/** There never was anything: the key is somebody else's, or the server was not asked. */
export async function forgetCompanion(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from code_quality.companions where id = $1', [id]);
}

/** What went wrong, for people to see. With `retrySeconds` its deletion is tried again. */
export async function companionFailed(
  db: Queryable,
  id: number,
  { code, message, retrySeconds }: { code: string; message: string; retrySeconds: number | null },
): Promise<void> {
  await db.execute(
    `update code_quality.companions
        set failure = $2, failure_message = $3, attempts = attempts + 1, changed_at = now(),
            state = case when $4::integer is null then state else 'deleting' end,
            next_attempt_at = now() + make_interval(secs => $4::integer)
      where id = $1`,
    [id, code, message, retrySeconds],
  );
}

export interface CompanionStanding extends KeptCompanion {
  projectId: number;
  failure: string | null;
  failureMessage: string | null;
}

/** One whose deletion failed, which is tried again. */
export interface LeftOver {
  key: string;
  integrationId: number;
  projectId: number;
  pullRequestId: number;
  failure: string;
  failureMessage: string | null;
  changedAt: Date;
  nextAttemptAt: Date | null;
}

/** Those whose deletion failed last, of one pull request or of all; the oldest failure first. */
export async function leftOverCompanions(
  db: Queryable,
  { pullRequestId, limit }: { pullRequestId: number | null; limit: number },
): Promise<{ companions: LeftOver[]; total: number }> {
  const where = `state = 'deleting' and failure is not null and ($1::bigint is null or pull_request_id = $1)`;
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from code_quality.companions where ${where}`,
    [pullRequestId],
  );
  const companions = await db.query<LeftOver>(
    `select source_key as key, integration_id as "integrationId", project_id as "projectId", pull_request_id as "pullRequestId", failure,
            failure_message as "failureMessage", changed_at as "changedAt", next_attempt_at as "nextAttemptAt"
       from code_quality.companions where ${where} order by id limit $2`,
    [pullRequestId, limit],
  );
  return { companions, total };
}

/** Those of one pull request, or all of them, that are not known to be gone. */
export function standingCompanions(db: Queryable, pullRequestId: number | null): Promise<CompanionStanding[]> {
  return db.query(
    `select ${columns}, project_id as "projectId", failure, failure_message as "failureMessage" from code_quality.companions
      where state <> 'deleted' and ($1::bigint is null or pull_request_id = $1) and (next_attempt_at is null or next_attempt_at <= now() or $1::bigint is not null)
      order by id`,
    [pullRequestId],
  );
}
