-- What an address that was not understood left behind: user names and passwords are taken out.
create function pg_temp.redacted_evidence(given text) returns text language sql immutable as $$
  select regexp_replace(
           regexp_replace(given, '(//|:/)[^/?#[:space:]]*@', '\1', 'g'),
           '(^|[[:space:]"])[^[:space:]/:@"]+:[^[:space:]/@"]+@(?!sha(256|512):)', '\1', 'g')
$$;

update policy.results
   set evidence = pg_temp.redacted_evidence(evidence::text)::jsonb, message = pg_temp.redacted_evidence(message)
 where position('@' in concat(evidence::text, message)) > 0;

update policy.mapping_rules set repository_url = pg_temp.redacted_evidence(repository_url), repository_key = pg_temp.redacted_evidence(repository_key)
 where position('@' in concat(repository_url, repository_key)) > 0;
