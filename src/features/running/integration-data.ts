import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/integration-data.ts';

/** What was said of deployments and images of an integration goes with it. Goes after the records themselves. */
export function runningData(db: Database): IntegrationData {
  return {
    room: 'Verdicts on what runs',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select (select count(*) from running.verdicts where integration_id = $1 or registry_id = $1)
              + (select count(*) from running.fixes where integration_id = $1 or registry_id = $1 or sonarqube_id = $1) as n`,
        [integrationId],
      );
      return n;
    },
    async purge(tx, integrationId, limit) {
      await tx.execute('delete from running.freshness where integration_id = $1', [integrationId]);
      const fixes = await tx.execute(
        `delete from running.fixes where ctid = any (array(
           select ctid from running.fixes where integration_id = $1 or registry_id = $1 or sonarqube_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
        [integrationId, limit],
      );
      if (fixes >= limit) return fixes;
      const verdicts = await tx.execute(
        `delete from running.verdicts where ctid = any (array(
           select ctid from running.verdicts where integration_id = $1 or registry_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
        [integrationId, limit - fixes],
      );
      return fixes + verdicts;
    },
  };
}
