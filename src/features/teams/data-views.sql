create view data.people as
select c.id, c.person_id, p.email, c.name, c.manager_email,
       (select m.id from teams.people m where m.email = c.manager_email) as manager_id,
       c.attributes ->> 'role' as role, c.attributes ->> 'site' as site, c.attributes ->> 'team' as team,
       c.attributes ->> 'sub_role' as sub_role, c.attributes ->> 'department' as department, c.attributes,
       c.valid_from, c.valid_to, c.valid_to is null as is_current
  from teams.person_periods c join teams.people p on p.id = c.person_id;
comment on view data.people is 'People and what was said of them: one row for each time span in which it was the same. is_current: now.';
comment on column data.people.id is 'Identity of the row.';
comment on column data.people.person_id is 'Identity of the person, the same in all their rows.';
comment on column data.people.email is 'Their address, in small letters; an address is one person.';
comment on column data.people.name is 'Full name.';
comment on column data.people.manager_email is 'Address of their manager. Null for who has none.';
comment on column data.people.manager_id is 'Their manager. [fk: people.person_id]';
comment on column data.people.role is 'Attribute role.';
comment on column data.people.site is 'Attribute site.';
comment on column data.people.team is 'Attribute team, as the file says it; teams of an org tree are in teams.';
comment on column data.people.sub_role is 'Attribute sub_role.';
comment on column data.people.department is 'Attribute department.';
comment on column data.people.attributes is 'All attributes by their names, also an installation’s own.';
comment on column data.people.valid_from is 'From when on this was said of them.';
comment on column data.people.valid_to is 'Until when; null: it is said now.';
comment on column data.people.is_current is 'It is said now.';

create view data.org_trees as
select p.id, p.tree_id, p.name, p.levels, p.built_levels, p.automatic as is_automatic, t.built_at, t.built_by, t.created_at, t.created_by,
       t.deleted_at, p.valid_from, p.valid_to, p.valid_to is null as is_current
  from teams.tree_periods p join teams.org_trees t on t.id = p.tree_id;
comment on view data.org_trees is 'Org trees, how people are put into teams: one row for each time span in which a tree was called and built the same.';
comment on column data.org_trees.id is 'Identity of the row.';
comment on column data.org_trees.tree_id is 'Identity of the tree, the same in all its rows.';
comment on column data.org_trees.name is 'Its name.';
comment on column data.org_trees.levels is 'Attributes in order; manager: by whom people report to. As somebody said them: it stood by built_levels until that was applied.';
comment on column data.org_trees.built_levels is 'By which its nodes stood. Null: not known, from before this was kept.';
comment on column data.org_trees.is_automatic is 'It is built anew by itself when people change.';
comment on column data.org_trees.built_at is 'When the tree was built last, the same in all its rows.';
comment on column data.org_trees.built_by is 'Who applied that, or Org trees for the hub itself.';
comment on column data.org_trees.created_at is 'When the tree was made, the same in all its rows.';
comment on column data.org_trees.created_by is 'Who made it.';
comment on column data.org_trees.deleted_at is 'When it was removed, the same in all its rows.';
comment on column data.org_trees.valid_from is 'From when on it was called and built so.';
comment on column data.org_trees.valid_to is 'Until when; null: it is so now.';
comment on column data.org_trees.is_current is 'It is so now.';

create view data.org_tree_nodes as
select p.id, p.node_id, p.tree_id, p.parent_id, p.name, p.leaf as is_team, p.depth, p.manager_id, p.valid_from, p.valid_to,
       p.valid_to is null as is_current, p.level
  from teams.node_periods p;
comment on view data.org_tree_nodes is 'Nodes of org trees: one row for each time span in which a node was called so and stood where it did.';
comment on column data.org_tree_nodes.id is 'Identity of the row.';
comment on column data.org_tree_nodes.node_id is 'Identity of the node, the same in all its rows.';
comment on column data.org_tree_nodes.tree_id is 'Its tree. [fk: org_trees.tree_id]';
comment on column data.org_tree_nodes.parent_id is 'The node above it. Null at the top. [fk: org_tree_nodes.node_id]';
comment on column data.org_tree_nodes.name is 'Its name.';
comment on column data.org_tree_nodes.level is 'The attribute whose value it is, or manager. Null: not known, from before this was kept.';
comment on column data.org_tree_nodes.is_team is 'A leaf: a team.';
comment on column data.org_tree_nodes.depth is 'Nodes above it.';
comment on column data.org_tree_nodes.manager_id is 'Who leads it. Null in trees of attributes. [fk: people.person_id]';
comment on column data.org_tree_nodes.valid_from is 'From when on it stood so.';
comment on column data.org_tree_nodes.valid_to is 'Until when; null: it stands so now.';
comment on column data.org_tree_nodes.is_current is 'It stands so now.';

