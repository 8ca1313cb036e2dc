import type { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import type {
  PipelineDetail,
  PipelineFigures,
  PipelineList,
  PipelineQuery,
  PipelineRow,
  PipelineRun,
} from './contract.ts';
import { beginOf, figuresBefore, figuresByDay, figuresOf, type PipelineKey } from './figures.ts';

const pageSize = 50;
const runsShown = 10;

/** What is defined in a project that is not gone, and what ran: a pipeline may be gone, or not be listed to the key. */
const pipelines = `(
  select k.integration_id, k.organization, k.project, k.pipeline, t.name, t.link, t.id is not null as is_defined
    from (select e.integration_id, e.organization, e.project, e.pipeline from deployments.executions e where e.deleted_at is null
          union
          select t.integration_id, l.organization, l.project, t.source_key
            from deployments.pipelines t join deployments.levels l on l.id = t.level_id where t.deleted_at is null) k
    left join deployments.levels l on l.integration_id = k.integration_id and l.organization = k.organization and l.project = k.project
    left join deployments.pipelines t on t.level_id = l.id and t.source_key = k.pipeline and t.deleted_at is null) p`;

const sameAs = (alias: string): string =>
  `${alias}.integration_id = p.integration_id and ${alias}.organization = p.organization and ${alias}.project = p.project and ${alias}.pipeline = p.pipeline`;

interface Row extends Omit<PipelineFigures, never> {
  integration_id: number;
  integration_name: string | null;
  organization: string;
  project: string;
  pipeline: string;
  name: string;
  is_defined: boolean;
  link: string | null;
  under_way: number;
  last_runs: (Omit<PipelineRun, 'at'> & { at: string })[];
}

/** $1 days, the others are the caller’s. */
const selected = `
  select p.integration_id, i.name as integration_name, p.organization, p.project, p.pipeline, coalesce(p.name, newest.pipeline_name, p.pipeline) as name,
         p.is_defined, p.link, newest.at as newest_at, figures.*,
         (select count(*) from deployments.executions e where ${sameAs('e')} and not e.settled and e.deleted_at is null) as under_way,
         coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'statusClass', r.status_class,
                             'rolledBack', r.rolled_back, 'at', r.at) order by r.at desc, r.id desc)
                     from (select e.id, e.number, e.status, e.status_class, s.rolled_back, coalesce(e.started_at, e.created_at, e.first_seen_at) as at
                             from deployments.executions e join shared.harness_executions s on s.id = e.id
                            where ${sameAs('e')} and e.deleted_at is null and s.superseded_by is null
                            order by e.started_at desc nulls first, e.id desc limit ${runsShown}) r), '[]') as last_runs
    from ${pipelines}
    left join shared.integrations i on i.id = p.integration_id
    left join lateral (select e.pipeline_name, coalesce(e.started_at, e.created_at) as at from deployments.executions e
                        where ${sameAs('e')} and e.deleted_at is null
                        order by e.started_at desc nulls first, e.id desc limit 1 /* ordered: by the key, too */) newest on true
   cross join lateral (${figuresOf(sameAs('e'), beginOf('$1::int'), "'infinity'")}) figures`;

const sorts = {
  newest: 'newest_at',
  name: 'lower(name)',
  runs: '(succeeded + failed + cancelled)',
  success: '"successRate"',
  duration: '"medianSeconds"',
} as const;

/** One page of pipelines with their figures. */
export async function listPipelines(db: Queryable, query: z.output<typeof PipelineQuery>): Promise<PipelineList> {
  const where = `($2::text is null or coalesce(p.name, '') ilike $2 or p.pipeline ilike $2 or p.organization || '/' || p.project ilike $2)
    and ($3::bigint[] is null or p.integration_id = any ($3))`;
  const values = [Number(query.days), containing(query.search), query.integration ?? null];
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ${pipelines} where $1::int is not null and ${where}`,
    values,
  );
  const rows = await db.query<Row>(
    `select * from (${selected} where ${where}) rows
      order by ${sorts[query.sort]} ${query.direction} nulls last, integration_id, organization, project, pipeline
      limit ${pageSize} offset $4`,
    [...values, (query.page - 1) * pageSize],
  );
  return { pipelines: rows.map(toRow), total, page: query.page, pageSize };
}

/** One pipeline with its figures, those of the time before, and how they developed. */
export async function readPipeline(db: Queryable, key: PipelineKey, days: number): Promise<PipelineDetail> {
  const row = await db.maybeOne<Row>(
    `${selected} where p.integration_id = $2 and p.organization = $3 and p.project = $4 and p.pipeline = $5`,
    [days, key.integrationId, key.organization, key.project, key.pipeline],
  );
  if (row === undefined) throw new PlumblineError('pipeline_not_found');
  return {
    pipeline: toRow(row),
    before: await figuresBefore(db, key, days),
    days: await figuresByDay(db, key, days),
  };
}

function toRow(row: Row): PipelineRow {
  const { succeeded, failed, cancelled, successRate, medianSeconds, p90Seconds } = row;
  return {
    integration: { id: row.integration_id, name: row.integration_name ?? 'deleted integration' },
    organization: row.organization,
    project: row.project,
    pipeline: row.pipeline,
    name: row.name,
    isDefined: row.is_defined,
    link: row.link,
    figures: { succeeded, failed, cancelled, successRate, medianSeconds, p90Seconds },
    underWay: row.under_way,
    lastRuns: row.last_runs.map((run) => ({ ...run, at: new Date(run.at).toISOString() })),
  };
}
