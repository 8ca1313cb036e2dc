import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Deployments that were read from a removed integration. Those that pipelines reported are of none. */
export function deploymentsData(db: Database): IntegrationData {
  return {
    room: 'Deployments',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        'select count(*) as n from deployments.deployments where integration_id = $1',
        [integrationId],
      );
      return n;
    },
    async purge(tx, integrationId, limit) {
      const removed = await tx.execute(
        `delete from deployments.deployments where ctid = any (array(
           select ctid from deployments.deployments where integration_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
        [integrationId, limit],
      );
      if (removed === 0) await tx.execute('delete from deployments.places where integration_id = $1', [integrationId]);
      return removed;
    },
  };
}
