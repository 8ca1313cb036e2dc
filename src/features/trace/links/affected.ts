import type { Queryable } from '../../../platform/database/index.ts';
import type { Owner } from './model.ts';

/** Records that have to be looked at again after a change of another room. */

export interface Naming {
  owner: Owner;
  id: number;
}

/** Deployments and executions that may mean this image: by a digest of it, or by a tag while it pointed to it. */
export function namingImage(db: Queryable, imageId: number): Promise<Naming[]> {
  return db.query(
    `select m.owner, m.owner_id as id
       from (select i.digest from shared.images i where i.id = $1
             union select p.digest from shared.image_platforms p where p.image_id = $1) d
       join trace.mentions m on m.digest = d.digest
     union
     select m.owner, m.owner_id
       from shared.image_tag_periods t
       join trace.mentions m on m.repository = t.repository and m.tag = t.name and m.to_at >= t.from_at
                            and m.from_at <= coalesce(t.to_at, 'infinity')
      where t.image_id = $1
     union
     select l.owner, l.owner_id from trace.links l where l.to_station = 'image' and l.to_id = $1
     order by 1, 2`,
    [imageId],
  );
}

/** Analyses that may be of a pull request: those of projects bound to its repository, by its number; and those linked to it. */
export function analysesOfPullRequest(db: Queryable, pullRequestId: number): Promise<number[]> {
  return idsOf(
    db,
    `select a.id from shared.pull_requests p join shared.bindings b on b.repository_id = p.repository_id
       join shared.branches n on n.project_id = b.project_id and n.name = p.source_key and n.kind in ('pull_request', 'companion')
       join shared.analyses a on a.branch_id = n.id where p.id = $1
     union
     select owner_id from trace.links where owner = 'analysis' and to_station = 'pull_request' and to_id = $1`,
    pullRequestId,
  );
}

/** Analyses of pull requests of projects that are bound to a repository, or were. */
export function analysesOfRepository(db: Queryable, repositoryId: number): Promise<number[]> {
  return idsOf(
    db,
    `select a.id from shared.bindings b join shared.branches n on n.project_id = b.project_id and n.kind in ('pull_request', 'companion')
       join shared.analyses a on a.branch_id = n.id where b.repository_id = $1
     union
     select l.owner_id from trace.links l join shared.pull_requests p on p.id = l.to_id
      where l.owner = 'analysis' and l.to_station = 'pull_request' and p.repository_id = $1`,
    repositoryId,
  );
}

export function analysesOfProject(db: Queryable, projectId: number): Promise<number[]> {
  return idsOf(db, 'select id from shared.analyses where project_id = $1', projectId);
}

/** Companion analyses of the commit that a report is on: it is what counts of their gate. */
export function analysesOfReport(db: Queryable, reportId: number): Promise<number[]> {
  return idsOf(
    db,
    `select a.id from shared.reports r join shared.analyses a on a.project_id = r.project_id and a.revision = r.commit
      where r.id = $1 and a.scope = 'companion'`,
    reportId,
  );
}

/** Deployments of an execution now, and those that were its. */
export function deploymentsOfExecution(db: Queryable, executionId: number): Promise<number[]> {
  return idsOf(
    db,
    `select id from shared.deployments where execution_id = $1
     union select owner_id from trace.links where owner = 'deployment' and to_station = 'execution' and to_id = $1`,
    executionId,
  );
}

/** Executions of a project after one of them, so many at a time. */
export async function executionsOfLevel(
  db: Queryable,
  { level, after, limit }: { level: number; after: number; limit: number },
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select e.id from shared.harness_levels l
       join shared.harness_executions e on e.integration_id = l.integration_id and e.organization = l.organization and e.project = l.project
      where l.id = $1 and e.id > $2 order by e.id limit $3`,
    [level, after, limit],
  );
  return rows.map(({ id }) => id);
}

async function idsOf(db: Queryable, query: string, id: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(`${query} order by 1`, [id]);
  return rows.map((row) => Number(row.id));
}
