alter table access.api_tokens add column made_with_id bigint references access.api_tokens (id) on delete cascade;
create index on access.api_tokens (made_with_id);
comment on column access.api_tokens.made_with_id is 'The API token it was made with, and is revoked with; null: a person or the local token made it.';
