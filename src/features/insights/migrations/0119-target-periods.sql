-- Targets as they were: what was broken once can be told by what held then.

alter table insights.age_targets drop constraint age_targets_pkey;
alter table insights.age_targets rename column changed_at to valid_from;
alter table insights.age_targets add column id bigint generated always as identity primary key;
alter table insights.age_targets add column valid_to timestamptz check (valid_to >= valid_from);
create unique index on insights.age_targets (node_id, severity) where valid_to is null;
comment on table insights.age_targets is 'Targets for the age of open vulnerabilities, each with the time in which it held: those of the organization, and what nodes of org trees have instead. A node without a row has those above it.';
comment on column insights.age_targets.id is 'Identity.';
comment on column insights.age_targets.valid_from is 'From when on it held.';
comment on column insights.age_targets.valid_to is 'Until when; null: it holds now.';
