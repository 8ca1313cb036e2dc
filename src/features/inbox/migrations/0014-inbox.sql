create schema inbox;
comment on schema inbox is 'Incoming webhooks: stored raw, then processed; and the webhooks the hub sets up on servers.';

create table inbox.secrets (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  adapter text collate "C" not null default '',
  purpose text not null check (purpose in ('own', 'handed_out')),
  sealed jsonb not null,
  created_at timestamptz not null default now(),
  retire_at timestamptz
);
create index on inbox.secrets (integration_id);
comment on table inbox.secrets is 'Secrets by which deliveries prove who sent them, sealed before they reach the database.';
comment on column inbox.secrets.id is 'Identity; part of what the sealed value is bound to.';
comment on column inbox.secrets.integration_id is 'The integration.';
comment on column inbox.secrets.adapter is 'The way of delivery it is for; empty for the kind’s own.';
comment on column inbox.secrets.purpose is 'own: the hub told it to the server itself; handed_out: shown to a person once.';
comment on column inbox.secrets.sealed is 'The sealed secret.';
comment on column inbox.secrets.created_at is 'When it was made.';
comment on column inbox.secrets.retire_at is 'From then on it proves nothing any more; null while it is the current one.';

create table inbox.webhooks (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  scope text not null check (scope in ('global', 'project', 'organization')),
  target text collate "C" not null default '',
  organization text collate "C",
  wanted boolean not null default true,
  secret_id bigint not null references inbox.secrets (id),
  remote_key text,
  applied_name text,
  applied_url text,
  applied_secret_id bigint,
  error_code text,
  error_message text,
  error_remedy text,
  error_upstream text,
  busy_until timestamptz not null default '-infinity',
  try_after timestamptz not null default '-infinity',
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  applied_at timestamptz,
  compared_at timestamptz,
  unique (integration_id, scope, target)
);
comment on table inbox.webhooks is 'Webhooks the hub wants on a server, and what the server was last told.';
comment on column inbox.webhooks.id is 'Identity.';
comment on column inbox.webhooks.integration_id is 'The integration.';
comment on column inbox.webhooks.scope is 'global, project or organization.';
comment on column inbox.webhooks.target is 'Key of the project or organization; empty for global.';
comment on column inbox.webhooks.organization is 'Organization of a project on Cloud.';
comment on column inbox.webhooks.wanted is 'False: it is to be removed from the server.';
comment on column inbox.webhooks.secret_id is 'The secret it should sign with.';
comment on column inbox.webhooks.remote_key is 'Key the server gave it; null before it was created.';
comment on column inbox.webhooks.applied_name is 'Name the server was told.';
comment on column inbox.webhooks.applied_url is 'Address the server was told.';
comment on column inbox.webhooks.applied_secret_id is 'Secret the server was told.';
comment on column inbox.webhooks.error_code is 'Why the last change failed; null when it did not.';
comment on column inbox.webhooks.error_message is 'The failure in one sentence.';
comment on column inbox.webhooks.error_remedy is 'What to do about it.';
comment on column inbox.webhooks.error_upstream is 'The server’s own words.';
comment on column inbox.webhooks.busy_until is 'A process is changing it on the server until then.';
comment on column inbox.webhooks.try_after is 'Not tried again before this time.';
comment on column inbox.webhooks.attempts is 'Failures in a row.';
comment on column inbox.webhooks.created_at is 'When a person asked for it.';
comment on column inbox.webhooks.applied_at is 'When the server was last told.';
comment on column inbox.webhooks.compared_at is 'When the server’s list of deliveries was last compared with ours.';

create sequence inbox.delivery_ids;

