import type { Json } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { AuditEvent } from '../contract.ts';

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

export async function insertAuditEvent(tx: Queryable, event: NewAuditEvent): Promise<void> {
  await tx.execute(
    `insert into access.audit_events (actor_kind, actor_name, user_id, token_id, action, object_kind, object_id,
       object_name, details, remote_address, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
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

interface AuditRow extends Omit<AuditEvent, 'at'> {
  at: Date;
}

/** Newest first; every filter may be undefined. */
export async function listAuditEvents(
  db: Queryable,
  filter: {
    action?: string | undefined;
    actor?: string | undefined;
    objectKind?: string | undefined;
    objectId?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    before?: number | undefined;
    limit: number;
  },
): Promise<AuditEvent[]> {
  const rows = await db.query<AuditRow>(
    `select id, at, actor_kind as "actorKind", actor_name as "actorName", action, object_kind as "objectKind",
            object_id as "objectId", object_name as "objectName", details, remote_address as "remoteAddress",
            request_id as "requestId"
       from access.audit_events
      where ($1::text is null or starts_with(action, $1))
        and ($2::text is null or position(lower($2) in lower(actor_name)) > 0)
        and ($3::text is null or object_kind = $3)
        and ($4::text is null or object_id = $4)
        and ($5::timestamptz is null or at >= $5)
        and ($6::timestamptz is null or at < $6)
        and ($7::bigint is null or id < $7)
      order by id desc
      limit $8`,
    [
      filter.action,
      filter.actor,
      filter.objectKind,
      filter.objectId,
      filter.from,
      filter.to,
      filter.before,
      filter.limit,
    ],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
