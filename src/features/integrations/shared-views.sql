create view shared.integrations as
select id, name, kind, state, created_at, server_id, settings ->> 'url' as url, settings -> 'requireSignature' as require_signature
  from integrations.integrations;
comment on view shared.integrations is 'Every integration, those being deleted included.';
comment on column shared.integrations.require_signature is 'Of a registry: jsonb true where only signed claims count.';
