import type { Database } from '../../src/platform/database/index.ts';

/**
 * Every link that should be, joined in SQL over schema `data` and written without a look at how the index makes them. What
 * no view says (by which host references name a registry, and since when a repository in it is read) is in `truth.places`.
 */
export async function layTrueLinks(db: Database, hosts: Readonly<Record<number, string>>): Promise<void> {
  await db.execute('drop schema if exists truth cascade');
  await db.execute('create schema truth');
  await db.execute('create table truth.places (integration_id bigint, host text, repository text, since timestamptz)');
  await db.execute(
    `insert into truth.places select r.integration_id, h.value, r.source_key, r.first_seen_at
       from images.repositories r join jsonb_each_text($1::jsonb) h on h.key::bigint = r.integration_id`,
    [JSON.stringify(hosts)],
  );
  for (const statement of statements) await db.execute(statement);
}

/** A reference in its parts: a host has a dot or a port, a tag stands behind the last colon, without one it is latest. */
const parts = (reference: string): string => `
  cross join lateral (select case when ${reference} ~ '^[^/]*[.:][^/]*/' then split_part(${reference}, '/', 1) end as host) h
  cross join lateral (select case when h.host is null then ${reference} else substr(${reference}, length(h.host) + 2) end as path) p
  cross join lateral (select regexp_replace(p.path, ':[^/]*$', '') as repository, coalesce(substring(p.path from ':([^/]*)$'), 'latest') as tag) r`;

const fits = (image: string): string =>
  `(n.host is null or n.host = ${image}.host) and n.repository = ${image}.repository`;

