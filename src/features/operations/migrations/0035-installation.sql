create table operations.installation (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  place text collate "C" not null,
  public_url text,
  copied_from uuid,
  held_since timestamptz,
  decision text collate "C" check (decision in ('original', 'separate')),
  decided_at timestamptz,
  decided_by text
);
comment on table operations.installation is 'Which installation this database is of; one row.';
comment on column operations.installation.one is 'Always true: there is one row.';
comment on column operations.installation.id is 'Made once; a copy gets one of its own.';
comment on column operations.installation.place is 'The database as its server or data directory names it: another one means that the rows were copied.';
comment on column operations.installation.public_url is 'How people reached it at its last start that was not held, where that was set.';
comment on column operations.installation.copied_from is 'Id of the installation it is a copy of.';
comment on column operations.installation.held_since is 'While set nothing is changed outside and nothing starts by itself: a person has to say what the copy is.';
comment on column operations.installation.decision is 'original: it goes on in place of the one it was copied from. separate: both go on.';
comment on column operations.installation.decided_at is 'When a person said so.';
comment on column operations.installation.decided_by is 'Who said so.';
