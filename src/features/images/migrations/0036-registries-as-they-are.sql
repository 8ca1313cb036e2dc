-- A sparse index names platforms that the registry does not have: the others are read all the same.
alter table images.images add column absent_platforms text[] not null default '{}';
comment on column images.images.absent_platforms is 'Platforms that the index names and the registry does not have.';

-- Addresses that were not understood were kept with the user name and password in them (`scm:git:https://user:password@…`).
-- Every image is read again, as far as a tag points to it; what is left of earlier readings is cleaned here. Takes out what
-- stands between slashes, or a word with a colon, and an `@`.
create function pg_temp.redacted(given text) returns text language sql immutable as $$
  select regexp_replace(
           regexp_replace(given, '(//|:/)[^/?#[:space:]]*@', '\1', 'g'),
           '(^|[[:space:]"])[^[:space:]/:@"]+:[^[:space:]/@"]+@(?!sha(256|512):)', '\1', 'g')
$$;

update images.claims
   set source = pg_temp.redacted(source), repository_key = pg_temp.redacted(repository_key), revision = pg_temp.redacted(revision),
       ref = pg_temp.redacted(ref), subdir = pg_temp.redacted(subdir), predicate_type = pg_temp.redacted(predicate_type),
       build_type = pg_temp.redacted(build_type), builder_id = pg_temp.redacted(builder_id), detail = pg_temp.redacted(detail)
 where position('@' in concat(source, repository_key, revision, ref, subdir, predicate_type, build_type, builder_id, detail)) > 0;

update images.platforms
   set repository_key = pg_temp.redacted(repository_key), repository_url = pg_temp.redacted(repository_url), ref = pg_temp.redacted(ref),
       subdir = pg_temp.redacted(subdir)
 where position('@' in concat(repository_key, repository_url, ref, subdir)) > 0;

update images.images set problem_message = pg_temp.redacted(problem_message) where position('@' in problem_message) > 0;
