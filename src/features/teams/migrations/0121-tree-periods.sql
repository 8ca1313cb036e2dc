create table teams.tree_periods (
  id bigint generated always as identity primary key,
  tree_id bigint not null references teams.org_trees (id),
  name text not null,
  levels text[] not null,
  filters jsonb not null,
  automatic boolean not null,
  built_levels text[],
  built_filters jsonb,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.tree_periods is 'What a tree was called and how it was built, and when. The row without an end is how it is now.';
comment on column teams.tree_periods.levels is 'As somebody said them; the tree stood by built_levels until that was applied.';
comment on column teams.tree_periods.built_levels is 'By which its nodes stood. Null: not known, from before this was kept.';
comment on column teams.tree_periods.built_filters is 'By which its people were chosen. Null: not known, from before this was kept.';
create unique index on teams.tree_periods (tree_id) where valid_to is null;
create index on teams.tree_periods (tree_id, valid_from);

-- What was said before is not known: how a tree is now begins where it was made, or, where its rule was changed since, today.
insert into teams.tree_periods (tree_id, name, levels, filters, automatic, built_levels, built_filters, valid_from, valid_to)
select id, name, levels, filters, automatic,
       case when built_rule_version = rule_version then levels end, case when built_rule_version = rule_version then filters end,
       case when rule_version = 1 then created_at else coalesce(deleted_at, now()) end, deleted_at
  from teams.org_trees where rule_version = 1 or deleted_at is null order by id;

alter table teams.node_periods add column level text;
comment on column teams.node_periods.level is 'The attribute whose value it is, or manager. Null: not known, from before this was kept.';
update teams.node_periods p set level = coalesce(t.levels[p.depth + 1], t.levels[cardinality(t.levels)])
  from teams.org_trees t where t.id = p.tree_id and t.rule_version = 1;
