import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** What satellites may do with it, and what they found out. */
export function satellitesData(db: Database): IntegrationData {
  return {
    room: 'Satellites',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        'select count(*) as n from satellites.key_integrations where integration_id = $1',
        [integrationId],
      );
      return n;
    },
    async purge(tx, integrationId) {
      const checks = await tx.execute('delete from satellites.checks where integration_id = $1', [integrationId]);
      const keys = await tx.execute('delete from satellites.key_integrations where integration_id = $1', [
        integrationId,
      ]);
      return checks + keys;
    },
  };
}
