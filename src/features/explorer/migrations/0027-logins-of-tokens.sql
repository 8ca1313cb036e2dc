-- No reference: the rooms keep their tables apart. A login whose token is gone is revoked by the sweep.
alter table explorer.analysts add column token_id bigint;
comment on column explorer.analysts.token_id is 'The API token it was made with, and is revoked with; null: a person or the local token made it.';
