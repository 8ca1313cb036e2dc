create view shared.trace_links as
select l.owner, l.owner_id, l.kind, l.from_id, l.to_id, l.to_key, l.certainty, l.note, l.integration_id, l.seen_at, l.valid_from, l.valid_to
  from trace.links l;
comment on view shared.trace_links is 'Links of the trace, each as one record says it.';
