create table teams.identities (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  value text collate "C" not null,
  person_id bigint not null references teams.people (id) on delete cascade,
  confirmed_at timestamptz not null default now(),
  confirmed_by text not null,
  unique (integration_id, value)
);
comment on table teams.identities is 'Accounts of other systems that somebody said to be a person’s.';
comment on column teams.identities.integration_id is 'The system.';
comment on column teams.identities.value is 'As the system has it: a login, the e-mail of an author, a user’s name.';
comment on column teams.identities.confirmed_by is 'Who said so.';
create index on teams.identities (person_id);
