import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Children before parents; stages, commits and deployments of an execution go with it. */
const steps = [
  'deployments',
  'places',
  'stage_outcomes',
  'executions',
  'pipelines',
  'services',
  'environments',
  'levels',
  'projects',
  'organizations',
] as const;

/** Removes about `limit` rows of an integration; returns how many went, 0 when none is left. */
async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  for (const table of steps) {
    const removed = await tx.execute(
      `delete from deployments.${table} where ctid = any (array(select ctid from deployments.${table} where integration_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
      [integrationId, limit],
    );
    if (removed > 0) return removed;
  }
  return 0;
}

/** What was read from a removed integration, and what pipelines reported of its services. */
export function deploymentsData(db: Database): IntegrationData {
  return {
    room: 'Pipelines, executions and deployments',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select ${steps.map((table) => `(select count(*) from deployments.${table} where integration_id = $1)`).join(' + ')} as n`,
        [integrationId],
      );
      return n;
    },
    purge,
  };
}
