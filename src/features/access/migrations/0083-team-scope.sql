alter table access.users add column scope text collate "C" not null default 'organization' check (scope in ('organization', 'teams'));
comment on column access.users.scope is 'organization: its role holds everywhere; teams: for what belongs to its teams alone, and without a team for nothing.';

create table access.user_teams (
  user_id bigint not null references access.users (id) on delete cascade,
  team_id bigint not null,
  source text collate "C" not null check (source in ('person', 'sign_in')),
  primary key (user_id, team_id, source)
);
create index on access.user_teams (team_id);
comment on table access.user_teams is 'Nodes of org trees that an account with scope teams may see, each with all below it.';
comment on column access.user_teams.user_id is 'Whose role it bounds.';
comment on column access.user_teams.team_id is 'The node of an org tree.';
comment on column access.user_teams.source is 'person: an administrator gave it; sign_in: the groups of the last sign-in did, and the next one may take it back.';
