import type { Announcement } from '../../../domain/announcement.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/**
 * Tells the outgoing webhooks of something, in the caller's transaction: either both the change and its announcement are
 * kept, or neither. Each endpoint that is switched on and wants this type of event gets one delivery; without such an
 * endpoint nothing is written. Rooms below get it from the composition root.
 */
export async function announce(tx: Queryable, event: Announcement): Promise<void> {
  await tx.execute(
    `with wanting as (
       select id from operations.webhook_endpoints where disabled_at is null and $1 = any (events)
     ), event as (
       insert into operations.webhook_events (type, data)
       select $1, $2::jsonb where exists (select from wanting)
       returning id
     )
     insert into operations.webhook_deliveries (endpoint_id, event_id)
     select wanting.id, event.id from wanting, event order by wanting.id`,
    [event.type, JSON.stringify(event.data)],
  );
}
