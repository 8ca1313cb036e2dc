alter table access.users add column reach text collate "C" not null default 'organization' check (reach in ('organization', 'nodes'));
alter table access.users add constraint users_admin_reach check (role <> 'admin' or reach = 'organization');
comment on column access.users.reach is 'organization: sees everything; nodes: only what belongs to the nodes of access.user_nodes, nothing where there are none.';

create table access.user_nodes (
  user_id bigint not null references access.users (id) on delete cascade,
  node_id bigint not null,
  given_by text not null,
  given_at timestamptz not null default now(),
  primary key (user_id, node_id)
);
create index on access.user_nodes (node_id);
comment on table access.user_nodes is 'Nodes of org trees, each with the teams below it, that an account of reach nodes works in.';
comment on column access.user_nodes.user_id is 'The account.';
comment on column access.user_nodes.node_id is 'teams.nodes; one that is no longer in a tree gives nothing.';
comment on column access.user_nodes.given_by is 'Who gave it, or the rule that maps groups.';
comment on column access.user_nodes.given_at is 'When.';

alter table access.api_tokens add column reach text collate "C" not null default 'organization' check (reach in ('organization', 'nodes'));
alter table access.api_tokens add constraint api_tokens_admin_reach check (role <> 'admin' or reach = 'organization');
comment on column access.api_tokens.reach is 'organization: as far as its maker; nodes: at most what belongs to the nodes of access.token_nodes.';

create table access.token_nodes (
  token_id bigint not null references access.api_tokens (id) on delete cascade,
  node_id bigint not null,
  primary key (token_id, node_id)
);
create index on access.token_nodes (node_id);
comment on table access.token_nodes is 'Nodes of org trees that an API token of reach nodes works in, while its maker does.';
comment on column access.token_nodes.token_id is 'The token.';
comment on column access.token_nodes.node_id is 'teams.nodes.';
