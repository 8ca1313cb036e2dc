import type { Tx } from '../../../platform/database/index.ts';

/**
 * Takes the oldest differences of days out of the outbox, but for those of some projects: a statement that gives
 * `returned` of them.
 */
export const takeDailyChanges = (limit: string, but: string, returned: string): string => `
  delete from code_quality.daily_changes
   where project_id <> all (${but}::bigint[])
     and seq <= (select max(seq) from (select seq from code_quality.daily_changes where project_id <> all (${but}::bigint[]) order by seq limit ${limit}) oldest)
  returning ${returned}`;

/** Takes some projects whose findings changed, but none of some, the longest waiting first. */
export async function takeChangedProjects(tx: Tx, atMost: number, but: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ project_id: number }>(
    `with taken as (
       delete from code_quality.changed_projects
        where project_id in (select project_id from code_quality.changed_projects where project_id <> all ($2::bigint[]) group by 1 order by min(seq) limit $1)
       returning project_id)
     select distinct project_id from taken order by 1`,
    [atMost, but],
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
