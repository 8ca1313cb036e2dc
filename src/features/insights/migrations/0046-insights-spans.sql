-- How old open vulnerabilities are and how long resolved ones were open, per project and summed up.

create function insights.time_class(days integer) returns integer language sql immutable parallel safe
return case when days < 16 then greatest(days, 0) when days < 32 then days & ~1 when days < 64 then days & ~3 when days < 128 then days & ~7
            when days < 256 then days & ~15 when days < 512 then days & ~31 when days < 1024 then days & ~63 when days < 2048 then days & ~127
            when days < 4096 then days & ~255 else 4096 end;
comment on function insights.time_class(integer) is 'Days in classes: one each up to 15, then eight to a doubling. Its first day.';

create table insights.open_ages (
  node_kind text collate "C" not null check (node_kind in ('organization', 'project')),
  node_id bigint not null,
  counting text collate "C" not null,
  branch_class text collate "C" not null,
  day date not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  findings integer not null,
  primary key (node_kind, node_id, counting, branch_class, day, axis, raw_level, asset_type)
);
comment on table insights.open_ages is 'Open vulnerabilities by the day they were created. Without what changed in projects of code_quality.changed_projects.';
comment on column insights.open_ages.node_kind is 'organization or project.';
comment on column insights.open_ages.node_id is 'The project; 0 for the organization.';
comment on column insights.open_ages.counting is 'server or other.';
comment on column insights.open_ages.branch_class is 'main or branch.';
comment on column insights.open_ages.day is 'UTC day of creation, as the server says it.';
comment on column insights.open_ages.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.open_ages.raw_level is 'The source’s own level on that axis.';
comment on column insights.open_ages.asset_type is 'repository or iac_file.';
comment on column insights.open_ages.findings is 'How many.';

create table insights.resolve_times (
  node_kind text collate "C" not null check (node_kind in ('organization', 'project')),
  node_id bigint not null,
  unit text collate "C" not null check (unit in ('day', 'week', 'month')),
  counting text collate "C" not null,
  branch_class text collate "C" not null,
  start date not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  days integer not null,
  findings integer not null,
  primary key (node_kind, node_id, unit, counting, branch_class, start, axis, raw_level, asset_type, days)
);
comment on table insights.resolve_times is 'Vulnerabilities that were fixed, by when and after how many days. Without what changed in projects of code_quality.changed_projects.';
comment on column insights.resolve_times.node_kind is 'organization or project.';
comment on column insights.resolve_times.node_id is 'The project; 0 for the organization.';
comment on column insights.resolve_times.unit is 'day of a project; week and month of the organization.';
comment on column insights.resolve_times.counting is 'server or other.';
comment on column insights.resolve_times.branch_class is 'main or branch.';
comment on column insights.resolve_times.start is 'First UTC day of the unit in which it was fixed.';
comment on column insights.resolve_times.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.resolve_times.raw_level is 'The source’s own level on that axis.';
comment on column insights.resolve_times.asset_type is 'repository or iac_file.';
comment on column insights.resolve_times.days is 'First day of the class of its time to resolve: insights.time_class.';
comment on column insights.resolve_times.findings is 'How many.';
