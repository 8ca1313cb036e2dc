alter table integrations.credentials
  add column expiration_date timestamptz,
  add column disabled_at timestamptz,
  add column disabled_code text collate "C",
  add column deleted_at timestamptz,
  add column paused_until timestamptz,
  add column last_used_at timestamptz,
  add column changed_at timestamptz not null default now();
comment on column integrations.credentials.expires_at is 'End of the token, as the outside system told at the last check.';
comment on column integrations.credentials.expiration_date is 'End of the token, as a person declared it.';
comment on column integrations.credentials.disabled_at is 'Since when it is not used.';
comment on column integrations.credentials.disabled_code is 'Why: by_person, address_changed, or the code with which the outside system refused it.';
comment on column integrations.credentials.deleted_at is 'When it was deleted; its sealed values went with it, the row stays to be shown.';
comment on column integrations.credentials.paused_until is 'Not used before this time, because the outside system asked for it (429).';
comment on column integrations.credentials.last_used_at is 'When a task last took it; the one used longest ago is taken next.';
comment on column integrations.credentials.changed_at is 'When its secret was last entered.';
update integrations.credentials set changed_at = created_at;
