import { settlePlaces } from '../../src/features/deployments/deployed/places.ts';
import type { Database } from '../../src/platform/database/index.ts';
import type { CrowdSizes } from './trace-crowd.ts';

/** Of each repository there are so many findings on the main branch of each of its projects. */
const findingsPerProject = 12;

/**
 * What running has to know beside the crowd of the trace: that everything is read, of whom things are, what is found in
 * projects, and what waivers let pass. One project in eight is not proven to be read.
 */
export async function layRunningGround(db: Database, { pullRequests }: CrowdSizes): Promise<void> {
  for (const statement of ground) await db.execute(statement);
  await db.execute(findings, [findingsPerProject, pullRequests * 2]);
  await db.execute('analyze');
}

/** Everything of the crowd as publishes leave it: claims with what they name, conditions of gates, and what runs in each place. */
export async function settleCrowd(db: Database): Promise<void> {
  await db.execute('update images.claims set revision = commit where revision is null');
  await db.execute(
    `update deployments.deployments set environment_type = 'production' where environment_name = 'prod' and environment_type is null`,
  );
  await db.execute(conditions);
  const places = await db.query<{ id: number }>('select id from deployments.places');
  await db.transaction((tx) =>
    settlePlaces(
      tx,
      places.map(({ id }) => id),
    ),
  );
}

const ground = [
  `insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) select id, now() + interval '1 hour', 900 from integrations.integrations`,
  // The mirror has not been read for long.
  `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
   select id, 'full_sync', 'success', 'test', at, at from integrations.integrations
    cross join lateral (select now() - case name when 'mirror' then interval '1 day' else interval '1 minute' end as at) t`,
  `insert into code_quality.metrics (integration_id, source_key, name, type) values (1, 'coverage', 'Coverage', 'PERCENT'), (1, 'violations', 'Issues', 'INT')`,
  `insert into deployments.levels (integration_id, slice, organization, project) values (3, 'project:pay/app', 'pay', 'app')`,
  `insert into deployments.services (integration_id, level_id, source_key, row_hash, name, tags)
   select 3, l.id, 'app-' || r.source_key, gen_random_uuid(), 'app-' || r.source_key, '{}'
     from deployments.levels l cross join repositories.repositories r order by r.id`,
  `insert into teams.org_trees (name, levels, filters, automatic, created_by, deleted_at)
   values ('Teams', '{}', '[]', false, 'test', null), ('Old teams', '{}', '[]', false, 'test', now())`,
  `insert into teams.tree_periods (tree_id, name, levels, filters, automatic, valid_to) select id, name, levels, filters, automatic, deleted_at from teams.org_trees`,
  `insert into teams.nodes (tree_id, key) select t.id, 'team ' || n from teams.org_trees t cross join generate_series(1, 9) n order by t.id, n`,
  `insert into teams.node_periods (node_id, tree_id, name, leaf, depth, valid_to)
   select n.id, n.tree_id, case when ended then 'Formerly ' else '' end || n.key, true, 0, case when ended then now() end
     from teams.nodes n cross join (values (true), (false)) as v (ended) order by n.id`,
  // Of a third of all apps the service is a team's, of another third the image, of all the projects; of some it was another's.
  `insert into teams.team_things (team_id, thing, thing_id, valid_to)
   select n.id, 'service', s.id, case when s.id % 5 = 4 then now() end from teams.nodes n join deployments.services s on s.id % 9 = n.id % 9 and s.id % 3 = 0
   union all
   select n.id, 'service', s.id, null from teams.nodes n join deployments.services s on s.id % 8 = n.id % 8 and s.id % 6 = 0
   union all
   select n.id, 'image', i.id, null from teams.nodes n join images.repositories i on i.id % 7 = n.id % 9 and i.id % 3 = 1
   on conflict do nothing`,
  `insert into teams.team_projects (team_id, project_id, valid_to)
   select n.id, p.id, case when p.id % 7 = 3 then now() end from teams.nodes n join code_quality.projects p on p.id % 9 = n.id % 9`,
  `insert into ingestion.bookmarks (integration_id, slice, stream, scope, value, hash_version)
   select 1, 'project:' || p.source_key, 'issues', b.source_key,
          jsonb_build_object('analyzedAt', to_char(case when p.id % 11 = 5 then timestamptz '2026-01-02' else timestamptz '2030-01-01' end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), 1
     from code_quality.projects p join code_quality.branches b on b.project_id = p.id and b.kind = 'branch' where p.id % 8 <> 3`,
  `insert into policy.waivers (policy, registry_id, repository_id, reason, author, valid_from, expires_at, ended_at)
   select 'sonarqube-quality-gates', integration_id, id, 'known', 'Ada', now() - interval '2 days', case when id % 3 = 0 then now() - interval '1 day' else now() + interval '1 day' end,
          case when id % 5 = 0 then now() - interval '1 hour' end
     from images.repositories where id % 4 = 1`,
];

/** $1 so many of each project, $2 minutes over which they were found. Open, fixed, accepted, false, gone; some of them no vulnerability. */
const findings = `
  insert into code_quality.findings (integration_id, project_id, branch_id, opened_at, updated_at, period_from, period_to, closed_at, deleted_at, row_hash, kind,
         class, axis, raw_level, state, counted_state, asset_type, source_key, message, status, issue_status)
  select 1, p.id, b.id, opened, opened, opened, ended, case when how = 'fixed' then ended end, case when how = 'gone' then ended end, gen_random_uuid(), 'issue',
         case when n % 6 = 5 then 'bug' else 'vulnerability' end, 'impact', (array['BLOCKER', 'HIGH', 'MEDIUM', 'LOW', 'INFO'])[1 + (n + p.id) % 5],
         case how when 'gone' then 'open' else how end, case how when 'accepted' then how when 'false_positive' then how else 'open' end, 'repository',
         'finding-' || p.id || '-' || n, 'Found', 'OPEN', case how when 'fixed' then 'FIXED' when 'accepted' then 'ACCEPTED' when 'false_positive' then 'FALSE_POSITIVE' else 'OPEN' end
    from code_quality.projects p join code_quality.branches b on b.project_id = p.id and b.kind = 'branch'
   cross join generate_series(0, $1::integer - 1) n
   cross join lateral (select timestamptz '2026-01-01' + ((p.id * 37 + n * 101) % $2::bigint) * interval '1 minute' as opened,
                              (array['open', 'fixed', 'open', 'accepted', 'fixed', 'gone', 'false_positive'])[1 + (n * 3 + p.id) % 7] as how) o
   cross join lateral (select case when how in ('fixed', 'gone') then opened + ((p.id * 13 + n * 29) % $2::bigint) * interval '1 minute' end as ended) e
   order by p.id, n`;

const conditions = `
  insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
  select a.id, m.id, case m.source_key when 'coverage' then 'LT' else 'GT' end, '80', (a.id % 80)::text,
         case when a.gate_status = 'ERROR' and (m.source_key = 'coverage' or a.id % 3 = 0) then 'ERROR' else 'OK' end
    from code_quality.analyses a join code_quality.metrics m on m.integration_id = a.integration_id
   where a.scope = 'branch' and not exists (select from code_quality.gate_conditions c where c.analysis_id = a.id) order by a.id, m.id`;
