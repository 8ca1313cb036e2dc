import type { Json } from '../../connectors/contract.ts';
import type { Tx } from '../../platform/database/index.ts';
import { redactFields } from '../../platform/telemetry/index.ts';
import { chainAtTheEnd } from './audit-trail/append.ts';
import type { Actor } from './route.ts';
import { insertAuditEvent } from './audit-trail/store.ts';

/** Who did it: a caller of the API, or a part of the hub that acts by itself. */
export type AuditActor = Actor | { kind: 'system'; name: string };

export interface AuditObject {
  /** e.g. `integration`. */
  kind: string;
  id?: number | string | null;
  name?: string | null;
}

/**
 * Adds a row to the audit trail in the transaction of the change, so that neither is without the other. At the end of the
 * transaction it is chained to the row before it.
 */
export async function audit(
  tx: Tx,
  actor: AuditActor,
  action: string,
  object: AuditObject,
  details: { [key: string]: Json } = {},
): Promise<void> {
  const event = await insertAuditEvent(tx, {
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
  chainAtTheEnd(tx, event);
}
