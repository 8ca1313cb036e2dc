import type { Json } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { UnchainedEvent } from './append.ts';
import type { AuditEvent } from './contract.ts';
import { hashedFields } from './hash.ts';

interface NewAuditEvent {
  actorKind: string;
  actorName: string;
  userId: number | null;
  tokenId: number | null;
  action: string;
  objectKind: string;
  objectId: string | null;
  objectName: string | null;
  details: { [key: string]: Json };
  remoteAddress: string | null;
  requestId: string | null;
}

export function insertAuditEvent(tx: Queryable, event: NewAuditEvent): Promise<UnchainedEvent> {
  return tx.one<UnchainedEvent>(
    `insert into access.audit_events as e (actor_kind, actor_name, user_id, token_id, action, object_kind, object_id,
       object_name, details, remote_address, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning e.id, ${hashedFields} as fields`,
    [
      event.actorKind,
      event.actorName,
      event.userId,
      event.tokenId,
      event.action,
      event.objectKind,
      event.objectId,
      event.objectName,
      JSON.stringify(event.details),
      event.remoteAddress,
      event.requestId,
    ],
  );
}

export interface AuditFilter {
  action?: string | undefined;
  actor?: string | undefined;
  objectKind?: string | undefined;
  objectId?: string | undefined;
  search?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

interface AuditRow extends Omit<AuditEvent, 'at'> {
  at: Date;
}

/** Newest first, those before a row; every filter may be undefined. */
export async function listAuditEvents(
  db: Queryable,
  filter: AuditFilter,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<AuditEvent[]> {
  const rows = await db.query<AuditRow>(
    `select e.id, e.at, e.actor_kind as "actorKind", e.actor_name as "actorName", e.action, e.object_kind as "objectKind",
            e.object_id as "objectId", e.object_name as "objectName", e.details, e.remote_address as "remoteAddress",
            e.request_id as "requestId", c.sequence, encode(c.hash, 'hex') as hash
       from access.audit_events e left join access.audit_chain c on c.event_id = e.id
      where ($1::text is null or starts_with(e.action, $1))
        and ($2::text is null or position(lower($2) in lower(e.actor_name)) > 0)
        and ($3::text is null or e.object_kind = $3)
        and ($4::text is null or e.object_id = $4)
        and ($5::timestamptz is null or e.at >= $5)
        and ($6::timestamptz is null or e.at < $6)
        and ($7::bigint is null or e.id < $7)
        and ($8::text is null or position(lower($8) in lower(concat_ws(E'\\n', e.action, e.actor_name, e.object_kind, e.object_id,
              e.object_name, e.remote_address, e.request_id, e.details::text))) > 0)
      order by e.id desc
      limit $9`,
    [
      filter.action,
      filter.actor,
      filter.objectKind,
      filter.objectId,
      filter.from,
      filter.to,
      before,
      filter.search === '' ? undefined : filter.search,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Each found by the index behind the one before: there are few, and rows of each may be many. */
export async function kindsOfObjects(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ kind: string }>(
    `with recursive kinds as (
       (select object_kind as kind from access.audit_events order by object_kind limit 1)
       union all
       select next.kind from kinds cross join lateral (
         select e.object_kind as kind from access.audit_events e where e.object_kind > kinds.kind order by e.object_kind limit 1) next
     ) select kind from kinds`,
  );
  return rows.map(({ kind }) => kind);
}
