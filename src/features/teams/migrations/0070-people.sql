create schema teams;
comment on schema teams is 'People, org trees and teams.';

create table teams.people (
  id bigint generated always as identity primary key,
  email text collate "C" not null unique,
  first_seen_at timestamptz not null default now()
);
comment on table teams.people is 'Everybody who was ever among the people: an address is one person, also when they come back.';
comment on column teams.people.email is 'Address in small letters; what tells people apart.';

create table teams.person_periods (
  id bigint generated always as identity primary key,
  person_id bigint not null references teams.people (id) on delete cascade,
  name text not null,
  manager_email text collate "C",
  attributes jsonb not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.person_periods is 'What was said of a person, and when. The row without an end is what is said now.';
comment on column teams.person_periods.manager_email is 'Address of the manager; null for who has none.';
comment on column teams.person_periods.attributes is 'Further columns of the file by their names: role, site, team and whatever an installation has.';
comment on column teams.person_periods.valid_to is 'Until when it was said; null: now.';
create unique index on teams.person_periods (person_id) where valid_to is null;
create index on teams.person_periods (person_id, valid_from);
create index on teams.person_periods (manager_email) where valid_to is null;

create table teams.people_state (
  only_row boolean primary key default true check (only_row),
  version bigint not null default 0,
  attributes text[] not null default '{}',
  changed_at timestamptz,
  changed_by text
);
comment on table teams.people_state is 'How often people were changed: what is made of them is compared with it.';
comment on column teams.people_state.attributes is 'Names of all attributes that anybody has now.';
insert into teams.people_state default values;

create unlogged table teams.uploads (
  id bigint generated always as identity primary key,
  columns text[] not null default '{}',
  rows bigint not null default 0,
  ready boolean not null default false,
  uploaded_at timestamptz not null default now(),
  uploaded_by text not null
);
comment on table teams.uploads is 'Files of people that were sent and not saved.';
comment on column teams.uploads.ready is 'It was read to its end.';

create unlogged table teams.upload_rows (
  upload_id bigint not null references teams.uploads (id) on delete cascade,
  line bigint not null,
  cells text[] not null,
  primary key (upload_id, line)
);
comment on table teams.upload_rows is 'Lines of such a file, as they were sent.';
