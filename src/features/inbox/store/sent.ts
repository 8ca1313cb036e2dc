import type { SentDelivery } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';

export type Found = 'received' | 'recovered' | 'missing';

/** Ids of deliveries that were compared before and are not missing. */
export async function knownSent(db: Queryable, webhookId: number): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ remote_id: string }>(
    `select remote_id from inbox.sent where webhook_id = $1 and found <> 'missing'`,
    [webhookId],
  );
  return new Set(rows.map((row) => row.remote_id));
}

export async function noteSent(
  tx: Queryable,
  webhookId: number,
  sent: SentDelivery,
  { found, deliveryId }: { found: Found; deliveryId: number | null },
): Promise<void> {
  await tx.execute(
    `insert into inbox.sent (webhook_id, remote_id, at, success, http_status, duration_ms, reference, about, delivery_id, found)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (webhook_id, remote_id) do update set delivery_id = excluded.delivery_id, found = excluded.found`,
    [
      webhookId,
      sent.id,
      sent.at,
      sent.success,
      sent.httpStatus,
      sent.durationMs,
      sent.reference,
      sent.about,
      deliveryId,
      found,
    ],
  );
}

export interface SentRow {
  id: string;
  webhookId: number;
  at: Date;
  success: boolean;
  httpStatus: number | null;
  durationMs: number | null;
  about: string | null;
  found: Found;
  deliveryId: number | null;
}

/** The server's deliveries of all webhooks of an integration, newest first. */
export function listSent(db: Queryable, integrationId: number, limit: number): Promise<SentRow[]> {
  return db.query(
    `select s.remote_id as id, s.webhook_id as "webhookId", s.at, s.success, s.http_status as "httpStatus",
            s.duration_ms as "durationMs", s.about, s.found, s.delivery_id as "deliveryId"
       from inbox.sent s join inbox.webhooks w on w.id = s.webhook_id
      where w.integration_id = $1 order by s.at desc, s.remote_id limit $2`,
    [integrationId, limit],
  );
}
