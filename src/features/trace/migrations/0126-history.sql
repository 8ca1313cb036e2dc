alter table trace.links add column said_from timestamptz not null default now();
comment on column trace.links.said_from is 'Since when the hub says so. What was said before the history was kept has the time of its beginning.';

create table trace.past_links (
  id bigint not null,
  owner text collate "C" not null,
  owner_id bigint not null,
  kind text collate "C" not null,
  from_station text collate "C" not null,
  from_id bigint not null,
  to_station text collate "C" not null,
  to_id bigint,
  to_key text collate "C",
  certainty text collate "C" not null,
  note text collate "C",
  integration_id bigint,
  stream text collate "C" not null,
  record text collate "C" not null,
  seen_at timestamptz not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  ended_by bigint,
  said_from timestamptz not null,
  said_to timestamptz not null,
  primary key (id, said_from),
  check (said_to > said_from)
);
comment on table trace.past_links is 'Links that the hub said once and says no more, or says otherwise. Never changed.';
comment on column trace.past_links.id is 'Identity that the link had.';
comment on column trace.past_links.valid_from is 'Since when it held in the world, as was said then.';
comment on column trace.past_links.said_from is 'Since when the hub said so.';
comment on column trace.past_links.said_to is 'Until when it said so.';
create index on trace.past_links (to_station, to_key) where to_key is not null;
create index on trace.past_links (to_station, to_id) where to_id is not null;
create index on trace.past_links (from_station, from_id);
create index on trace.past_links (integration_id);

create table trace.said (
  id bigint generated always as identity primary key,
  thing text collate "C" not null check (thing in
    ('pull_request', 'analysis', 'image', 'execution', 'deployment', 'place', 'project', 'repository', 'image_repository', 'integration')),
  thing_id bigint not null,
  group_id bigint,
  integration_id bigint,
  value jsonb not null,
  said_from timestamptz not null,
  said_to timestamptz
);
comment on table trace.said is 'What the trace says of stations and of what they lie in, by value, from when to when. Never changed, only ended.';
comment on column trace.said.thing is 'Kind of the row of which it is said.';
comment on column trace.said.thing_id is 'That row, as its room knows it.';
comment on column trace.said.group_id is 'What it lies in: project of an analysis, repository of a pull request or an image, place of a deployment.';
comment on column trace.said.value is 'What its room said, as far as any line shows it or is explained by it.';
comment on column trace.said.said_from is 'Since when the hub says so.';
comment on column trace.said.said_to is 'Until when it said so; null: it does.';
create unique index said_now on trace.said (thing, thing_id) where said_to is null;
create index said_of_things on trace.said (thing, thing_id, said_from);
create index said_of_groups on trace.said (thing, group_id) where group_id is not null;
create index said_by_key on trace.said (thing, (value ->> 'source_key')) where thing in ('execution', 'project');
create index said_by_link on trace.said ((value ->> 'link')) where thing = 'deployment';
create index said_by_digest on trace.said ((value ->> 'digest')) where thing = 'image';
create index on trace.said (integration_id);

create table trace.kept (
  since timestamptz not null
);
comment on table trace.kept is 'Since when all that is said is kept. No row: what was there before is still being looked at.';
-- Everything is looked at, so that the history begins with all of it.
delete from trace.registry_hosts;
