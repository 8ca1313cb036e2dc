create table operations.webhook_endpoints (
  id bigint generated always as identity primary key,
  url text not null,
  description text not null default '',
  events text[] not null,
  sealed jsonb not null,
  previous_until timestamptz,
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_code text collate "C",
  created_at timestamptz not null default now(),
  created_by text not null
);
comment on table operations.webhook_endpoints is 'Addresses that are told of events.';
comment on column operations.webhook_endpoints.id is 'Identity; part of what its sealed secrets are bound to.';
comment on column operations.webhook_endpoints.url is 'Where events are sent by POST.';
comment on column operations.webhook_endpoints.description is 'What it is for.';
comment on column operations.webhook_endpoints.events is 'Types of event it is told of.';
comment on column operations.webhook_endpoints.sealed is 'Sealed signing secret, and the one before it while both sign.';
comment on column operations.webhook_endpoints.previous_until is 'Until when the secret before also signs.';
comment on column operations.webhook_endpoints.failing_since is 'First failure since the last delivery that arrived; null while all arrive.';
comment on column operations.webhook_endpoints.disabled_at is 'Since when nothing is sent to it.';
comment on column operations.webhook_endpoints.disabled_code is 'Why: by_person, or the code of the failure that lasted too long.';
comment on column operations.webhook_endpoints.created_at is 'When it was added.';
comment on column operations.webhook_endpoints.created_by is 'By whom.';

create table operations.webhook_events (
  id bigint generated always as identity primary key,
  key uuid not null default gen_random_uuid() unique,
  type text collate "C" not null,
  data jsonb not null,
  occurred_at timestamptz not null default now()
);
create index on operations.webhook_events (occurred_at);
comment on table operations.webhook_events is 'What happened, written in the transaction in which it happened; only what some endpoint is told of.';
comment on column operations.webhook_events.id is 'Sequence: of two events about one thing the higher is the later.';
comment on column operations.webhook_events.key is 'Identity outside; the same for every delivery of the event.';
comment on column operations.webhook_events.type is 'Type of event.';
comment on column operations.webhook_events.data is 'What happened; never a secret.';
comment on column operations.webhook_events.occurred_at is 'When it happened.';

create table operations.webhook_deliveries (
  id bigint generated always as identity primary key,
  endpoint_id bigint not null references operations.webhook_endpoints (id) on delete cascade,
  event_id bigint not null references operations.webhook_events (id) on delete cascade,
  state text collate "C" not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  retry_until timestamptz not null default now() + interval '1 day',
  attempted_at timestamptz,
  status integer,
  code text collate "C",
  answer text,
  duration_ms integer,
  created_at timestamptz not null default now()
);
create index on operations.webhook_deliveries (endpoint_id, id desc);
create index on operations.webhook_deliveries (event_id);
create index webhook_deliveries_due on operations.webhook_deliveries (next_attempt_at) where state = 'pending';
comment on table operations.webhook_deliveries is 'One event on its way to one endpoint; kept for 14 days.';
comment on column operations.webhook_deliveries.id is 'Identity.';
comment on column operations.webhook_deliveries.endpoint_id is 'Where it goes.';
comment on column operations.webhook_deliveries.event_id is 'What it tells.';
comment on column operations.webhook_deliveries.state is 'pending until it arrived or was given up.';
comment on column operations.webhook_deliveries.attempts is 'Attempts so far; also the fence of the attempt under way.';
comment on column operations.webhook_deliveries.next_attempt_at is 'Not sent before this time.';
comment on column operations.webhook_deliveries.lease_until is 'Until when an attempt is under way; a killed one is made again after that.';
comment on column operations.webhook_deliveries.retry_until is 'No further attempt after this time.';
comment on column operations.webhook_deliveries.attempted_at is 'Last attempt.';
comment on column operations.webhook_deliveries.status is 'HTTP status of the last answer; null when there was none.';
comment on column operations.webhook_deliveries.code is 'Code of the last failure.';
comment on column operations.webhook_deliveries.answer is 'Beginning of the last answer that was not 2xx.';
comment on column operations.webhook_deliveries.duration_ms is 'Time the last attempt took.';
comment on column operations.webhook_deliveries.created_at is 'When it was asked for.';
