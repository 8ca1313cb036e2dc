-- Which findings count as vulnerabilities is decided by the mode of their server: by their impact on security, or by
-- their type. Both readings of a finding are kept, and the days are counted under both.

create table code_quality.counting_modes (
  integration_id bigint not null,
  from_at timestamptz not null,
  mode text not null check (mode in ('mqr', 'standard')),
  told boolean not null,
  primary key (integration_id, from_at)
);
comment on table code_quality.counting_modes is 'By which of its readings a server counts, and since when: the first row holds for all time before the second.';
comment on column code_quality.counting_modes.integration_id is 'The integration.';
comment on column code_quality.counting_modes.from_at is 'When we saw the mode for the first time.';
comment on column code_quality.counting_modes.mode is 'mqr: by impacts on software qualities. standard: by types.';
comment on column code_quality.counting_modes.told is 'False while the server has not said its mode: then by impacts where there are some is assumed.';

create view code_quality.current_modes as
select distinct on (integration_id) integration_id, mode, told, from_at from code_quality.counting_modes order by integration_id, from_at desc;

-- An issue counts by its impacts where it has some: of these only a security impact makes a vulnerability.
update code_quality.findings f set class = n.class, axis = n.axis, raw_level = n.raw_level
  from (select id,
               case when impact_security is not null then 'vulnerability'
                    when impact_maintainability is not null and (type = 'CODE_SMELL' or impact_reliability is null) then 'code_smell' else 'bug' end as class,
               'impact' as axis,
               coalesce(impact_security, case when type = 'CODE_SMELL' then impact_maintainability end, impact_reliability, impact_maintainability) as raw_level
          from code_quality.findings
         where kind = 'issue' and coalesce(impact_security, impact_reliability, impact_maintainability) is not null) n
 where f.id = n.id and row(f.class, f.axis, f.raw_level) is distinct from row(n.class, n.axis, n.raw_level);

alter table code_quality.findings
  add column standard_class text not null generated always as (
    case when kind = 'hotspot' then class when type = 'VULNERABILITY' then 'vulnerability' when type = 'BUG' then 'bug'
         when type = 'CODE_SMELL' then 'code_smell' else class end) stored,
  add column standard_axis text not null generated always as (
    case when kind = 'issue' and type in ('VULNERABILITY', 'BUG', 'CODE_SMELL') then 'standard' else axis end) stored,
  add column standard_level text not null generated always as (
    case when kind = 'issue' and type in ('VULNERABILITY', 'BUG', 'CODE_SMELL') then coalesce(severity, 'unknown') else raw_level end) stored;
comment on column code_quality.findings.class is 'What it is by its impacts, or by its type where it has none: vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.findings.standard_class is 'What it is by its type alone.';
comment on column code_quality.findings.standard_axis is 'Scale of standard_level.';
comment on column code_quality.findings.standard_level is 'The source’s level where it counts by its type.';

-- What a finding was by its type in the past is not known where it counted by an impact: its present type is the best there is.
alter table code_quality.finding_past_periods add column standard_class text, add column standard_axis text, add column standard_level text;
update code_quality.finding_past_periods past
   set standard_class = case when past.axis = 'impact' and f.kind = 'issue' then f.standard_class else past.class end,
       standard_axis = case when past.axis = 'impact' and f.kind = 'issue' then f.standard_axis else past.axis end,
       standard_level = case when past.axis = 'impact' and f.kind = 'issue' then f.standard_level else past.raw_level end
  from code_quality.findings f where f.id = past.finding_id;
alter table code_quality.finding_past_periods
  alter column standard_class set not null, alter column standard_axis set not null, alter column standard_level set not null;
update code_quality.finding_past_periods past set class = f.class, axis = f.axis, raw_level = f.raw_level
  from code_quality.findings f
 where f.id = past.finding_id and past.class = 'vulnerability' and past.axis = 'standard' and f.kind = 'issue' and f.axis = 'impact' and f.class <> 'vulnerability';
comment on column code_quality.finding_past_periods.standard_class is 'What it counted as by its type.';
comment on column code_quality.finding_past_periods.standard_axis is 'Scale of standard_level.';
comment on column code_quality.finding_past_periods.standard_level is 'The source’s level where it counted by its type.';

alter table code_quality.branches add column past_from timestamptz;
comment on column code_quality.branches.past_from is 'From when on the server’s own counts of the branch are stored without a gap; -infinity: it was not analysed before them. Null: unknown.';

drop table code_quality.daily_changes;
drop table code_quality.project_daily;

