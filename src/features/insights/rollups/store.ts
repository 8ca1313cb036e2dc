import { advisoryLocks, type Tx } from '../../../platform/database/index.ts';
import { forgetDailyChanges, takeDailyChanges } from '../../code-quality/index.ts';
import { movingProjects } from './stages.ts';

/** One process at a time changes the roll-ups: two would wait for each other's rows in different orders. */
export async function lockRollups(tx: Tx): Promise<void> {
  await tx.execute("set local lock_timeout = '60s'");
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.rollups]);
}

export const key = 'branch_class, counting, class, state, axis, raw_level, asset_type';

/** Days are kept by part, too; what there is now is the same in each. */
export const dailyKey = `day, ${key}, part`;
export const sums = ['opened', 'closed', 'joined', 'left_out'];
const summed = sums.map((name) => `sum(${name})::int`).join(', ');
export const someSum = sums.map((name) => `sum(${name}) <> 0`).join(' or ');

/** Takes up to `limit` pending changes, the oldest first, and adds them up. Returns how many. */
export async function moveChanges(tx: Tx, limit: number): Promise<number> {
  const row = await tx.one<{ taken: number; steps: [number, string][]; projects: number[] }>(
    `with taken as (
       ${takeDailyChanges('$1', '$2', `project_id, ${dailyKey}, ${sums.join(', ')}`)}),
     counted as (select * from taken where branch_class <> 'pull_request'),
     daily as (
       insert into insights.node_daily as n (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
       select 'organization', 0, ${dailyKey}, ${summed} from counted
       group by ${dailyKey} having ${someSum}
       order by ${dailyKey}
       on conflict (node_kind, node_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
       do update set ${sums.map((name) => `${name} = n.${name} + excluded.${name}`).join(', ')}),
     daily_of_nodes as (
       insert into insights.node_daily as n (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
       select 'tree_node', h.node_id, ${dailyKey}, ${summed} from counted join insights.node_projects h using (project_id)
       group by h.node_id, ${dailyKey} having ${someSum}
       order by h.node_id, ${dailyKey}
       on conflict (node_kind, node_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
       do update set ${sums.map((name) => `${name} = n.${name} + excluded.${name}`).join(', ')}),
     of_projects as materialized (
       -- Left out by the sum: what a condition leaves is taken for little, and sorted.
       select project_id, ${key}, sum(case when part = 'all' then opened - closed else 0 end)::int as present
       from counted group by project_id, ${key}),
     changed as (
       select 'project' as node_kind, project_id as node_id, ${key}, present from of_projects
       union all
       select 'organization', 0, ${key}, sum(present)::int from of_projects group by ${key}
       union all
       select 'tree_node', h.node_id, ${key}, sum(present)::int
       from of_projects join insights.node_projects h using (project_id) group by h.node_id, ${key}),
     totals as (
       insert into insights.present as p (node_kind, node_id, ${key}, present)
       select node_kind, node_id, ${key}, present from changed where present <> 0
       order by node_kind, node_id, ${key}
       on conflict (node_kind, node_id, counting, branch_class, class, state, axis, raw_level, asset_type)
       do update set present = p.present + excluded.present),
     steps as (
       select coalesce(jsonb_agg(distinct jsonb_build_array(project_id, day)), '[]') as places
       from taken where class = 'hotspot' and counting = 'server' and closed <> 0),
     touched as (
       select coalesce(array_agg(distinct project_id), '{}') as projects from counted where class in ('vulnerability', 'hotspot'))
     select (select count(*) from taken) as taken, (select places from steps) as steps, (select projects from touched) as projects`,
    [limit, await movingProjects(tx)],
  );
  await gatherLevels(tx, row.projects);
  await countConversions(tx, row.steps);
  return row.taken;
}

const gathered = `
  select node_id as project_id, branch_class, counting, class, state, asset_type, sum(present)::int as total,
         jsonb_object_agg(axis || ' ' || raw_level, present) as levels
  from insights.present where node_kind = 'project' and class in ('vulnerability', 'hotspot') and counting <> 'both' and present <> 0`;

const gatheredColumns = 'project_id, branch_class, counting, class, state, asset_type, total, levels';

/** Makes the one-row form of some projects anew. */
async function gatherLevels(tx: Tx, projects: readonly number[]): Promise<void> {
  if (projects.length === 0) return;
  await tx.execute('delete from insights.project_levels where project_id = any($1)', [projects]);
  await tx.execute(
    `insert into insights.project_levels (${gatheredColumns})
     ${gathered} and node_id = any($1) group by 1, 2, 3, 4, 5, 6 order by 3, 4, 5, 2, 1, 6`,
    [projects],
  );
}

const conversions = `
  select f.project_id, case when b.is_main then 'main' else 'branch' end as branch_class,
         (past.to_at at time zone 'UTC')::date as day, count(*) as findings
  from shared.hotspot_conversions past
  join shared.findings f on f.id = past.finding_id
  join shared.branches b on b.id = f.branch_id
  where b.kind = 'branch'`;

