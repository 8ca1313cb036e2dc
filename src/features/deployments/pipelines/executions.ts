import type { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { beginningWith, containing, type Queryable } from '../../../platform/database/index.ts';
import type { ExecutionDetail, ExecutionList, ExecutionQuery, ExecutionRow, ExecutionStage } from './contract.ts';

const pageSize = 50;
/** Deployments named in a row; a matrix has many. */
const deployedShown = 4;

interface Row extends Omit<ExecutionRow, 'startedAt' | 'endedAt' | 'at'> {
  startedAt: Date | null;
  endedAt: Date | null;
  at: Date;
}

const columns = `e.id, e.number, e.status, e.status_class as "statusClass", s.rolled_back as "rolledBack",
  coalesce(e.started_at, e.created_at, e.first_seen_at) as at, e.source_key as execution, e.integration_id as "integrationId", e.organization,
  e.project, e.pipeline, e.started_at as "startedAt", e.ended_at as "endedAt", e.settled, e.trigger_type as "triggerType",
  e.triggered_by as "triggeredBy", e.branch, e.pull_request as "pullRequest",
  (select c.sha from shared.harness_execution_commits c where c.execution_id = e.id order by c.ordinal, c.sha limit 1) as commit,
  array(select x.words
          from (select coalesce(d.service_name, d.service, 'a service') || ' → ' || coalesce(d.environment_name, d.environment, 'an environment') as words,
                       min(d.started_at) as began, min(d.ordinal) as ordinal
                  from deployments.execution_deployments d where d.execution_id = e.id and not d.is_rollback group by 1) x
         order by x.began nulls last, x.ordinal, x.words limit ${deployedShown}) as deployed,
  s.superseded_by as "supersededBy", e.is_retry as "isRetry", e.deleted_at is not null as "isGone", e.failure_message as "failureMessage", e.link`;

const from = 'deployments.executions e join shared.harness_executions s on s.id = e.id';

/** One page of what ran, the newest first; what is queued stands on top. */
export async function listExecutions(db: Queryable, query: z.output<typeof ExecutionQuery>): Promise<ExecutionList> {
  const where = `($1::bigint is null or e.integration_id = $1) and ($2::text is null or e.organization = $2) and ($3::text is null or e.project = $3)
    and ($4::text is null or e.pipeline = $4) and ($5::text[] is null or e.status_class = any ($5))
    and ($6::text is null or e.branch ilike $6 or e.triggered_by ilike $6 or e.source_key = $8 or e.number::text = $8
         or e.id in (select c.execution_id from deployments.execution_commits c where c.sha like $7))`;
  const values = [
    query.integration ?? null,
    query.organization ?? null,
    query.project ?? null,
    query.pipeline ?? null,
    query.status ?? null,
    containing(query.search),
    beginningWith(query.search),
    query.search ?? null,
  ];
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from deployments.executions e where ${where}`,
    values,
  );
  const rows = await db.query<Row>(
    `select ${columns} from ${from}
      where e.id in (select e.id from deployments.executions e where ${where}
                      order by e.started_at desc nulls first, e.id desc limit ${pageSize} offset $9)
      order by e.started_at desc nulls first, e.id desc`,
    [...values, (query.page - 1) * pageSize],
  );
  return { executions: rows.map(toRow), total, page: query.page, pageSize };
}

const toRow = (row: Row): ExecutionRow => ({
  ...row,
  at: row.at.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
});

/** One execution with its stages and what it built. */
export async function readExecution(db: Queryable, id: number): Promise<ExecutionDetail> {
  const row = await db.maybeOne<Row>(`select ${columns} from ${from} where e.id = $1`, [id]);
  if (row === undefined) throw new PlumblineError('execution_not_found');
  const more = await db.one<Pick<ExecutionDetail, 'repositoryUrl' | 'abortedBy' | 'mode' | 'previous' | 'cutOff'>>(
    `select e.repository_url as "repositoryUrl", e.aborted_by as "abortedBy", e.mode, e.cut_off as "cutOff",
            (select p.id from deployments.executions p where p.integration_id = e.integration_id and p.source_key = e.previous_execution) as previous
       from deployments.executions e where e.id = $1`,
    [id],
  );
  const commits = await db.query<ExecutionDetail['commits'][number]>(
    `select h.sha, c.message, coalesce(c.author_name, c.author_email) as author
       from shared.harness_execution_commits h
       left join deployments.execution_commits c on c.execution_id = h.execution_id and c.sha = h.sha
      where h.execution_id = $1 order by h.ordinal, h.sha limit 100`,
    [id],
  );
  return { execution: toRow(row), stages: await readStages(db, id), commits, ...more };
}

async function readStages(db: Queryable, id: number): Promise<ExecutionStage[]> {
  const rows = await db.query<
    Omit<ExecutionStage, 'startedAt' | 'endedAt'> & { startedAt: Date | null; endedAt: Date | null }
  >(
    `select s.node, coalesce(s.name, s.identifier, s.node) as name, s.type, s.status, s.status_class as "statusClass",
            s.started_at as "startedAt", s.ended_at as "endedAt", s.failure_message as "failureMessage", s.is_rollback as "isRollback",
            case when d.id is not null then jsonb_build_object(
              'service', coalesce(d.service_name, d.service), 'environment', coalesce(d.environment_name, d.environment),
              'environmentType', d.environment_type, 'infrastructure', coalesce(d.infrastructure_name, d.infrastructure), 'image', d.image,
              'tag', d.tag, 'digest', d.digest, 'version', d.version, 'frozen', d.frozen, 'rolledBack', d.rolled_back) end as deployment
       from deployments.execution_stages s
       left join shared.harness_deployments d on d.execution_id = s.execution_id and d.node = s.node
      where s.execution_id = $1 order by s.ordinal`,
    [id],
  );
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}
