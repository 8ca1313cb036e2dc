import type { Json } from '../../connectors/contract.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { redactFields } from '../../platform/telemetry/index.ts';
import type { AuditEvent } from './contract.ts';
import type { Actor } from './route.ts';
import { insertAuditEvent, listAuditEvents } from './store/audit.ts';

/** Who did it: a caller of the API, or a part of the hub that acts by itself. */
export type AuditActor = Actor | { kind: 'system'; name: string };

export interface AuditObject {
  /** e.g. `integration`. */
  kind: string;
  id?: number | string | null;
  name?: string | null;
}

/** Adds a row to the audit trail in the transaction of the change, so that neither is without the other. */
export async function audit(
  tx: Queryable,
  actor: AuditActor,
  action: string,
  object: AuditObject,
  details: { [key: string]: Json } = {},
): Promise<void> {
  await insertAuditEvent(tx, {
    actorKind: actor.kind,
    actorName: actor.name,
    userId: actor.kind === 'system' ? null : actor.userId,
    tokenId: actor.kind === 'system' ? null : actor.tokenId,
    action,
    objectKind: object.kind,
    objectId: object.id == null ? null : String(object.id),
    objectName: object.name ?? null,
    // A net below the rule that callers pass no secrets, not a licence to try.
    details: redactFields(details) as { [key: string]: Json },
    remoteAddress: actor.kind === 'system' ? null : (actor.origin?.remoteAddress ?? null),
    requestId: actor.kind === 'system' ? null : (actor.origin?.requestId ?? null),
  });
}

export interface AuditFilter {
  action?: string | undefined;
  actor?: string | undefined;
  objectKind?: string | undefined;
  objectId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  before?: number | undefined;
  limit: number;
}

/** A page of the trail, newest first. */
export async function auditTrail(
  db: Queryable,
  filter: AuditFilter,
): Promise<{ events: AuditEvent[]; nextBefore: number | null }> {
  const rows = await listAuditEvents(db, { ...filter, limit: filter.limit + 1 });
  const events = rows.slice(0, filter.limit);
  return { events, nextBefore: rows.length > filter.limit ? (events.at(-1)?.id ?? null) : null };
}
