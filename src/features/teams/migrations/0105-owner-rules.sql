alter table teams.project_rules drop constraint project_rules_kind_check;
alter table teams.project_rules add constraint project_rules_kind_check check (kind in ('key', 'glob', 'tag', 'repository', 'owner'));
comment on column teams.project_rules.kind is 'key: that project; glob: a pattern of keys; tag: a tag of projects; repository: a pattern of PROJECT/slug of the repository it is bound to; owner: who owns its folder there by the file of code owners.';
