import type { Tx } from '../../../platform/database/index.ts';

/** Takes the oldest differences of days out of the outbox: a statement that gives `returned` of them. */
export const takeDailyChanges = (limit: string, returned: string): string => `
  delete from code_quality.daily_changes
   where seq <= (select max(seq) from (select seq from code_quality.daily_changes order by seq limit ${limit}) oldest)
  returning ${returned}`;

/** Takes some projects whose findings changed, the longest waiting first. */
export async function takeChangedProjects(tx: Tx, atMost: number): Promise<number[]> {
  const rows = await tx.query<{ project_id: number }>(
    `with taken as (
       delete from code_quality.changed_projects
        where project_id in (select project_id from code_quality.changed_projects group by 1 order by min(seq) limit $1)
       returning project_id)
     select distinct project_id from taken order by 1`,
    [atMost],
  );
  return rows.map((row) => row.project_id);
}

/** Whoever counts everything anew needs none of what waits. */
export async function forgetDailyChanges(tx: Tx): Promise<void> {
  await tx.execute('delete from code_quality.daily_changes');
}

export async function forgetChangedProjects(tx: Tx): Promise<void> {
  await tx.execute('delete from code_quality.changed_projects');
}
