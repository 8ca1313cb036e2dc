import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Children before parents; bindings of a SonarQube integration, too. */
const steps = [
  { table: 'user_tokens', of: 'integration_id' },
  { table: 'bulk_imports', of: 'integration_id' },
  { table: 'bulk_imports', of: 'sonarqube_id' },
  { table: 'imports', of: 'integration_id' },
  { table: 'imports', of: 'sonarqube_id' },
  { table: 'bindings', of: 'sonarqube_id' },
  { table: 'pull_requests', of: 'integration_id' },
  { table: 'repositories', of: 'integration_id' },
] as const;

/** Removes about `limit` rows of an integration; returns how many went, 0 when none is left. */
async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  for (const { table, of } of steps) {
    const removed = await tx.execute(
      `delete from repositories.${table} where ctid = any (array(select ctid from repositories.${table} where ${of} = $1 limit $2 /* any: all of them go, batch by batch */))`,
      [integrationId, limit],
    );
    if (removed > 0) return removed;
  }
  return 0;
}

/** Repositories, their pull requests, and which projects are of them. */
export function repositoriesData(db: Database): IntegrationData {
  return {
    room: 'Repositories, pull requests and bindings',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select (select count(*) from repositories.bindings where sonarqube_id = $1)
              + (select count(*) from repositories.pull_requests where integration_id = $1)
              + (select count(*) from repositories.repositories where integration_id = $1) as n`,
        [integrationId],
      );
      return n;
    },
    purge,
  };
}
