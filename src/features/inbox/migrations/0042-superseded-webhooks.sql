alter table inbox.webhooks add column superseded boolean not null default false;
comment on column inbox.webhooks.superseded is 'It goes once the webhooks that are wanted instead of it work.';
