-- Within how many days open vulnerabilities of a severity are to be resolved.

create table insights.age_targets (
  node_id bigint not null,
  severity text collate "C" not null check (severity in ('critical', 'high', 'medium', 'low')),
  days integer check (days between 0 and 3650),
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (node_id, severity)
);
comment on table insights.age_targets is 'Targets for the age of open vulnerabilities: those of the organization, and what nodes of org trees have instead. A node without a row has those above it.';
comment on column insights.age_targets.node_id is 'The node; 0 for the organization.';
comment on column insights.age_targets.severity is 'Severity of the page.';
comment on column insights.age_targets.days is 'Whole UTC days since creation on the last day within the target; null: there is none.';
comment on column insights.age_targets.changed_by is 'Who said so.';
comment on column insights.age_targets.changed_at is 'Since when.';

create table insights.age_settings (
  id boolean primary key default true check (id),
  warn_percent integer not null check (warn_percent between 0 and 100)
);
comment on table insights.age_settings is 'How targets are told of; no row: the usual way.';
comment on column insights.age_settings.id is 'There is one row at most.';
comment on column insights.age_settings.warn_percent is 'Within this share of its target, at its end, a vulnerability is about to break it.';
