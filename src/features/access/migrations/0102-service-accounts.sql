create table access.service_accounts (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique,
  description text not null default '',
  role text collate "C" not null check (role in ('admin', 'team_manager', 'viewer')),
  reach text collate "C" not null default 'organization' check (reach in ('organization', 'nodes')),
  enabled boolean not null default true,
  of_machine boolean not null,
  user_id bigint references access.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint service_accounts_admin_reach check (role <> 'admin' or reach = 'organization'),
  constraint service_accounts_answered check (not of_machine or user_id is null)
);
create index on access.service_accounts (user_id);
comment on table access.service_accounts is 'Members without a person, for programs.';
comment on column access.service_accounts.id is 'Identity.';
comment on column access.service_accounts.name is 'Name, shown in the audit trail.';
comment on column access.service_accounts.description is 'What it is for.';
comment on column access.service_accounts.role is 'Most rights it can have; never more than who answers for it has at the time of use.';
comment on column access.service_accounts.reach is 'organization: as far as who answers for it; nodes: at most what belongs to the nodes of access.service_account_nodes.';
comment on column access.service_accounts.enabled is 'False: its tokens do nothing.';
comment on column access.service_accounts.of_machine is 'Whoever is on the hub’s own machine answers for it, not a person.';
comment on column access.service_accounts.user_id is 'The person who answers for it; null and not of_machine: nobody does any more, and it can do nothing.';
comment on column access.service_accounts.created_at is 'When it was made.';
comment on column access.service_accounts.updated_at is 'Last change.';
comment on column access.service_accounts.last_used_at is 'Last use of any of its tokens, to the minute.';

create table access.service_account_nodes (
  service_account_id bigint not null references access.service_accounts (id) on delete cascade,
  node_id bigint not null,
  primary key (service_account_id, node_id)
);
create index on access.service_account_nodes (node_id);
comment on table access.service_account_nodes is 'Nodes of org trees that a service account of reach nodes works in, while who answers for it does.';
comment on column access.service_account_nodes.service_account_id is 'The service account.';
comment on column access.service_account_nodes.node_id is 'teams.nodes.';

alter table access.api_tokens add column service_account_id bigint references access.service_accounts (id) on delete cascade;
alter table access.api_tokens add constraint api_tokens_one_holder check (service_account_id is null or user_id is null);
create index on access.api_tokens (service_account_id);
comment on column access.api_tokens.service_account_id is 'The service account whose token it is; null: a person’s or the machine’s.';
