import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/integration-data.ts';
import { recount } from './projects/duplicates.ts';

/** Rows per statement; past periods, impacts and tags go with their finding. */
const byProject = (table: string): string =>
  `delete from code_quality.${table} where ctid = any (array(
     select t.ctid from code_quality.${table} t join code_quality.projects p on p.id = t.project_id where p.integration_id = $1 limit $2 /* any: all of them go, batch by batch */))`;
const byIntegration = (table: string): string =>
  `delete from code_quality.${table} where ctid = any (array(select ctid from code_quality.${table} where integration_id = $1 limit $2 /* any: all of them go, batch by batch */))`;

/** The roll-ups of other rooms go down with the days they were made of. */
const purgeDaily = `
  with gone as (${byProject('project_daily')} returning *),
  changed as (insert into code_quality.changed_projects (project_id) select distinct project_id from gone)
  insert into code_quality.daily_changes (project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
  select project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, -opened, -closed, -joined, -left_out from gone`;

const purgeFindings = `
  with gone as (${byIntegration('findings')} returning project_id),
  changed as (insert into code_quality.changed_projects (project_id) select distinct project_id from gone)
  select from gone`;

/** Children before parents; numbers go before the lists behind them. */
const steps: readonly string[] = [
  purgeDaily,
  byProject('daily_known'),
  purgeFindings,
  byProject('measures'),
  byProject('new_code_values'),
  byIntegration('analyses'),
  byProject('paths'),
  byIntegration('branches'),
  byIntegration('companions'),
  byIntegration('projects'),
  ...['rules', 'authors', 'tags', 'metrics', 'quality_gates', 'counting_modes'].map(byIntegration),
];

/** Removes about `limit` rows of an integration; returns how many went, 0 when none is left. */
async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  // Before the first row goes: with the integration nobody knows any more which others are of its server.
  await recount(tx, integrationId);
  for (const step of steps) {
    const removed = await tx.execute(step, [integrationId, limit]);
    if (removed > 0) return removed;
  }
  return 0;
}

/** Projects and everything that belongs to them. */
export function codeQualityData(db: Database): IntegrationData {
  return {
    room: 'Projects, findings and measures',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select (select count(*) from code_quality.findings where integration_id = $1)
              + (select count(*) from code_quality.measures m join code_quality.projects p on p.id = m.project_id where p.integration_id = $1)
              + (select count(*) from code_quality.analyses where integration_id = $1)
              + (select count(*) from code_quality.projects where integration_id = $1) as n`,
        [integrationId],
      );
      return n;
    },
    purge,
  };
}
