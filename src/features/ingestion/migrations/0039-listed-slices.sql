alter table ingestion.slices add column listed boolean not null default true;
comment on column ingestion.slices.listed is 'False when the last discovery did not list it: deleted, renamed, closed to the token or out of the scope.';
