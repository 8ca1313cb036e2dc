alter table images.claims add column commit text collate "C";
comment on column images.claims.commit is 'The commit that the revision names, or its beginning, in lower case; null where it names none.';
update images.claims set commit = substring(lower(revision) from '^\s*([0-9a-f]{7,40}|[0-9a-f]{64})(?:[-+.]dirty)?\s*$') where revision is not null;
create index on images.claims (commit) where commit is not null;
create index on images.claims (repository_key) where repository_key is not null;
