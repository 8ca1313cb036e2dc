import type { Tx } from '../../../platform/database/index.ts';
import { movedSpans } from './spans-store.ts';
import { dailyKey, key, someSum, sums } from './store.ts';

const moved = 'moved_projects';

/**
 * Takes some of the projects that nodes hold now and did not, or the other way round, and adds or takes off what these
 * projects were counted with: what a node held beside them is not looked at. Pending changes of a project come to the
 * nodes that hold it when they are taken over. Returns how many were moved.
 */
export async function moveProjects(tx: Tx, limit: number): Promise<number> {
  await tx.execute(
    `create temporary table ${moved} on commit drop as
     select coalesce(w.node_id, h.node_id) as node_id, coalesce(w.project_id, h.project_id) as project_id,
            case when h.node_id is null then 1 else -1 end as sign
       from shared.node_projects w full join insights.node_projects h on h.node_id = w.node_id and h.project_id = w.project_id
      where w.node_id is null or h.node_id is null order by 2, 1 limit ${limit}`,
  );
  const { n } = await tx.one<{ n: number }>(`select count(*) as n from ${moved}`);
  if (n > 0) {
    await tx.execute(`analyze ${moved}`);
    await tx.execute(movedDays);
    await tx.execute(movedPresent);
    for (const statement of movedSpans(moved)) await tx.execute(statement);
    await tx.execute(`insert into insights.node_projects select node_id, project_id from ${moved} where sign = 1`);
    await tx.execute(
      `delete from insights.node_projects h using ${moved} m where m.sign = -1 and h.node_id = m.node_id and h.project_id = m.project_id`,
    );
  }
  await tx.execute(`drop table ${moved}`);
  return n;
}

/** Days as they were taken over: without what waits. */
const takenOver = `
  select project_id, ${dailyKey}, ${sums.join(', ')} from shared.project_daily
   where branch_class <> 'pull_request' and project_id in (select project_id from ${moved})
  union all
  select project_id, ${dailyKey}, ${sums.map((name) => `-${name}`).join(', ')} from shared.daily_changes
   where branch_class <> 'pull_request' and project_id in (select project_id from ${moved})`;

const movedDays = `
  insert into insights.node_daily as n (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
  select 'tree_node', m.node_id, ${dailyKey}, ${sums.map((name) => `sum(${name} * sign)::int`).join(', ')}
    from ${moved} m join (${takenOver}) d using (project_id)
   group by m.node_id, ${dailyKey} having ${sums.map((name) => `sum(${name} * sign) <> 0`).join(' or ')}
   order by m.node_id, ${dailyKey}
  on conflict (node_kind, node_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
  do update set ${sums.map((name) => `${name} = n.${name} + excluded.${name}`).join(', ')}`;

const movedPresent = `
  insert into insights.present as p (node_kind, node_id, ${key}, present)
  select 'tree_node', m.node_id, ${key}, sum(present * sign)::int
    from ${moved} m join insights.present o on o.node_kind = 'project' and o.node_id = m.project_id
   group by m.node_id, ${key} having sum(present * sign) <> 0 order by m.node_id, ${key}
  on conflict (node_kind, node_id, counting, branch_class, class, state, axis, raw_level, asset_type)
  do update set present = p.present + excluded.present`;

/** Rows of nodes that differ from the sums over the projects they are counted with, pending changes included; of some nodes, or of all. */
export async function countNodeDifferences(tx: Tx, atMost: number | null): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `with checked as (select node_id from (select distinct node_id from insights.node_projects) x order by random() limit $1),
     rows_of_nodes as (
       select node_id, ${dailyKey}, ${sums.join(', ')} from insights.node_daily
        where node_kind = 'tree_node' and ($1::bigint is null or node_id in (select node_id from checked))),
     held as (select node_id, project_id from insights.node_projects where $1::bigint is null or node_id in (select node_id from checked)),
     present as (
       select node_id, ${key}, present from insights.present
        where node_kind = 'tree_node' and ($1::bigint is null or node_id in (select node_id from checked)))
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
