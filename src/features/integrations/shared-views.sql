create view shared.integrations as
select id, name, kind, state, created_at, server_id, settings ->> 'url' as url,
       coalesce(nullif(settings ->> 'publicUrl', ''), settings ->> 'url') as public_url, settings -> 'requireSignature' as require_signature
  from integrations.integrations;
comment on view shared.integrations is 'Every integration, those being deleted included.';
comment on column shared.integrations.public_url is 'Where people reach it.';
comment on column shared.integrations.require_signature is 'Of a registry: jsonb true where only signed claims count.';
