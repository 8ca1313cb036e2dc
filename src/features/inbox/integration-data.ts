import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Children before parents; what the server sent goes with its webhook. */
const tables = ['webhooks', 'secrets', 'seen', 'refusals'] as const;

async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  const deliveries = await tx.execute(
    `delete from inbox.deliveries where (received_at, id) in (
       select received_at, id from inbox.deliveries where integration_id = $1 order by id limit $2)`,
    [integrationId, limit],
  );
  if (deliveries > 0) return deliveries;
  let removed = 0;
  for (const table of tables) {
    removed += await tx.execute(`delete from inbox.${table} where integration_id = $1`, [integrationId]);
  }
  return removed;
}

/** Deliveries, secrets and what is known of webhooks on the server. */
export function inboxData(db: Database): IntegrationData {
  return {
    room: 'Deliveries',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        'select count(*) as n from inbox.deliveries where integration_id = $1',
        [integrationId],
      );
      return n;
    },
    purge,
  };
}
