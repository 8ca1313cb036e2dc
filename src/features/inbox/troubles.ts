import type { Queryable } from '../../platform/database/index.ts';

export interface InboxTrouble {
  integration: { id: number; name: string };
  /** Deliveries that could not be dealt with: as many as the list of failed ones shows. */
  failedDeliveries: number;
  firstFailedAt: Date | null;
  /** Webhooks of the hub’s own that the server refused, or that are not as they were set up: as many as the page calls failed. */
  failedWebhooks: number;
  webhooksSince: Date | null;
}

/** Integrations whose inbox shows something that failed, by name. */
export function inboxTroubles(db: Queryable): Promise<InboxTrouble[]> {
  return db.query(
    `with failed as (
       select integration_id as id, count(*) as deliveries, min(received_at) as at from inbox.deliveries where state = 'failed' group by 1),
     broken as (
       select integration_id as id, count(*) as webhooks, min(created_at) as at from inbox.webhooks
        where error_code is not null and busy_until <= now() group by 1)
     select jsonb_build_object('id', i.id, 'name', i.name) as integration, coalesce(f.deliveries, 0) as "failedDeliveries",
            f.at as "firstFailedAt", coalesce(b.webhooks, 0) as "failedWebhooks", b.at as "webhooksSince"
       from shared.integrations i left join failed f on f.id = i.id left join broken b on b.id = i.id
      where i.state <> 'deleting' and (f.id is not null or b.id is not null) order by lower(i.name), i.id`,
  );
}
