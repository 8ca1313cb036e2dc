import type { z } from 'zod';
import { addMonths, type Day, dayOf } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { HistoryQuery, ProjectHistory } from '../contract.ts';
import { readAnalysesOfBranch } from '../projects/read-project.ts';

const defaultMonths = 6;

interface Request {
  projectId: number;
  query: z.output<typeof HistoryQuery>;
  now: Date;
}

/** Values of metrics over time: one point per analysis that had one, gaps stay gaps. Throws `not_found`. */
export async function readHistory(db: Queryable, { projectId, query, now }: Request): Promise<ProjectHistory> {
  const to: Day = query.to ?? dayOf(now);
  const range = { from: query.from ?? addMonths(to, -defaultMonths), to };
  const branchId = await requireBranch(db, projectId, query.branch);
  if (branchId === null) return { ...range, series: [], analyses: [] };
  const rows = await db.query<{
    metric: string;
    name: string;
    type: string | null;
    direction: number | null;
    at: Date | null;
    value: string;
    number: number | null;
  }>(
    `select m.source_key as metric, m.name, nullif(m.type, 'unknown') as type, m.direction, v.measured_at as at, v.value, v.numeric_value as number
       from code_quality.projects p
       join code_quality.metrics m on m.integration_id = p.integration_id and m.source_key = any ($2)
       left join code_quality.measures v on v.branch_id = $3 and v.metric_id = m.id
            and v.measured_at >= $4::date and v.measured_at < $5::date + 1
      where p.id = $1
      order by array_position($2, m.source_key), v.measured_at`,
    [projectId, query.metrics, branchId, range.from, range.to],
  );
  const series = new Map<string, ProjectHistory['series'][number]>();
  for (const { at, value, number, ...metric } of rows) {
    const own = series.get(metric.metric) ?? { ...metric, points: [] };
    series.set(metric.metric, own);
    if (at !== null) own.points.push({ at: at.toISOString(), value, number });
  }
  return { ...range, series: [...series.values()], analyses: await readAnalysesOfBranch(db, branchId, range) };
}

/** The branch asked for, else the main one; null when the project has none yet. Throws `not_found`. */
export async function requireBranch(
  db: Queryable,
  projectId: number,
  wanted: number | undefined,
): Promise<number | null> {
  const project = await db.maybeOne('select from code_quality.projects where id = $1', [projectId]);
  if (project === undefined) throw new PlumblineError('not_found', { message: 'There is no such project.' });
  const branch = await db.maybeOne<{ id: number }>(
    `select id from code_quality.branches where project_id = $1 and case when $2::bigint is null then is_main else id = $2 end
      order by deleted_at nulls first, id desc limit 1`,
    [projectId, wanted ?? null],
  );
  if (branch === undefined && wanted !== undefined)
    throw new PlumblineError('not_found', { message: 'The project has no such branch or pull request.' });
  return branch?.id ?? null;
}