const statements = [
  `create table truth.images as
   select i.*, p.host from data.images i join truth.places p on p.integration_id = i.integration_id and p.repository = i.repository`,
  'create index on truth.images (digest)',
  'create index on truth.images (id)',
  `create table truth.tags as
   select t.*, p.host from data.image_tags t join truth.places p on p.integration_id = t.integration_id and p.repository = t.repository`,
  'create index on truth.tags (repository, name)',
  `create table truth.named as
   select 'deployment' as owner, d.id as owner_id, d.id as mention, h.host, case when d.image is not null then r.repository end as repository,
          case when d.image is not null and d.image_digest is null then r.tag end as tag, d.image_digest as digest,
          coalesce(d.started_at, d.effective_at) as since, greatest(coalesce(d.started_at, d.effective_at), coalesce(d.ended_at, d.effective_at)) as until,
          true as over
     from data.deployments d ${parts('d.image')} where d.image is not null or d.image_digest is not null
   union all
   select 'execution', e.id, a.id, h.host, r.repository, case when a.digest is null then r.tag end, a.digest,
          coalesce(e.started_at, e.created_at, e.ended_at, e.first_seen_at),
          coalesce(e.ended_at, e.started_at, e.created_at, e.first_seen_at) + interval '15 minutes', e.ended_at is not null
     from data.harness_executions e join data.harness_execution_artifacts a on a.execution_id = e.id and a.direction = 'out' and (a.tag is not null or a.digest is not null)
     cross join lateral (select a.image || coalesce(':' || a.tag, '') as whole) w ${parts('w.whole')}`,
  'analyze truth.images, truth.tags, truth.named',
  // By digest: the named place before any other, the image itself before those that hold it as a platform.
  `create table truth.meant as
   with found as (
     select n.owner, n.owner_id, n.mention, i.id as image_id, case when n.repository is null or (${fits('i')}) then 1 else 2 end as level
       from truth.named n join truth.images i on i.digest = n.digest
     union all
     select n.owner, n.owner_id, n.mention, i.id, case when ${fits('i')} then 3 else 4 end
       from truth.named n join data.image_platforms p on p.digest = n.digest join truth.images i on i.id = p.image_id),
   best as (select *, min(level) over (partition by owner, mention) as least from found)
   select distinct owner, owner_id, mention, image_id, case when level > 1 then 'inferred' end as certainty,
          case level when 1 then null when 2 then 'digest_elsewhere' else 'platform_digest' end as note
     from best where level = least
   union
   select n.owner, n.owner_id, n.mention, t.image_id, 'inferred', case when t.valid_to <= n.until then 'tag_moved' end
     from truth.named n join truth.tags t on t.repository = n.repository and t.name = n.tag and (n.host is null or n.host = t.host)
    where n.owner = 'deployment' and t.valid_from <= n.since and coalesce(t.valid_to, 'infinity') > n.since
   union
   (with come as (
      select n.mention, n.owner_id, t.image_id, t.valid_from >= n.since and t.valid_from <= n.until as fresh,
             t.valid_from <= n.until and coalesce(t.valid_to, 'infinity') > n.until as held
        from truth.named n join truth.tags t on t.repository = n.repository and t.name = n.tag and (n.host is null or n.host = t.host)
       where n.owner = 'execution' and n.over),
    counted as (select mention, owner_id, count(distinct image_id) filter (where fresh) as n from come group by 1, 2)
    select 'execution', c.owner_id, c.mention, c.image_id, 'inferred', case when k.n > 1 then 'several_periods' end
      from come c join counted k using (mention, owner_id) where c.fresh or (k.n = 0 and c.held))`,
  // Moment by moment in which something may have changed: who ran then is who succeeded last and was not taken back by then.
  `create table truth.successes as
   select id, concat_ws('|', coalesce(integration_id::text, '-'), coalesce(service_scope, '-'), service, coalesce(environment_scope, '-'), environment, coalesce(infrastructure, '-')) as place,
          effective_at as at, coalesce(started_at, effective_at) as begun, deployment_key, case when rolled_back then greatest(effective_at, coalesce(rolled_back_at, effective_at)) end as back
     from data.deployments where status = 'succeeded' and not takes_back`,
  'create index on truth.successes (place, at)',
  `create table truth.periods as
   with moments as (select place, at from truth.successes union select place, back from truth.successes where back is not null),
   ran as (
     select m.place, m.at, lead(m.at) over (partition by m.place order by m.at) as until, (array_agg(s.id order by s.at desc, s.begun desc, s.deployment_key desc, s.id desc) filter (where s.id is not null))[1] as id
       from moments m left join truth.successes s on s.place = m.place and s.at <= m.at and (s.back is null or s.back > m.at) group by m.place, m.at),
   begun as (select *, coalesce(lag(id) over (partition by place order by at), 0) <> coalesce(id, 0) as begins from ran),
   counted as (select *, sum(begins::int) over (partition by place order by at) as stretch from begun)
   select id as deployment_id, min(at) as from_at, case when bool_or(until is null) then null else max(until) end as to_at
     from counted where id is not null group by place, stretch, id`,
  'create index on truth.meant (owner, owner_id)',
  `create table truth.links (id bigint generated always as identity primary key, kind text collate "C", from_station text, from_id bigint, to_station text,
     to_id bigint, to_key text collate "C", certainty text, note text, integration_id bigint, stream text, record text, seen_at timestamptz,
     valid_from timestamptz, valid_to timestamptz)`,
  `insert into truth.links (kind, from_station, from_id, to_station, to_id, to_key, certainty, note, integration_id, stream, record, seen_at, valid_from, valid_to)
   select 'head', 'pull_request', p.id, 'commit', null::bigint, h.commit, 'stated', null::text, p.integration_id, 'pull_requests', r.project || '/' || r.slug || '#' || p.number,
          h.valid_from, h.valid_from, case when h.valid_to is null then p.deleted_at else h.valid_to end
     from data.bitbucket_pull_request_heads h join data.bitbucket_pull_requests p on p.id = h.pull_request_id join data.bitbucket_repositories r on r.id = p.repository_id
   union all
   select 'merge', 'pull_request', p.id, 'commit', null, p.merge_commit, 'stated', null, p.integration_id, 'pull_requests',
          r.project || '/' || r.slug || '#' || p.number, coalesce(p.closed_at, p.updated_at), coalesce(p.closed_at, p.updated_at), p.deleted_at
     from data.bitbucket_pull_requests p join data.bitbucket_repositories r on r.id = p.repository_id where p.merge_commit is not null
   union all
   select 'analyzed', 'analysis', id, 'commit', null, revision, 'stated', case when length(revision) < 40 then 'short_commit' end, integration_id, 'analyses',
          source_key, analyzed_at, analyzed_at, deleted_at
     from data.sonarqube_analyses where revision ~ '^([0-9a-f]{7,40}|[0-9a-f]{64})$'
   union all
   select 'analysis_of', 'analysis', a.id, 'pull_request', p.id, null, 'inferred', null, a.integration_id, 'analyses', a.source_key, a.analyzed_at, a.analyzed_at, a.deleted_at
     from data.sonarqube_analyses a join data.sonarqube_branches b on b.id = a.branch_id join data.sonarqube_bindings x on x.project_id = a.project_id
     join data.bitbucket_pull_requests p on p.repository_id = x.repository_id and p.number::text = b.name where a.scope <> 'branch'
   union all
   select 'built_from', 'image', i.id, 'commit', null, p.commit,
          case when bool_and(p.trust = 'signed' and exists (select from data.image_claims c where c.image_id = i.id and c.platform_digest = p.digest
                               and c.trust = 'signed' and c.signature = 'verified')) then 'signed' else 'stated' end,
          case when not bool_and(p.commit_exact) then 'short_commit' when bool_or(p.dirty) then 'dirty' end, i.integration_id, 'images', i.digest,
          i.first_seen_at, i.first_seen_at, i.gone_at
     from data.images i join data.image_platforms p on p.image_id = i.id where p.outcome = 'resolved' and p.commit is not null
    group by i.id, p.commit, i.integration_id, i.digest, i.first_seen_at, i.gone_at
   union all
   select distinct 'checked_out', 'execution', e.id, 'commit', null::bigint, c.sha, 'stated', null, e.integration_id, 'executions', e.execution, e.first_seen_at,
          coalesce(e.started_at, e.created_at, e.ended_at, e.first_seen_at), e.deleted_at
     from data.harness_executions e join data.harness_execution_commits c on c.execution_id = e.id where c.ordinal = 1
   union all
   select 'built', 'execution', e.id, 'image', m.image_id, null, coalesce(m.certainty, 'stated'), m.note, e.integration_id, 'stage_outcomes', e.execution, e.first_seen_at,
          coalesce(e.started_at, e.created_at, e.ended_at, e.first_seen_at), e.deleted_at
     from truth.meant m join data.harness_executions e on e.id = m.owner_id where m.owner = 'execution'
   union all
   select 'deployed', 'deployment', d.id, 'image', m.image_id, null, coalesce(m.certainty, case d.source when 'pushed' then 'declared' else 'stated' end), m.note,
          d.integration_id, case d.source when 'pushed' then 'reported' else 'executions' end, d.deployment_key, d.received_at, d.effective_at, null
     from truth.meant m join data.deployments d on d.id = m.owner_id where m.owner = 'deployment'
   union all
   select 'deployed_commit', 'deployment', id, 'commit', null, commit, 'declared', null, integration_id, 'reported', deployment_key, received_at, effective_at, null
     from data.deployments where source = 'pushed' and commit is not null
   union all
   select 'ran_in', 'deployment', id, 'execution', execution_id, null, 'stated', null, integration_id, 'executions', deployment_key, received_at, effective_at, null
     from data.deployments where execution_id is not null
   union all
   select 'into', 'deployment', id, 'environment', null, coalesce(integration_id::text, '') || ':' || coalesce(environment_scope, '') || '/' || environment,
          case source when 'pushed' then 'declared' else 'stated' end, null, integration_id, case source when 'pushed' then 'reported' else 'executions' end,
          deployment_key, received_at, coalesce(p.from_at, effective_at), case when p.deployment_id is null then effective_at else p.to_at end
     from data.deployments d left join truth.periods p on p.deployment_id = d.id
   union all
   select 'set', 'image', image_id, 'environment', null, ':/' || environment, 'declared', null, null, 'environment', reference, valid_from, valid_from, valid_to
     from data.policy_environment_images`,
  'create index on truth.links (from_station, from_id, kind)',
  'create index on truth.links (to_station, to_id, kind)',
  'create index on truth.links (kind, to_key)',
  'analyze truth.links',
];

const compared = `kind, from_station, from_id, to_station, to_id, to_key, certainty, note, integration_id, stream, record, seen_at, valid_from, valid_to`;

/** Links that the index has and should not, and those that it should have and has not. */
export async function wrongLinks(db: Database): Promise<{ said: unknown[]; unsaid: unknown[] }> {
  const without = (left: string, right: string): Promise<unknown[]> =>
    db.query(`select ${compared} from ${left} except all select ${compared} from ${right} order by 1, 3 limit 5`);
  return {
    said: await without('data.trace_links', 'truth.links'),
    unsaid: await without('truth.links', 'data.trace_links'),
  };
}
