import type { Tx } from '../../../platform/database/index.ts';

/**
 * Rebuilds the changes per day of some projects from the periods of their findings, writes only what differs, and
 * appends the same differences to the outbox that other rooms' roll-ups are kept by. Returns how many rows differed.
 * A deleted project's periods end with it; a branch that is gone counts no more from then on.
 */
export async function rebuildDaily(tx: Tx, projectIds: readonly number[]): Promise<number> {
  return tx.execute(
    `with periods as (
       select f.branch_id, f.class, f.counted_state as state, f.axis, f.raw_level, f.asset_type, f.period_from as from_at, f.period_to as to_at
         from code_quality.findings f
        where f.project_id = any ($1) and f.counted_state is not null
       union all
       select f.branch_id, past.class, past.state, past.axis, past.raw_level, f.asset_type, past.from_at, past.to_at
         from code_quality.finding_past_periods past
         join code_quality.findings f on f.id = past.finding_id
        where f.project_id = any ($1)),
     counted as (
       select branch_id, class, state, axis, raw_level, asset_type,
              (from_at at time zone 'UTC')::date as from_day, (to_at at time zone 'UTC')::date as to_day, count(*) as n
         from periods group by 1, 2, 3, 4, 5, 6, 7, 8),
     classed as (
       select b.project_id, case when b.kind = 'pull_request' then 'pull_request' when b.is_main then 'main' else 'branch' end as branch_class,
              coalesce(c.to_day, (coalesce(b.deleted_at, p.deleted_at) at time zone 'UTC')::date) as ended_on, c.*
         from counted c
         join code_quality.branches b on b.id = c.branch_id
         join code_quality.projects p on p.id = b.project_id),
     moves as (
       select project_id, branch_class, from_day as day, class, state, axis, raw_level, asset_type, n as opened, 0::bigint as closed
         from classed
       union all
       select project_id, branch_class, ended_on, class, state, axis, raw_level, asset_type, 0, n
         from classed where ended_on is not null),
     wanted as (
       select project_id, branch_class, day, class, state, axis, raw_level, asset_type, sum(opened)::int as opened, sum(closed)::int as closed
         from moves group by 1, 2, 3, 4, 5, 6, 7, 8),
     differing as (
       select coalesce(w.project_id, d.project_id) as project_id, coalesce(w.branch_class, d.branch_class) as branch_class, coalesce(w.day, d.day) as day,
              coalesce(w.class, d.class) as class, coalesce(w.state, d.state) as state, coalesce(w.axis, d.axis) as axis,
              coalesce(w.raw_level, d.raw_level) as raw_level, coalesce(w.asset_type, d.asset_type) as asset_type,
              coalesce(w.opened, 0) as opened, coalesce(w.closed, 0) as closed,
              coalesce(w.opened, 0) - coalesce(d.opened, 0) as opened_more, coalesce(w.closed, 0) - coalesce(d.closed, 0) as closed_more,
              d.project_id is null as is_new, w.project_id is null as is_gone
         from wanted w
         full join (select * from code_quality.project_daily where project_id = any ($1)) d
           on (w.project_id, w.branch_class, w.day, w.class, w.state, w.axis, w.raw_level, w.asset_type)
            = (d.project_id, d.branch_class, d.day, d.class, d.state, d.axis, d.raw_level, d.asset_type)
        where w.opened is distinct from d.opened or w.closed is distinct from d.closed),
     added as (
       insert into code_quality.project_daily (project_id, branch_class, day, class, state, axis, raw_level, asset_type, opened, closed)
       select project_id, branch_class, day, class, state, axis, raw_level, asset_type, opened, closed from differing where is_new
        order by project_id, branch_class, class, state, day, axis, raw_level, asset_type),
     removed as (
       delete from code_quality.project_daily d using differing x
        where x.is_gone and (d.project_id, d.branch_class, d.day, d.class, d.state, d.axis, d.raw_level, d.asset_type)
            = (x.project_id, x.branch_class, x.day, x.class, x.state, x.axis, x.raw_level, x.asset_type)),
     altered as (
       update code_quality.project_daily d set opened = x.opened, closed = x.closed from differing x
        where not x.is_new and not x.is_gone and (d.project_id, d.branch_class, d.day, d.class, d.state, d.axis, d.raw_level, d.asset_type)
            = (x.project_id, x.branch_class, x.day, x.class, x.state, x.axis, x.raw_level, x.asset_type))
     insert into code_quality.daily_changes (project_id, branch_class, day, class, state, axis, raw_level, asset_type, opened, closed)
     select project_id, branch_class, day, class, state, axis, raw_level, asset_type, opened_more, closed_more from differing`,
    [projectIds],
  );
}
