import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/integration-data.ts';
import { evaluateNow, type EvaluationOptions } from './evaluate.ts';

/**
 * Verdicts. With a registry go those on its images; with a SonarQube integration none goes, but those that rest on it are
 * made anew: its analyses must be gone by then, so these rows go after those of projects, and before those of images.
 */
export function policyData(db: Database, announce: EvaluationOptions['announce']): IntegrationData {
  return {
    room: 'Verdicts on images',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>('select count(*) as n from policy.results where registry_id = $1', [
        integrationId,
      ]);
      return n;
    },
    async purge(tx, integrationId, limit) {
      await tx.execute('delete from policy.noted_integrations where integration_id = $1', [integrationId]);
      for (const table of ['results', 'waivers', 'environment_images'] as const) {
        const removed = await deleteSome(tx, table, integrationId, limit);
        if (removed > 0) return removed;
      }
      const resting = await tx.query<{ id: number }>(
        `select distinct r.image_id as id from policy.result_projects p join policy.results r on r.id = p.result_id
           join shared.images i on i.id = r.image_id
          where p.integration_id = $1 and r.valid_to is null order by 1 limit $2`,
        [integrationId, Math.min(limit, 250)],
      );
      const ids = resting.map((row) => row.id);
      return ids.length === 0 ? 0 : (await evaluateNow({ db, announce }, tx, ids)).changed;
    },
  };
}

async function deleteSome(tx: Tx, table: string, integrationId: number, limit: number): Promise<number> {
  return tx.execute(
    `delete from policy.${table} where ctid = any (array(select ctid from policy.${table} where registry_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
    [integrationId, limit],
  );
}
