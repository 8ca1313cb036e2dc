create view shared.org_trees as select id, name from teams.org_trees where deleted_at is null;

create view shared.org_tree_periods as
select p.tree_id as id, p.name, p.valid_from, coalesce(p.valid_to, 'infinity') as valid_to
  from teams.tree_periods p join teams.org_trees t on t.id = p.tree_id and t.deleted_at is null;
comment on view shared.org_tree_periods is 'What org trees were called, and when; the names of now end at infinity.';

create view shared.org_nodes as
select p.node_id as id, p.tree_id, p.parent_id, p.name, p.leaf as is_team
  from teams.node_periods p join teams.org_trees t on t.id = p.tree_id and t.deleted_at is null where p.valid_to is null;
comment on view shared.org_nodes is 'Nodes of org trees as they stand now.';

create view shared.node_teams as
with recursive above as (
  select p.node_id as team_id, p.node_id, p.parent_id from teams.node_periods p where p.leaf and p.valid_to is null
  union all
  select a.team_id, p.node_id, p.parent_id from above a join teams.node_periods p on p.node_id = a.parent_id and p.valid_to is null)
select a.node_id, a.team_id from above a join teams.nodes n on n.id = a.node_id join teams.org_trees t on t.id = n.tree_id and t.deleted_at is null;
comment on view shared.node_teams is 'The teams of each node now: itself, where it is one.';

create view shared.node_belongings as
select distinct a.node_id, 'project' as thing, t.project_id as thing_id
  from shared.node_teams a join teams.team_projects t on t.team_id = a.team_id and t.valid_to is null
union all
select distinct a.node_id, t.thing, t.thing_id
  from shared.node_teams a join teams.team_things t on t.team_id = a.team_id and t.valid_to is null;
comment on view shared.node_belongings is 'What belongs to each node now: what belongs to its teams, each once. thing: project, repository, service, pipeline, environment or image. Of nobody: no row.';

create view shared.node_projects as
select distinct a.node_id, t.project_id
  from shared.node_teams a
  join teams.team_projects t on t.team_id = a.team_id and t.valid_to is null
  join shared.projects p on p.id = t.project_id
  join teams.nodes n on n.id = a.team_id
  left join teams.integration_choices own on own.team_id = n.id and own.section = 'security'
  left join teams.integration_choices inherited on inherited.tree_id = n.tree_id and inherited.team_id is null and inherited.section = 'security'
 where p.integration_id = any (coalesce(own.integration_ids, inherited.integration_ids, array[p.integration_id]));
comment on view shared.node_projects is 'Which projects count for each node now: its teams’ own of the integrations of their section Security, each once, also where two teams share it.';

create view shared.org_node_periods as
select p.node_id as id, p.tree_id, p.parent_id, p.name, p.leaf as is_team, p.valid_from, coalesce(p.valid_to, 'infinity') as valid_to
  from teams.node_periods p join teams.org_trees t on t.id = p.tree_id and t.deleted_at is null;
comment on view shared.org_node_periods is 'Where nodes of org trees stood, and when; those that stand so now end at infinity.';

create view shared.node_project_periods as
with recursive above as (
  select p.id as team_id, p.id as node_id, p.parent_id, p.valid_from, p.valid_to from shared.org_node_periods p where p.is_team
  union all
  select a.team_id, p.id, p.parent_id, greatest(a.valid_from, p.valid_from), least(a.valid_to, p.valid_to)
    from above a join shared.org_node_periods p on p.id = a.parent_id and p.valid_from < a.valid_to and p.valid_to > a.valid_from)
select a.node_id, t.project_id, greatest(a.valid_from, t.valid_from) as valid_from, least(a.valid_to, coalesce(t.valid_to, 'infinity')) as valid_to
  from above a
  join teams.team_projects t on t.team_id = a.team_id and t.valid_from < a.valid_to and coalesce(t.valid_to, 'infinity') > a.valid_from
  join shared.projects p on p.id = t.project_id
  join teams.nodes n on n.id = a.team_id
  left join teams.integration_choices own on own.team_id = n.id and own.section = 'security'
  left join teams.integration_choices inherited on inherited.tree_id = n.tree_id and inherited.team_id is null and inherited.section = 'security'
 where p.integration_id = any (coalesce(own.integration_ids, inherited.integration_ids, array[p.integration_id]));
comment on view shared.node_project_periods is 'Which projects counted for each node, and when: a row for each of its teams that had them. Integrations are those that are chosen now.';

create view shared.team_belongings as
select t.team_id, p.name, 'project' as thing, t.project_id as thing_id
  from teams.team_projects t
  join teams.node_periods p on p.node_id = t.team_id and p.valid_to is null
  join teams.org_trees o on o.id = p.tree_id and o.deleted_at is null
 where t.valid_to is null
union all
select t.team_id, p.name, t.thing, t.thing_id
  from teams.team_things t
  join teams.node_periods p on p.node_id = t.team_id and p.valid_to is null
  join teams.org_trees o on o.id = p.tree_id and o.deleted_at is null
 where t.valid_to is null;
comment on view shared.team_belongings is 'What belongs to each team itself now, with its name.';

create view shared.teams as
select p.node_id as id, p.name, t.id as tree_id, t.name as tree, c.name as manager,
       (select count(*) from teams.memberships m where m.node_id = p.node_id and m.valid_to is null) as people
  from teams.node_periods p join teams.org_trees t on t.id = p.tree_id and t.deleted_at is null
  left join teams.person_periods c on c.person_id = p.manager_id and c.valid_to is null
 where p.leaf and p.valid_to is null;
comment on view shared.teams is 'Teams as they are now: leaves of org trees, with who leads them and how many people they have.';
