import type { Database } from '../../src/platform/database/index.ts';

/**
 * What runs and what is said of it, joined in SQL over schema `data` and written without a look at how the hub derives it:
 * one row of `truth.running` each. What no view says (which repositories a registry is read for, up to when the issues of a
 * branch are proven to be read, whose images are) is asked of the tables.
 */
export async function layTrueRunning(db: Database): Promise<void> {
  await db.execute('drop schema if exists truth cascade');
  await db.execute('create schema truth');
  for (const statement of statements) await db.execute(statement);
}

const place = 'd.integration_id, d.service_scope, d.service, d.environment_scope, d.environment, d.infrastructure';
const later = 'd.effective_at desc, coalesce(d.started_at, d.effective_at) desc, d.deployment_key desc, d.id desc';
const samePlace = `(${place}) is not distinct from (r.integration_id, r.service_scope, r.service, r.environment_scope, r.environment, r.infrastructure)`;
/** The worst word of a list, by its place in the list. */
const worst = (words: string, value: string): string =>
  `(array[${words}])[min(array_position(array[${words}], ${value}))]`;
const reasons = `'GATE_FAILED', 'REVISION_AMBIGUOUS', 'NO_ANALYSIS', 'GATE_NOT_COMPUTED', 'GATE_WARN', 'GATES_PASSED'`;
const certainties = `'declared', 'inferred', 'stated', 'signed'`;

