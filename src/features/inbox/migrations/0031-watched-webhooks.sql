alter table inbox.webhooks add column watch_at timestamptz not null default now(), add column watch_failures int not null default 0;
comment on column inbox.webhooks.watch_at is 'When the server is asked next what it sent.';
comment on column inbox.webhooks.watch_failures is 'How often in a row it could not be asked.';
create index sent_of_delivery on inbox.sent (delivery_id);
