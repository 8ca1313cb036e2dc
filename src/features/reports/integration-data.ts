import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Reports on a server, and those of the projects of a SonarQube integration; what lies on the server stays there. */
export function reportsData(db: Database): IntegrationData {
  return {
    room: 'Reports on pull requests',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        'select count(*) as n from reports.reports where integration_id = $1 or sonarqube_id = $1',
        [integrationId],
      );
      return n;
    },
    async purge(tx, integrationId, limit) {
      await tx.execute('delete from reports.merge_looks where integration_id = $1', [integrationId]);
      await tx.execute('delete from reports.comments where integration_id = $1', [integrationId]);
      await tx.execute(
        `delete from reports.companion_verdicts where project_id in (select id from shared.projects where integration_id = $1)
            or pull_request_id in (select id from shared.pull_requests where integration_id = $1)`,
        [integrationId],
      );
      return tx.execute(
        `delete from reports.reports where ctid = any (array(
           select ctid from reports.reports where integration_id = $1 or sonarqube_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
        [integrationId, limit],
      );
    },
  };
}
