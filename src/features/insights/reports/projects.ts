import type { Queryable } from '../../../platform/database/index.ts';
import type { ReportDefinition } from './contract.ts';

/** Those that a report is about, of what its node or its reader has; null: all there are. */
export async function projectsOf(
  db: Queryable,
  asked: ReportDefinition,
  held: readonly number[] | null,
): Promise<readonly number[] | null> {
  const { project = [], notProject = [], integration = [], notIntegration = [] } = asked;
  if (project.length + notProject.length + integration.length + notIntegration.length === 0) return held;
  const rows = await db.query<{ id: number }>(
    `select id from shared.projects
      where ($1::bigint[] is null or id = any ($1)) and ($2::bigint[] = '{}' or id = any ($2)) and id <> all ($3::bigint[])
        and ($4::bigint[] = '{}' or integration_id = any ($4)) and integration_id <> all ($5::bigint[])
      order by id`,
    [held, project, notProject, integration, notIntegration],
    'report projects',
  );
  return rows.map(({ id }) => id);
}