create view data.teams as
select p.id, p.node_id as team_id, p.tree_id, p.name, p.manager_id, p.valid_from, p.valid_to, p.valid_to is null as is_current
  from teams.node_periods p where p.leaf;
comment on view data.teams is 'Teams: the leaves of org trees, one row for each time span in which the same was true of them.';
comment on column data.teams.id is 'Identity of the row.';
comment on column data.teams.team_id is 'Identity of the team, the same in all its rows. [fk: org_tree_nodes.node_id]';
comment on column data.teams.tree_id is 'Its tree. [fk: org_trees.tree_id]';
comment on column data.teams.name is 'Its name.';
comment on column data.teams.manager_id is 'Who leads it. Null in trees of attributes. [fk: people.person_id]';
comment on column data.teams.valid_from is 'From when on this was so.';
comment on column data.teams.valid_to is 'Until when; null: it is so now.';
comment on column data.teams.is_current is 'It is so now.';

create view data.team_members as
select m.id, m.tree_id, m.node_id as team_id, m.person_id, m.valid_from, m.valid_to, m.valid_to is null as is_current
  from teams.memberships m;
comment on view data.team_members is 'Who was in which team, and when. In one tree a person is in one team at most.';
comment on column data.team_members.id is 'Identity of the row.';
comment on column data.team_members.tree_id is 'The tree. [fk: org_trees.tree_id]';
comment on column data.team_members.team_id is 'The team. [fk: teams.team_id]';
comment on column data.team_members.person_id is 'The person. [fk: people.person_id]';
comment on column data.team_members.valid_from is 'From when on.';
comment on column data.team_members.valid_to is 'Until when; null: now.';
comment on column data.team_members.is_current is 'It is so now.';

create view data.person_identities as
select t.id, t.person_id, t.integration_id, t.value, t.confirmed_at, t.confirmed_by from teams.identities t;
comment on view data.person_identities is 'Accounts of other systems that somebody said to be a person’s.';
comment on column data.person_identities.id is 'Identity of the row.';
comment on column data.person_identities.person_id is 'The person. [fk: people.person_id]';
comment on column data.person_identities.integration_id is 'The system: an integration, as in its address in the web application.';
comment on column data.person_identities.value is 'As the system has it: a login, the e-mail of an author, a user’s name.';
comment on column data.person_identities.confirmed_at is 'When it was said.';
comment on column data.person_identities.confirmed_by is 'Who said so.';

create view data.team_projects as
select t.id, t.team_id, t.project_id, t.valid_from, t.valid_to, t.valid_to is null as is_current from teams.team_projects t;
comment on view data.team_projects is 'Which SonarQube projects belong to which team, and when. A project of two teams of a tree has a row for each.';
comment on column data.team_projects.id is 'Identity of the row.';
comment on column data.team_projects.team_id is 'The team. [fk: teams.team_id]';
comment on column data.team_projects.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.team_projects.valid_from is 'From when on.';
comment on column data.team_projects.valid_to is 'Until when; null: now.';
comment on column data.team_projects.is_current is 'It is so now.';

create view data.team_repositories as
select t.id, t.team_id, t.thing_id as repository_id, t.valid_from, t.valid_to, t.valid_to is null as is_current
  from teams.team_things t where t.thing = 'repository';
comment on view data.team_repositories is 'Which repositories of Bitbucket Server belong to which team, and when. One of two teams of a tree has a row for each.';
comment on column data.team_repositories.id is 'Identity of the row.';
comment on column data.team_repositories.team_id is 'The team. [fk: teams.team_id]';
comment on column data.team_repositories.repository_id is 'The repository. [fk: bitbucket_repositories.id]';
comment on column data.team_repositories.valid_from is 'From when on.';
comment on column data.team_repositories.valid_to is 'Until when; null: now.';
comment on column data.team_repositories.is_current is 'It is so now.';

create view data.team_services as
select t.id, t.team_id, t.thing_id as service_id, t.valid_from, t.valid_to, t.valid_to is null as is_current
  from teams.team_things t where t.thing = 'service';
comment on view data.team_services is 'Which services of Harness belong to which team, and when. One of two teams of a tree has a row for each.';
comment on column data.team_services.id is 'Identity of the row.';
comment on column data.team_services.team_id is 'The team. [fk: teams.team_id]';
comment on column data.team_services.service_id is 'The service. [fk: harness_services.id]';
comment on column data.team_services.valid_from is 'From when on.';
comment on column data.team_services.valid_to is 'Until when; null: now.';
comment on column data.team_services.is_current is 'It is so now.';
