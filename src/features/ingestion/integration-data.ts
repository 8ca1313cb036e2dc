import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Tables with rows of an integration, children before parents. Tasks take completeness and set-aside rows with them. */
const tables = [
  'audits',
  'delivered',
  'bookmarks',
  'sync_wants',
  'held_absences',
  'rows_gone',
  'slices',
  'cursors',
  'schedules',
  'health_changes',
  'health',
] as const;

/** Removes up to `limit` rows of an integration; returns how many went, 0 when none is left. */
async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  const tasks = await tx.execute(
    `with doomed as (select id from ingestion.tasks where integration_id = $1 order by id limit $2),
          unstaged as (delete from ingestion.stage where task_id in (select id from doomed)),
          unsaid as (delete from ingestion.staged_events where task_id in (select id from doomed))
     delete from ingestion.tasks where id in (select id from doomed)`,
    [integrationId, limit],
  );
  if (tasks > 0) return tasks;
  let removed = 0;
  for (const table of tables)
    removed += await tx.execute(`delete from ingestion.${table} where integration_id = $1`, [integrationId]);
  return removed + (await tx.execute('delete from ingestion.runs where integration_id = $1', [integrationId]));
}

/** Runs and everything that belongs to them. */
export function ingestionData(db: Database): IntegrationData {
  return {
    room: 'Runs',
    async count(integrationId) {
      return (
        await db.one<{ n: number }>('select count(*) as n from ingestion.runs where integration_id = $1', [
          integrationId,
        ])
      ).n;
    },
    purge,
  };
}
