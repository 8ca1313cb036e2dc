alter table access.api_tokens add column only_for text collate "C" check (only_for in ('deployments'));
comment on column access.api_tokens.only_for is 'The one thing it is for; null: for all that its role may.';
