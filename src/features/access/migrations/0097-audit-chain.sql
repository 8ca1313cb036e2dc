-- Each row of the audit trail is chained to the one before it by a hash, so that a change behind the hub's back is found.

create table access.audit_chain (
  sequence bigint primary key check (sequence > 0),
  event_id bigint not null unique,
  previous_hash bytea not null,
  hash bytea not null
);
comment on table access.audit_chain is 'Where each row of the audit trail stands in it, and a hash over the row and all before it.';
comment on column access.audit_chain.sequence is 'Place in the trail, without gaps, in the order of commits.';
comment on column access.audit_chain.event_id is 'The row; it stays here when somebody removes that one.';
comment on column access.audit_chain.previous_hash is 'Hash of the row before it; of the first 32 zero bytes.';
comment on column access.audit_chain.hash is 'SHA-256 over the place, every field of the row and the hash before it.';

create table access.audit_head (
  only_row boolean primary key default true check (only_row),
  sequence bigint not null,
  hash bytea not null,
  removed_sequence bigint not null default 0,
  removed_hash bytea not null,
  removed_at timestamptz
);
comment on table access.audit_head is 'Where the chain of the audit trail ends, and where it begins since retention removed what was older.';
comment on column access.audit_head.only_row is 'There is one.';
comment on column access.audit_head.sequence is 'Place of the newest row; 0 before the first.';
comment on column access.audit_head.hash is 'Its hash.';
comment on column access.audit_head.removed_sequence is 'Place of the last row that retention removed; 0: none.';
comment on column access.audit_head.removed_hash is 'Its hash, which the first row that is left goes on from.';
comment on column access.audit_head.removed_at is 'When retention last removed any.';

-- A process of an older version would write rows that nobody chains: it waits, and then its rows are told as inserted.
lock table access.audit_events in share row exclusive mode;

do $$
declare
  event access.audit_events;
  place bigint := 0;
  before bytea := decode(repeat('00', 32), 'hex');
  own bytea;
begin
  for event in select * from access.audit_events order by id loop
    place := place + 1;
    select sha256(convert_to('plumbline audit 1' || E'\n' ||
             string_agg(coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-') || E'\n', '' order by nr), 'UTF8'))
      into own
      from unnest(array[
        place::text, event.id::text, to_char(event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), event.actor_kind,
        event.actor_name, event.user_id::text, event.token_id::text, event.action, event.object_kind, event.object_id,
        event.object_name, event.details::text, event.remote_address, event.request_id, encode(before, 'hex')
      ]) with ordinality as given (field, nr);
    insert into access.audit_chain values (place, event.id, before, own);
    before := own;
  end loop;
  insert into access.audit_head (sequence, hash, removed_hash) values (place, before, decode(repeat('00', 32), 'hex'));
end $$;
