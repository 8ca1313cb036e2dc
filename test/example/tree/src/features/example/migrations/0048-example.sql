create schema example;
comment on schema example is 'Shelves of libraries and the books on them.';

create table example.shelves (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  deleted_at timestamptz,
  unique (integration_id, source_key)
);
comment on table example.shelves is 'A shelf of a library.';
comment on column example.shelves.source_key is 'Its name.';
comment on column example.shelves.row_hash is 'Of the stored source columns.';
comment on column example.shelves.deleted_at is 'When it was found to be gone.';

create table example.books (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  shelf_id bigint not null references example.shelves (id) on delete cascade,
  source_key text collate "C" not null,
  row_hash uuid not null,
  title text not null,
  added_at timestamptz not null,
  lent_at timestamptz,
  deleted_at timestamptz,
  unique (shelf_id, source_key)
);
comment on table example.books is 'A book on a shelf.';
comment on column example.books.source_key is 'Its ISBN.';
comment on column example.books.row_hash is 'Of the stored source columns.';
comment on column example.books.added_at is 'When the library got it.';
comment on column example.books.lent_at is 'Since when it is lent; null while it stands on the shelf.';
comment on column example.books.deleted_at is 'When it was found to be gone.';
create index on example.books (integration_id);