/** Counts anew how many hotspots of a project became vulnerabilities on days on which some of them ended. */
async function countConversions(tx: Tx, places: readonly [project: number, day: string][]): Promise<void> {
  if (places.length === 0) return;
  const values = [places.map(([project]) => project), places.map(([, day]) => day)];
  await tx.execute(
    `delete from insights.hotspots_became_vulnerabilities h
     using unnest($1::bigint[], $2::date[]) as place (project_id, day)
     where h.project_id = place.project_id and h.day = place.day`,
    values,
  );
  await tx.execute(
    `insert into insights.hotspots_became_vulnerabilities (project_id, branch_class, day, findings)
     ${conversions}
       and past.to_at >= (select min(day) from unnest($2::date[]) day)::timestamp at time zone 'UTC'
       and past.to_at < (select max(day) + 1 from unnest($2::date[]) day)::timestamp at time zone 'UTC'
       and (f.project_id, (past.to_at at time zone 'UTC')::date) in (select * from unnest($1::bigint[], $2::date[]))
     group by 1, 2, 3 order by 1, 2, 3`,
    values,
  );
}

export async function deleteEverything(tx: Tx): Promise<void> {
  await forgetDailyChanges(tx);
  await tx.execute('delete from insights.moving_projects');
  await tx.execute('delete from insights.node_projects');
  await tx.execute('delete from insights.node_daily');
  await tx.execute('delete from insights.present');
  await tx.execute('delete from insights.project_levels');
  await tx.execute('delete from insights.hotspots_became_vulnerabilities');
}

/** Which projects nodes are counted with: those that they hold now. */
export async function insertHeld(tx: Tx): Promise<void> {
  await tx.execute(
    'insert into insights.node_projects (node_id, project_id) select node_id, project_id from shared.node_projects order by 1, 2',
  );
}

export async function insertDays(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into insights.node_daily (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
     select 'tree_node', h.node_id, ${dailyKey}, ${summed}
     from shared.project_daily d join insights.node_projects h using (project_id) where branch_class <> 'pull_request'
     group by h.node_id, ${dailyKey} having ${someSum} order by h.node_id, ${dailyKey}`,
  );
  await tx.execute(
    `insert into insights.node_daily (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
     select 'organization', 0, ${dailyKey}, ${summed}
     from shared.project_daily where branch_class <> 'pull_request'
     group by ${dailyKey} having ${someSum} order by ${dailyKey}`,
  );
  await tx.execute(
    `insert into insights.present (node_kind, node_id, ${key}, present)
     select 'project', project_id, ${key}, sum(opened - closed)::int
     from shared.project_daily where branch_class <> 'pull_request' and part = 'all'
     group by project_id, ${key} having sum(opened - closed) <> 0 order by project_id, ${key}`,
  );
  await tx.execute(
    `insert into insights.present (node_kind, node_id, ${key}, present)
     select 'organization', 0, ${key}, sum(present)::int from insights.present where node_kind = 'project'
     group by ${key} having sum(present) <> 0 order by ${key}`,
  );
  await tx.execute(
    `insert into insights.present (node_kind, node_id, ${key}, present)
     select 'tree_node', h.node_id, ${key}, sum(present)::int
     from insights.present p join insights.node_projects h on p.node_kind = 'project' and h.project_id = p.node_id
     group by h.node_id, ${key} having sum(present) <> 0 order by h.node_id, ${key}`,
  );
  await tx.execute(
    `insert into insights.project_levels (${gatheredColumns}) ${gathered} group by 1, 2, 3, 4, 5, 6 order by 3, 4, 5, 2, 1, 6`,
  );
  await tx.execute(
    `insert into insights.hotspots_became_vulnerabilities (project_id, branch_class, day, findings)
     ${conversions} group by 1, 2, 3 order by 1, 2, 3`,
  );
}

/** Rows of the organization that differ from the sum over its projects, pending changes included. */
export async function countDailyDifferences(tx: Tx): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `select count(*) as n from (
       select ${dailyKey} from (
         select ${dailyKey}, ${sums.join(', ')} from insights.node_daily where node_kind = 'organization'
         union all
         select ${dailyKey}, ${sums.join(', ')} from shared.daily_changes where branch_class <> 'pull_request'
         union all
         select ${dailyKey}, ${sums.map((name) => `-${name}`).join(', ')} from shared.project_daily where branch_class <> 'pull_request') entry
       group by ${dailyKey} having ${someSum}) different`,
  );
  return row.n;
}

export async function countPresentDifferences(tx: Tx): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `select count(*) as n from (
       select node_kind, node_id, ${key} from (
         select node_kind, node_id, ${key}, present from insights.present where node_kind in ('project', 'organization')
         union all
         select 'project', project_id, ${key}, opened - closed from shared.daily_changes where branch_class <> 'pull_request' and part = 'all'
         union all
         select 'organization', 0, ${key}, opened - closed from shared.daily_changes where branch_class <> 'pull_request' and part = 'all'
         union all
         select 'project', project_id, ${key}, closed - opened from shared.project_daily where branch_class <> 'pull_request' and part = 'all'
         union all
         select 'organization', 0, ${key}, closed - opened from shared.project_daily where branch_class <> 'pull_request' and part = 'all') entry
       group by node_kind, node_id, ${key} having sum(present) <> 0) different`,
  );
  return row.n;
}

/** Rows of the one-row form that differ from the rows it was gathered from. */
export async function countLevelDifferences(tx: Tx): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `select count(*) as n from (
       (select ${gatheredColumns} from insights.project_levels except all select ${gatheredColumns} from (${gathered} group by 1, 2, 3, 4, 5, 6) g)
       union all
       (select ${gatheredColumns} from (${gathered} group by 1, 2, 3, 4, 5, 6) g except all select ${gatheredColumns} from insights.project_levels)) d`,
  );
  return row.n;
}