const statements = [
  `create table truth.runs as
   select d.* from (select d.*, row_number() over (partition by ${place} order by ${later}) as n
     from data.deployments d where d.status = 'succeeded' and not d.rolled_back and not d.takes_back) d where d.n = 1`,
  // What happened in its place since it took effect.
  `create table truth.doubts as
   select r.id, max(case when d.takes_back and d.status in ('failed', 'aborted', 'unknown') then 5
       when d.rolled_back or (d.started_at is null and d.source = 'harness') then 0
       when d.takes_back then case d.status when 'running' then 1 else 0 end
       when d.status = 'failed' then 4 when d.status = 'unknown' then 3 when d.status = 'aborted' then 2 when d.status = 'running' then 1 else 0 end) as worst
     from truth.runs r join data.deployments d on d.service = r.service and d.effective_at >= r.effective_at and d.id <> r.id and ${samePlace} group by r.id`,
  `create table truth.put as select from_id as deployment_id, to_id as image_id, certainty, note, count(*) over (partition by from_id) as images
     from data.trace_links where kind = 'deployed'`,
  'create index on truth.put (deployment_id)',
  `create table truth.candidates as
   select row_number() over () as id, c.* from (
     select r.id as deployment_id, null::bigint as entry_id, r.service_name as service, r.environment_name as environment, r.environment_type, r.infrastructure,
            r.integration_id, s.id as service_id, r.image as reference, r.image_digest as named_digest, case when r.source = 'pushed' then r.commit end as told_commit,
            (array['in_progress', 'aborted', 'unknown', 'failed', 'rollback_failed'])[d.worst] as doubt, r.effective_at as since,
            p.image_id, coalesce(p.images, 0) as images, case when p.image_id is not null then p.certainty when r.source = 'pushed' and r.commit is not null then 'declared' end as certainty,
            coalesce(p.note, '') as note
       from truth.runs r left join truth.doubts d on d.id = r.id left join truth.put p on p.deployment_id = r.id
       left join data.harness_services s on s.integration_id = r.integration_id and s.identifier = r.service
            and concat_ws('/', s.organization, s.project) = coalesce(r.service_scope, '')
     union all
     select null, e.id, i.repository, e.environment, null, null, null, null, e.reference, i.digest, null, null, e.valid_from, e.image_id, 1, 'declared', ''
       from data.policy_environment_images e join data.images i on i.id = e.image_id where e.is_current) c`,
  // The verdict of the policy, with the commits and analyses behind it.
  `create table truth.judged as
   select r.image_id, r.status, r.reason, array(
            select distinct p.evidence -> 'claim' ->> 'commit' from data.policy_results p
             where p.image_id = r.image_id and p.platform_digest is not null and p.is_current and p.evidence -> 'claim' ->> 'commit' is not null) as commits
     from data.policy_results r where r.platform_digest is null and r.is_current`,
  `create table truth.origins as select from_id as image_id, array_agg(to_key order by to_key) as commits, array_agg(certainty) as certainties
     from data.trace_links where kind = 'built_from' group by 1`,
  // Where the policy says nothing, the gate of the one commit does.
  `create table truth.asked as
   select c.id, case when c.image_id is null then c.told_commit when cardinality(o.commits) = 1 then o.commits[1] end as commit
     from truth.candidates c left join truth.judged j on j.image_id = c.image_id left join truth.origins o on o.image_id = c.image_id where j.image_id is null`,
  `create table truth.found as
   with wanted as (select distinct commit from truth.asked where commit is not null),
   meant as (
     select w.commit, a.id from wanted w join data.sonarqube_analyses a on a.revision = w.commit where length(w.commit) >= 40
     union all
     select w.commit, a.id from (select * from wanted where length(commit) < 40) w join data.sonarqube_analyses a on starts_with(a.revision, w.commit))
   select m.commit, a.*, b.is_main, greatest(a.analyzed_at, a.changed_at) as spoken
     from meant m join data.sonarqube_analyses a on a.id = m.id and a.deleted_at is null and a.scope <> 'companion'
     join data.sonarqube_branches b on b.id = a.branch_id`,
  `create table truth.counted as
   select distinct on (commit, project_id) f.*, case gate_status when 'ERROR' then 'GATE_FAILED' when 'WARN' then 'GATE_WARN' when 'OK' then 'GATES_PASSED' else 'GATE_NOT_COMPUTED' end as reason
     from truth.found f where (select count(distinct o.revision) from truth.found o where o.commit = f.commit) = 1
    order by commit, project_id, array_position(array['branch', 'pull_request'], f.scope), is_main desc, spoken desc, id desc`,
  'create index on truth.counted (commit)',
  'analyze truth.found, truth.counted',
  `create table truth.gated as
   select w.commit, case when exists (select from truth.counted c where c.commit = w.commit) then (select ${worst(reasons, 'c.reason')} from truth.counted c where c.commit = w.commit)
                         when exists (select from truth.found f where f.commit = w.commit) then 'REVISION_AMBIGUOUS' else 'NO_ANALYSIS' end as reason
     from (select distinct commit from truth.asked where commit is not null) w`,
  `create table truth.said as
   select c.id, 'policy' as by, j.status, j.reason, j.commits from truth.candidates c join truth.judged j on j.image_id = c.image_id
   union all
   select a.id, 'gate', case g.reason when 'GATE_FAILED' then 'failed' when 'GATES_PASSED' then 'passed' when 'GATE_WARN' then 'passed' else 'no_data' end, g.reason, array[g.commit]
     from truth.asked a join truth.gated g on g.commit = a.commit`,
  `create table truth.projects as
   select distinct c.id, p.project_id, p.integration_id, p.analysis_id, p.status from truth.candidates c
     join data.policy_results r on r.image_id = c.image_id and r.is_current join data.policy_result_projects p on p.result_id = r.id
    where exists (select from truth.said s where s.id = c.id and s.by = 'policy')
   union
   select a.id, k.project_id, k.integration_id, k.id, case when k.reason = 'GATE_FAILED' then 'failed' else 'passed' end from truth.asked a join truth.counted k on k.commit = a.commit`,
  'create index on truth.projects (id)',
  // Vulnerabilities that were there when it was analysed: open still, or fixed later. Nothing is known of what is not proven to be read.
  `create table truth.open as
   select a.id as analysis_id, count(f.id) filter (where f.mapped_severity = 'critical') as critical, count(f.id) filter (where f.mapped_severity = 'high') as high,
          count(f.id) filter (where f.mapped_severity = 'medium') as medium, count(f.id) filter (where f.mapped_severity = 'low') as low,
          min(f.created_at) filter (where f.mapped_severity = 'critical') as first_at
     from (select distinct analysis_id from truth.projects) w join data.sonarqube_analyses a on a.id = w.analysis_id and a.scope = 'branch'
     join shared.branch_readings r on r.branch_id = a.branch_id and r.issues_of >= a.analyzed_at
     left join data.sonarqube_issues f on f.branch_id = a.branch_id and f.class = 'vulnerability' and f.created_at <= a.analyzed_at
          and (f.is_open or f.issue_status = 'FIXED' and f.closed_at > a.analyzed_at)
    group by a.id`,
  `create table truth.owned as
   select 1 as rank, s.service_id as thing, t.team_id, t.name from data.team_services s join data.teams t on t.team_id = s.team_id where s.is_current and t.is_current
   union all
   select 3, p.project_id, t.team_id, t.name from data.team_projects p join data.teams t on t.team_id = p.team_id where p.is_current and t.is_current
   union all
   select 2, i.thing_id, t.team_id, t.name from teams.team_things i join data.teams t on t.team_id = i.team_id where i.thing = 'image' and i.valid_to is null and t.is_current`,
  `delete from truth.owned o using data.teams t where t.team_id = o.team_id and exists (select from data.org_trees x where x.tree_id = t.tree_id and x.deleted_at is not null)`,
  `create table truth.read as
   select i.id, max(r.finished_at) as at, coalesce(max(r.finished_at) < now() - interval '45 minutes', true) as stale
     from integrations.integrations i left join data.runs r on r.integration_id = i.id and r.status = 'success' and r.kind <> 'aggregation' group by i.id`,
  'analyze',
  `create table truth.running as
   with known as (
     select c.*, s.by, s.status, s.reason as said_reason, s.commits as said_commits, o.commits as origin_commits, o.certainties as origin_certainties,
            i.integration_id as registry_id, i.repository, i.digest, q.id as repository_id, p.*
       from truth.candidates c
       left join truth.said s using (id)
       left join truth.origins o on o.image_id = c.image_id
       left join data.images i on i.id = c.image_id
       left join images.repositories q on q.integration_id = i.integration_id and q.source_key = i.repository
      cross join lateral (
        select count(*) as projects, bool_and(n.analysis_id is not null) as all_known, sum(n.critical)::integer as critical, sum(n.high)::integer as high,
               sum(n.medium)::integer as medium, sum(n.low)::integer as low, min(n.first_at) as first_at,
               min(a.changed_at) filter (where t.status = 'failed') as failed_at, max(greatest(a.analyzed_at, a.changed_at)) as newest_at,
               array_agg(distinct t.integration_id) as project_integrations, array_agg(distinct t.project_id) as project_ids, array_agg(distinct t.analysis_id) as analyses
          from truth.projects t join data.sonarqube_analyses a on a.id = t.analysis_id left join truth.open n on n.analysis_id = t.analysis_id where t.id = c.id) p),
   sure as (
     select k.id, ${worst(certainties, 'x.certainty')} as certainty from known k
      cross join lateral (select k.certainty union all select unnest(k.origin_certainties) where k.image_id is not null
                          union all select 'stated' where k.projects > 0) x where k.image_id is not null or k.by is not null group by k.id),
   verdicts as (
     select k.*, case when k.by is null and k.image_id is null then 'no_verdict' when k.by is null then 'no_verdict' when k.status = 'failed' then 'failed'
                      when k.status <> 'passed' or k.images > 1 or k.note = 'tag_moved' or k.doubt is not null then 'no_verdict' else 'passed' end as plain_verdict,
            case when k.by is null and k.image_id is null then
                   case when k.reference is null and k.named_digest is null then 'trace_names_no_artifact'
                        when k.reference is not null and not exists (select from images.repositories r
                               where r.source_key = regexp_replace(regexp_replace(k.reference, '^[^/]*[.:][^/]*/', ''), ':[^/]*$', '')) then 'trace_registry_not_connected'
                        when k.named_digest is null then 'trace_tag_unknown_then' else 'trace_image_not_read' end
                 when k.by is null then 'running_not_judged'
                 when k.status <> 'passed' then k.said_reason
                 when k.images > 1 then 'trace_image_ambiguous' when k.note = 'tag_moved' then 'trace_tag_moved' when k.doubt is not null then 'running_in_doubt'
                 else k.said_reason end as plain_reason,
            coalesce(k.said_commits, k.origin_commits, '{}') as commits
       from known k)
   select v.id, v.deployment_id, v.entry_id as environment_image_id, v.service, v.environment, v.environment_type, v.infrastructure, v.integration_id, v.image_id, v.registry_id,
          v.repository, coalesce(v.digest, v.named_digest) as digest, v.reference, case when cardinality(v.commits) = 1 then v.commits[1] end as commit,
          case when v.plain_verdict = 'passed' and a.stale then 'no_verdict' else v.plain_verdict end as verdict,
          case when v.plain_verdict = 'passed' and a.stale then 'running_stale' else v.plain_reason end as reason, v.by as said_by,
          v.plain_verdict = 'failed' and v.by = 'policy' and exists (
            select from data.policy_waivers w where w.in_force and w.integration_id = v.registry_id and w.repository = v.repository
               and (w.image_id is null or w.image_id = v.image_id)) as is_waived,
          array(select concat_ws(' ', c.metric_key, c.operator, c.threshold, c.actual_value, c.status) from data.sonarqube_quality_gate_conditions c
                 where c.analysis_id = any (v.analyses) and c.status in ('ERROR', 'WARN') order by 1) as failing,
          v.since as runs_since, case when v.plain_verdict = 'failed' then greatest(v.since, v.failed_at) end as failing_since,
          case when v.all_known then v.critical end as critical, case when v.all_known then v.high end as high, case when v.all_known then v.medium end as medium,
          case when v.all_known then v.low end as low, case when v.all_known and v.first_at is not null then greatest(v.first_at, v.since) end as criticals_since,
          coalesce(t.ids, '{}') as team_ids, coalesce(t.names, '{}') as teams, s.certainty, v.doubt, greatest(v.since, v.newest_at) as newest_fact_at,
          a.read_at, coalesce(a.stale, false) as is_stale
     from verdicts v left join sure s using (id)
    cross join lateral (select case when bool_and(r.at is not null) then min(r.at) end as read_at, bool_or(r.stale) as stale from truth.read r
       where r.id = v.integration_id or r.id = v.registry_id or r.id = any (v.project_integrations)) a
     left join lateral (
       select array_agg(o.team_id order by o.name, o.team_id) as ids, array_agg(o.name order by o.name, o.team_id) as names
         from (select distinct team_id, name, rank, min(rank) over () as first from truth.owned
                where rank = 1 and thing = v.service_id or rank = 2 and thing = v.repository_id or rank = 3 and thing = any (v.project_ids)) o
        where o.rank = o.first) t on true`,
];

