-- What an address that was not understood left behind: user names and passwords are taken out.
create function pg_temp.redacted_record(given text) returns text language sql immutable as $$
  select regexp_replace(
           regexp_replace(given, '(//|:/)[^/?#[:space:]]*@', '\1', 'g'),
           '(^|[[:space:]"])[^[:space:]/:@"]+:[^[:space:]/@"]+@(?!sha(256|512):)', '\1', 'g')
$$;

update ingestion.set_aside set redacted_text = pg_temp.redacted_record(redacted_text), reason = pg_temp.redacted_record(reason)
 where position('@' in concat(redacted_text, reason)) > 0;
