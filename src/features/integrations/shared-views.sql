create view shared.integrations as
select id, name, kind, state, created_at, server_id, settings ->> 'url' as url,
       coalesce(nullif(settings ->> 'publicUrl', ''), settings ->> 'url') as public_url, settings -> 'requireSignature' as require_signature
  from integrations.integrations;
comment on view shared.integrations is 'Every integration, those being deleted included.';
comment on column shared.integrations.public_url is 'Where people reach it.';
comment on column shared.integrations.require_signature is 'Of a registry: jsonb true where only signed claims count.';

create view shared.removed_integrations as
select integration_id, name, kind, created_at, removed_at from integrations.removed
union all
select id, name, kind, created_at, null from integrations.integrations where state = 'deleting';
comment on view shared.removed_integrations is 'Integrations whose rows are gone, or are being removed: what was said of these before cannot be told any more.';
comment on column shared.removed_integrations.removed_at is 'Null: they are being removed.';