create table code_quality.project_daily (
  project_id bigint not null references code_quality.projects (id),
  branch_class text not null check (branch_class in ('main', 'branch', 'pull_request')),
  counting text not null check (counting in ('server', 'other', 'both')),
  day date not null,
  class text not null,
  state text not null,
  axis text not null,
  raw_level text not null,
  asset_type text not null,
  part text not null check (part in ('all', 'whole', 'split')),
  opened integer not null,
  closed integer not null,
  joined integer not null,
  left_out integer not null,
  primary key (project_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
);
comment on table code_quality.project_daily is 'Changes per UTC day. What is open at the end of a day is the sum of opened less closed up to it. Before the first reading of a project vulnerabilities follow the server’s own count.';
comment on column code_quality.project_daily.project_id is 'The project.';
comment on column code_quality.project_daily.branch_class is 'main, branch or pull_request.';
comment on column code_quality.project_daily.counting is 'server: as the server’s mode counts. other: as its other mode would. both: one row of what both count now.';
comment on column code_quality.project_daily.day is 'UTC day.';
comment on column code_quality.project_daily.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.project_daily.state is 'State counted: open, accepted or false_positive.';
comment on column code_quality.project_daily.axis is 'Scale of raw_level; total: the server told a number without severities.';
comment on column code_quality.project_daily.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.project_daily.asset_type is 'repository or iac_file; unknown: the server’s count of a project that has both.';
comment on column code_quality.project_daily.part is 'whole: only where no asset type is asked for. split: only where one is. all: always.';
comment on column code_quality.project_daily.opened is 'Findings whose period began.';
comment on column code_quality.project_daily.closed is 'Findings whose period ended.';
comment on column code_quality.project_daily.joined is 'Of opened what is no new risk: a project that joined, a change of the server’s mode.';
comment on column code_quality.project_daily.left_out is 'Of closed what was not resolved.';
create index project_daily_steps on code_quality.project_daily (day) where joined <> 0 and class = 'vulnerability';

create table code_quality.daily_changes (
  seq bigint generated always as identity primary key,
  project_id bigint not null,
  branch_class text not null,
  counting text not null,
  day date not null,
  class text not null,
  state text not null,
  axis text not null,
  raw_level text not null,
  asset_type text not null,
  part text not null,
  opened integer not null,
  closed integer not null,
  joined integer not null,
  left_out integer not null
);
comment on table code_quality.daily_changes is 'Outbox of project_daily: what roll-ups have not taken over yet.';
comment on column code_quality.daily_changes.seq is 'Order.';
comment on column code_quality.daily_changes.project_id is 'The project.';
comment on column code_quality.daily_changes.branch_class is 'As in project_daily.';
comment on column code_quality.daily_changes.counting is 'As in project_daily.';
comment on column code_quality.daily_changes.day is 'UTC day.';
comment on column code_quality.daily_changes.class is 'As in project_daily.';
comment on column code_quality.daily_changes.state is 'As in project_daily.';
comment on column code_quality.daily_changes.axis is 'As in project_daily.';
comment on column code_quality.daily_changes.raw_level is 'As in project_daily.';
comment on column code_quality.daily_changes.asset_type is 'As in project_daily.';
comment on column code_quality.daily_changes.part is 'As in project_daily.';
comment on column code_quality.daily_changes.opened is 'Difference of opened.';
comment on column code_quality.daily_changes.closed is 'Difference of closed.';
comment on column code_quality.daily_changes.joined is 'Difference of joined.';
comment on column code_quality.daily_changes.left_out is 'Difference of left_out.';

create table code_quality.daily_known (
  project_id bigint not null references code_quality.projects (id),
  branch_class text not null,
  counting text not null,
  counted_from date not null,
  read_from date not null,
  is_split boolean not null,
  primary key (project_id, branch_class, counting)
);
comment on table code_quality.daily_known is 'What the days of a project rest on.';
comment on column code_quality.daily_known.project_id is 'The project.';
comment on column code_quality.daily_known.branch_class is 'main or branch.';
comment on column code_quality.daily_known.counting is 'server or other.';
comment on column code_quality.daily_known.counted_from is 'From this day on the server’s own counts are known; before it only creation and closing dates.';
comment on column code_quality.daily_known.read_from is 'From this day on our own reading counts.';
comment on column code_quality.daily_known.is_split is 'True when the server’s counts do not tell the asset types of its findings.';

-- As the server is taken to count until it says its mode. Its own counts of the past follow with the next publish of each project.
insert into code_quality.project_daily (project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
with periods as (
  select f.branch_id, f.counted_state as state, f.asset_type, f.class, f.axis, f.raw_level, f.standard_class, f.standard_axis, f.standard_level, f.period_from as from_at, f.period_to as to_at
    from code_quality.findings f where f.counted_state is not null
  union all
  select f.branch_id, past.state, f.asset_type, past.class, past.axis, past.raw_level, past.standard_class, past.standard_axis, past.standard_level, past.from_at, past.to_at
    from code_quality.finding_past_periods past join code_quality.findings f on f.id = past.finding_id),
read as (
  select branch_id, 'server' as counting, state, asset_type, class, axis, raw_level, from_at, to_at from periods
  union all
  select branch_id, 'other', state, asset_type, standard_class, standard_axis, standard_level, from_at, to_at from periods where standard_class in ('vulnerability', 'hotspot'))
select b.project_id, case when b.kind = 'pull_request' then 'pull_request' when b.is_main then 'main' else 'branch' end, r.counting,
       (moved.at at time zone 'UTC')::date, r.class, r.state, r.axis, r.raw_level, r.asset_type, 'all', sum(moved.opened), sum(moved.closed), 0, 0
  from read r
  join code_quality.branches b on b.id = r.branch_id
  join code_quality.projects p on p.id = b.project_id
 cross join lateral (values (r.from_at, 1, 0), (coalesce(r.to_at, b.deleted_at, p.deleted_at), 0, 1)) as moved (at, opened, closed)
 where moved.at is not null
 group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
