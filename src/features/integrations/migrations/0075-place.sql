-- An outside system that the hub cannot reach is read from where it can be reached.
alter table integrations.integrations add column place text collate "C" not null default 'hub' check (place in ('hub', 'satellite'));
comment on column integrations.integrations.place is 'Where it is read from: by the hub, or by satellites whose key names it. Of the latter the hub has no secrets.';
