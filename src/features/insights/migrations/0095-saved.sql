-- Reports and views that people keep by name.

create table insights.saved_reports (
  id bigint generated always as identity primary key,
  name text not null,
  owner_key text collate "C" not null,
  created_by text not null,
  shared boolean not null,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index on insights.saved_reports (owner_key, lower(name));
comment on table insights.saved_reports is 'Reports that people keep by name.';
comment on column insights.saved_reports.id is 'Identity.';
comment on column insights.saved_reports.name is 'Name shown.';
comment on column insights.saved_reports.owner_key is 'Who may change it beside administrators: user:<id>, token:<id> or local.';
comment on column insights.saved_reports.created_by is 'Name of its maker.';
comment on column insights.saved_reports.shared is 'Whether everybody sees it; otherwise its maker alone.';
comment on column insights.saved_reports.definition is 'What the report asks for; never a number.';
comment on column insights.saved_reports.created_at is 'When it was made.';
comment on column insights.saved_reports.updated_at is 'When it was last changed.';

create table insights.saved_views (
  id bigint generated always as identity primary key,
  owner_key text collate "C" not null,
  page text collate "C" not null,
  name text not null,
  search text not null,
  is_default boolean not null,
  updated_at timestamptz not null default now()
);
create unique index on insights.saved_views (owner_key, page, lower(name));
create unique index on insights.saved_views (owner_key, page) where is_default;
comment on table insights.saved_views is 'What people set on pages of Insights, kept by name for themselves.';
comment on column insights.saved_views.id is 'Identity.';
comment on column insights.saved_views.owner_key is 'Whose it is: user:<id>, token:<id> or local.';
comment on column insights.saved_views.page is 'The page.';
comment on column insights.saved_views.name is 'Name shown.';
comment on column insights.saved_views.search is 'What stands behind the question mark of the page’s address.';
comment on column insights.saved_views.is_default is 'Whether the page opens with it.';
comment on column insights.saved_views.updated_at is 'When it was last changed.';
