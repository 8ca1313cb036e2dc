alter table inbox.webhooks add column broken_since timestamptz;
comment on column inbox.webhooks.broken_since is 'Since when it could not be set up as it is wanted; null: it could.';
update inbox.webhooks set broken_since = now() where error_code is not null;

-- Whoever sees an integration may know it; the rest of the room is of nobody who sees some rows only.
create function inbox.webhook_broken_since(integration bigint) returns timestamptz
language sql stable security definer set search_path = pg_catalog as $$
  select min(w.broken_since) from inbox.webhooks w
   where w.integration_id = integration and w.wanted and not w.superseded and w.error_code is not null
$$;
comment on function inbox.webhook_broken_since(bigint) is 'Since when a webhook that is wanted could not be set up; null: all work, or there is none.';
