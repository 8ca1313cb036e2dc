-- Whether what a person accepted or called a false positive counts as resolved.


create table code_quality.resolved_as (
  ending text collate "C" primary key check (ending in ('accepted', 'false_positive'))
);
comment on table code_quality.resolved_as is 'What counts as resolved beside what was fixed, in times to resolve.';
comment on column code_quality.resolved_as.ending is 'accepted or false_positive.';

create or replace view code_quality.vulnerability_spans as
select x.finding_id, x.integration_id, x.project_id, x.branch_id, x.branch_class, n.counting,
       case when n.by_impact then x.axis else x.standard_axis end as axis, case when n.by_impact then x.raw_level else x.standard_level end as raw_level,
       x.asset_type, x.is_open, (x.opened_at at time zone 'UTC')::date as created_on,
       greatest((coalesce(again.from_at, x.opened_at) at time zone 'UTC')::date, k.first_on) as counted_from,
       (x.fixed_at at time zone 'UTC')::date as fixed_on, x.resolved_as
  from (
    select f.id as finding_id, f.integration_id, f.project_id, f.branch_id, case when b.is_main then 'main' else 'branch' end as branch_class,
           f.class, f.axis, f.raw_level, f.standard_class, f.standard_axis, f.standard_level, f.asset_type, f.opened_at,
           null::timestamptz as from_at, null::timestamptz as fixed_at, true as is_open, null::text as resolved_as
      from code_quality.findings f
      join code_quality.branches b on b.id = f.branch_id and b.project_id = f.project_id and b.kind = 'branch' and b.deleted_at is null
      join code_quality.projects p on p.id = f.project_id and p.counts
     where f.counted_state = 'open' and f.period_to is null
    union all
    select f.id, f.integration_id, f.project_id, f.branch_id, case when b.is_main then 'main' else 'branch' end,
           f.class, f.axis, f.raw_level, f.standard_class, f.standard_axis, f.standard_level, f.asset_type, f.opened_at, f.period_from, f.period_to, false, 'fixed'
      from code_quality.findings f
      join code_quality.branches b on b.id = f.branch_id and b.project_id = f.project_id and b.kind = 'branch'
      join code_quality.projects p on p.id = f.project_id and p.duplicate_of is null
     where f.counted_state = 'open' and f.state = 'fixed' and (f.period_to at time zone 'UTC')::date >= (p.reliable_from at time zone 'UTC')::date
    union all
    select f.id, f.integration_id, f.project_id, f.branch_id, case when b.is_main then 'main' else 'branch' end,
           past.class, past.axis, past.raw_level, past.standard_class, past.standard_axis, past.standard_level, f.asset_type, f.opened_at, past.from_at, past.to_at, false,
           case when past.ended_by in ('accepted', 'false_positive') then past.ended_by when past.ended_by = 'closed' or f.state = 'fixed' then 'fixed' else f.counted_state end
      from code_quality.finding_past_periods past
      join code_quality.findings f on f.id = past.finding_id
      join code_quality.branches b on b.id = f.branch_id and b.project_id = f.project_id and b.kind = 'branch'
      join code_quality.projects p on p.id = f.project_id and p.duplicate_of is null
     where past.state = 'open' and (past.to_at at time zone 'UTC')::date >= (p.reliable_from at time zone 'UTC')::date
       -- Fixed and of another level in one reading: the period that ended is kept with the level it had.
       and (past.ended_by = 'closed' or (past.ended_by = 'reclassified' and f.state = 'fixed' and f.counted_state is null and past.to_at = f.period_to)
            or past.ended_by = any (array(select e.ending from code_quality.resolved_as e))
            or (past.ended_by = 'reclassified' and f.counted_state = any (array(select e.ending from code_quality.resolved_as e)) and past.to_at = f.period_from))) x
  left join code_quality.current_modes mode on mode.integration_id = x.integration_id
 cross join lateral (values ('server', coalesce(mode.mode, 'mqr') = 'mqr'), ('other', coalesce(mode.mode, 'mqr') <> 'mqr')) as n (counting, by_impact)
  left join code_quality.daily_known k on k.project_id = x.project_id and k.branch_class = x.branch_class and k.counting = n.counting
  left join lateral (
    select greatest(
      (select min(later.from_at)
         from (select max(past.to_at) as at from code_quality.finding_past_periods past
                where past.finding_id = x.finding_id and past.ended_by in ('closed', 'gone') and past.to_at <= x.from_at) closed
         join lateral (select past.from_at from code_quality.finding_past_periods past where past.finding_id = x.finding_id
                       union all select x.from_at) later on later.from_at >= closed.at),
      (select min(later.from_at)
         from (select max(past.to_at) as at from code_quality.finding_past_periods past
                where past.finding_id = x.finding_id and past.state = 'open' and past.to_at <= x.from_at
                  and past.ended_by = any (array(select e.ending from code_quality.resolved_as e))) ended
         join lateral (select past.from_at from code_quality.finding_past_periods past where past.finding_id = x.finding_id and past.state = 'open'
                       union all select x.from_at) later on later.from_at >= ended.at)) as from_at) again on not x.is_open
 where 'vulnerability' = any (array[x.class, x.standard_class])
   and case when n.by_impact then x.class else x.standard_class end = 'vulnerability'
   and x.integration_id <> all (array(select i.id from integrations.integrations i where i.state = 'deleting'));

insert into code_quality.changed_projects (project_id) select id from code_quality.projects order by id;
