create table integrations.removed (
  integration_id bigint primary key,
  name text not null,
  kind text collate "C" not null,
  created_at timestamptz not null,
  removed_at timestamptz not null default now()
);
comment on table integrations.removed is 'Integrations that were removed, with everything that was read through them: what was said of that is gone, too.';
comment on column integrations.removed.integration_id is 'Number that it had; no other gets it.';
