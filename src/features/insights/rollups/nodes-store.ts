import type { Tx } from '../../../platform/database/index.ts';
import { movedDays, movedPresent, movePart } from './moving.ts';
import { movedSpans } from './spans-store.ts';
import { isWhole } from './stages.ts';
import { dailyKey, key, someSum, sums } from './store.ts';

const moved = 'moved_projects';

/** Projects looked at in one transaction, and rows written in it: of each node a row for each of a project's own. */
const mostProjects = 200;
const mostRows = 50_000;

/**
 * Takes some of the projects that nodes hold now and did not, or the other way round, and adds or takes off what these
 * projects were counted with: what a node held beside them is not looked at. Pending changes of a project come to the
 * nodes that hold it when they are taken over. One with a long history is moved in parts. Returns how many were moved,
 * and whether there is more to do.
 */
export async function moveProjects(
  tx: Tx,
  { rows = mostRows }: { rows?: number } = {},
): Promise<{ moved: number; more: boolean }> {
  const going = await movePart(tx, rows);
  if (going !== undefined) return { moved: going, more: true };
  await tx.execute(
    `create temporary table ${moved} on commit drop as
     with differing as materialized (
       select coalesce(w.node_id, h.node_id) as node_id, coalesce(w.project_id, h.project_id) as project_id,
              case when h.node_id is null then 1 else -1 end as sign
         from shared.node_projects w full join insights.node_projects h on h.node_id = w.node_id and h.project_id = w.project_id
        where w.node_id is null or h.node_id is null),
     next as (select project_id, count(*) as nodes from differing group by 1 order by 1 limit ${mostProjects}),
     sized as (
       select n.project_id, sum(n.nodes * ${ownRows('n.project_id', `(${rows} / n.nodes + 1)`)}) over (order by n.project_id) as rows from next n)
     select d.node_id, d.project_id, d.sign, s.rows <= ${rows} as fits from differing d join sized s using (project_id)`,
  );
  const { fitting, next } = await tx.one<{ fitting: number; next: number | null }>(
    `select count(*) filter (where fits) as fitting, min(project_id) as next from ${moved}`,
  );
  if (fitting > 0) {
    await tx.execute(`delete from ${moved} where not fits`);
    await tx.execute(`analyze ${moved}`);
    await tx.execute(movedDays(takenOver));
    await tx.execute(movedPresent);
    for (const statement of movedSpans(moved)) await tx.execute(statement);
    await tx.execute(`insert into insights.node_projects select node_id, project_id from ${moved} where sign = 1`);
    await tx.execute(
      `delete from insights.node_projects h using ${moved} m where m.sign = -1 and h.node_id = m.node_id and h.project_id = m.project_id`,
    );
  } else if (next !== null) {
    await tx.execute('insert into insights.moving_projects (project_id) values ($1)', [next]);
    await tx.execute(
      `insert into insights.moving_nodes (node_id, project_id, sign) select node_id, project_id, sign from ${moved} where project_id = $1`,
      [next],
    );
  }
  await tx.execute(`drop table ${moved}`);
  return { moved: fitting, more: next !== null };
}

/** How many rows of its own a project has in what nodes sum up; counted no further than `atMost`. */
const ownRows = (project: string, atMost: string): string => `
  (select count(*) from (
     select from shared.project_daily where project_id = ${project} and branch_class <> 'pull_request'
     union all select from insights.open_ages where node_kind = 'project' and node_id = ${project}
     union all select from insights.resolve_times where node_kind = 'project' and node_id = ${project}
     union all select from insights.resolve_days where node_kind = 'project' and node_id = ${project}
     limit ${atMost} /* any: they are counted */) own)`;

/** Days as they were taken over: without what waits. */
const takenOver = `
  select project_id, ${dailyKey}, ${sums.join(', ')} from shared.project_daily
   where branch_class <> 'pull_request' and project_id in (select project_id from ${moved})
  union all
  select project_id, ${dailyKey}, ${sums.map((name) => `-${name}`).join(', ')} from shared.daily_changes
   where branch_class <> 'pull_request' and project_id in (select project_id from ${moved})`;

/** Rows of nodes that differ from the sums over the projects they are counted with, pending changes included; of some nodes, or of all. */
export async function countNodeDifferences(tx: Tx, atMost: number | null): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `with checked as (select node_id from (select distinct node_id from insights.node_projects) x order by random() limit $1),
     rows_of_nodes as (
       select node_id, ${dailyKey}, ${sums.join(', ')} from insights.node_daily
        where node_kind = 'tree_node' and ${isWhole} and ($1::bigint is null or node_id in (select node_id from checked))),
     held as (select node_id, project_id from insights.node_projects where ${isWhole} and ($1::bigint is null or node_id in (select node_id from checked))),
     present as (
       select node_id, ${key}, present from insights.present
        where node_kind = 'tree_node' and ${isWhole} and ($1::bigint is null or node_id in (select node_id from checked)))
     select (select count(*) from (
               select node_id from (
                 select node_id, ${dailyKey}, ${sums.join(', ')} from rows_of_nodes
                 union all
                 select h.node_id, ${dailyKey}, ${sums.join(', ')} from shared.daily_changes join held h using (project_id) where branch_class <> 'pull_request'
                 union all
                 select h.node_id, ${dailyKey}, ${sums.map((name) => `-${name}`).join(', ')} from shared.project_daily join held h using (project_id)
                  where branch_class <> 'pull_request') entry
               group by node_id, ${dailyKey} having ${someSum}) days)
          + (select count(*) from (
               select node_id from (
                 select node_id, ${key}, present from present
                 union all
                 select h.node_id, ${key}, -present from insights.present o join held h on o.node_kind = 'project' and o.node_id = h.project_id) entry
               group by node_id, ${key} having sum(present) <> 0) differing) as n`,
    [atMost],
  );
  return row.n;
}