const compared = `deployment_id, environment_image_id, service, environment, environment_type, infrastructure, integration_id, image_id, registry_id, repository, digest,
  reference, commit, verdict, reason, said_by, is_waived, runs_since, failing_since, critical, high, medium, low, criticals_since, team_ids, teams, certainty, doubt,
  newest_fact_at, read_at, is_stale`;
const theirs = `select ${compared}, array(select concat_ws(' ', c ->> 'metric', c ->> 'operator', c ->> 'threshold', c ->> 'actualValue', c ->> 'status')
    from jsonb_array_elements(failing_conditions) c order by 1) as failing from data.running_verdicts`;
const ours = `select ${compared}, failing from truth.running`;

/** Rows of `data.running_verdicts` that should not be, and those that are not there. */
export async function wrongRunning(db: Database): Promise<{ said: unknown[]; unsaid: unknown[] }> {
  const without = (left: string, right: string): Promise<unknown[]> =>
    db.query(`(${left}) except all (${right}) order by 1, 2, 8 limit 5`);
  return { said: await without(theirs, ours), unsaid: await without(ours, theirs) };
}

const state = `case when is_waived then 'waived' when reason = 'running_stale' then 'stale' else verdict end`;
const iso = (value: string): string => `to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Rows of the join as the answers of the hub are compared with them. */
export async function trueAnswers(db: Database, where: string): Promise<unknown[]> {
  const rows = await db.query<{ row: unknown }>(
    `select jsonb_build_array(deployment_id, service, environment, image_id, state, verdict, reason, said_by, certainty, doubt, commit, digest, ${iso('runs_since')},
              ${iso('failing_since')}, ${iso('newest_fact_at')}, ${iso('read_at')}, is_stale,
              case when critical is not null then jsonb_build_array(critical, high, medium, low) end,
              ${iso('criticals_since')}, to_jsonb(team_ids), to_jsonb(failing)) as row
       from (select *, ${state} as state from truth.running) r where ${where}`,
  );
  return rows.map(({ row }) => row);
}

/** What the answers of the hub count. */
export async function trueCounts(db: Database): Promise<unknown> {
  const { counts } = await db.one<{ counts: unknown }>(
    `with r as (select *, ${state} as state from truth.running),
     production as (
       select distinct on (p.analysis_id) o.critical, r.criticals_since from r join truth.projects p using (id) join truth.open o using (analysis_id)
        where r.environment_type = 'production' and r.critical > 0 and o.critical > 0 order by p.analysis_id, r.criticals_since)
     select jsonb_build_object('total', count(*), 'failed', count(*) filter (where state = 'failed'), 'stale', count(*) filter (where state = 'stale'),
              'noVerdict', count(*) filter (where state = 'no_verdict'), 'waived', count(*) filter (where state = 'waived'),
              'passed', count(*) filter (where state = 'passed'), 'failingServices', count(distinct service) filter (where state = 'failed'),
              'failingImages', count(distinct coalesce(image_id::text, 'deployment ' || deployment_id)) filter (where state = 'failed'),
              'withCriticals', count(*) filter (where critical > 0), 'criticalsInProduction', coalesce((select sum(critical) from production), 0),
              'criticalsSince', (select ${iso('min(criticals_since)')} from production)) as counts
       from r`,
  );
  return counts;
}