create table inbox.deliveries (
  id bigint not null default nextval('inbox.delivery_ids'),
  integration_id bigint not null,
  adapter text collate "C" not null default '',
  received_at timestamptz not null default now(),
  origin text not null default 'delivered' check (origin in ('delivered', 'recovered')),
  headers jsonb not null,
  body bytea not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  attempts integer not null default 0,
  not_before timestamptz not null default '-infinity',
  event text,
  subject text,
  reference text collate "C",
  outcome text,
  run_id bigint,
  error_code text,
  error_message text,
  processed_at timestamptz,
  primary key (received_at, id)
) partition by range (received_at);
create table inbox.deliveries_undated partition of inbox.deliveries default;
create index on inbox.deliveries (integration_id, id desc);
create index on inbox.deliveries (id) where state = 'waiting';
create index on inbox.deliveries (integration_id, reference) where reference is not null;
comment on table inbox.deliveries is 'Verified deliveries as they came, one partition per day, kept 14 days.';
comment on column inbox.deliveries.id is 'Identity.';
comment on column inbox.deliveries.integration_id is 'The integration.';
comment on column inbox.deliveries.adapter is 'The way it came; empty for the kind’s own.';
comment on column inbox.deliveries.received_at is 'When it was stored.';
comment on column inbox.deliveries.origin is 'delivered, or recovered from the server’s own list because it never arrived.';
comment on column inbox.deliveries.headers is 'Headers of the allow-list.';
comment on column inbox.deliveries.body is 'The body byte for byte.';
comment on column inbox.deliveries.state is 'waiting, done or failed.';
comment on column inbox.deliveries.attempts is 'How often processing failed.';
comment on column inbox.deliveries.not_before is 'Not processed before this time.';
comment on column inbox.deliveries.event is 'What happened, e.g. analysis.';
comment on column inbox.deliveries.subject is 'What it is about.';
comment on column inbox.deliveries.reference is 'The sender’s id of the work it reports.';
comment on column inbox.deliveries.outcome is 'What was done about it.';
comment on column inbox.deliveries.run_id is 'The run that reads what it is about.';
comment on column inbox.deliveries.error_code is 'Why processing failed.';
comment on column inbox.deliveries.error_message is 'The failure in one sentence.';
comment on column inbox.deliveries.processed_at is 'When it was processed last.';
comment on table inbox.deliveries_undated is 'Where a delivery goes for whose day there is no partition.';

create table inbox.seen (
  integration_id bigint not null,
  adapter text collate "C" not null,
  key bytea not null,
  delivery_id bigint not null,
  times integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (integration_id, adapter, key)
);
create index on inbox.seen (first_at);
create index on inbox.seen (delivery_id);
comment on table inbox.seen is 'By what repetitions of a delivery are recognised, kept 14 days.';
comment on column inbox.seen.integration_id is 'The integration.';
comment on column inbox.seen.adapter is 'The way it came.';
comment on column inbox.seen.key is 'SHA-256 of the sender’s delivery id, or of the body.';
comment on column inbox.seen.delivery_id is 'The delivery stored for it.';
comment on column inbox.seen.times is 'How often it came.';
comment on column inbox.seen.first_at is 'When it came first.';
comment on column inbox.seen.last_at is 'When it came last.';

create table inbox.refusals (
  integration_id bigint not null,
  reason text collate "C" not null,
  day date not null,
  times bigint not null,
  last_at timestamptz not null,
  last_address text not null,
  primary key (integration_id, reason, day)
);
comment on table inbox.refusals is 'How often deliveries were refused; nothing else of them is kept.';
comment on column inbox.refusals.integration_id is 'The integration the address named.';
comment on column inbox.refusals.reason is 'Error code of the refusal.';
comment on column inbox.refusals.day is 'UTC day.';
comment on column inbox.refusals.times is 'How often.';
comment on column inbox.refusals.last_at is 'When last.';
comment on column inbox.refusals.last_address is 'Network address of the last one.';

create table inbox.sent (
  webhook_id bigint not null references inbox.webhooks (id) on delete cascade,
  remote_id text collate "C" not null,
  at timestamptz not null,
  success boolean not null,
  http_status integer,
  duration_ms integer,
  reference text collate "C",
  project text,
  delivery_id bigint,
  found text not null check (found in ('received', 'recovered', 'missing')),
  primary key (webhook_id, remote_id)
);
create index on inbox.sent (webhook_id, at desc);
comment on table inbox.sent is 'Deliveries as the server remembers them, beside what we received.';
comment on column inbox.sent.webhook_id is 'The webhook.';
comment on column inbox.sent.remote_id is 'The server’s id of the delivery.';
comment on column inbox.sent.at is 'When the server sent it.';
comment on column inbox.sent.success is 'True when the server saw a 2xx.';
comment on column inbox.sent.http_status is 'Status the server saw; null when there was no answer.';
comment on column inbox.sent.duration_ms is 'How long the server waited, in milliseconds.';
comment on column inbox.sent.reference is 'The server’s id of the analysis task.';
comment on column inbox.sent.project is 'Key of the project.';
comment on column inbox.sent.delivery_id is 'Our delivery; null when it is missing.';
comment on column inbox.sent.found is 'received; recovered from the server because it never arrived; or missing.';
