import type { Database } from '../../src/platform/database/index.ts';

/**
 * For every station that can be asked for, what its line goes through and why it ends where it does; one row of `truth.lines`
 * each, joined over `truth.links` and schema `data`. Systems are all connected and none is late.
 */
export async function layTrueLines(db: Database): Promise<void> {
  for (const statement of [...walk, ...why]) await db.execute(statement);
}

/** Links of these kinds of what is on each line, found by one of their ends; `back` goes against their direction. */
const from = (kinds: string, station: string): string =>
  `truth.links l join truth.on_line o on o.station = '${station}' and l.from_station = '${station}' and l.from_id = o.id and l.kind in (${kinds})`;
const to = (kinds: string, station: string): string =>
  `truth.links l join truth.on_line o on o.station = '${station}' and l.to_station = '${station}' and l.to_id = o.id and l.kind in (${kinds})`;
/** A commit is named by a link that names it, or its beginning. */
const naming = (kinds: string): string =>
  `truth.on_line o join truth.named_by n on n.commit = o.key join truth.links l on l.to_key = n.key and l.kind in (${kinds})`;

const follow = (links: string, where = 'true'): string =>
  `insert into truth.line_links select distinct o.start, l.id from ${links} where ${where} on conflict do nothing`;
const reach = (station: string, id: string, kinds: string, where = 'true'): string =>
  `insert into truth.on_line (start, station, id, key) select distinct x.start, '${station}', ${id}, '' from truth.line_links x join truth.links l on l.id = x.id
    join truth.starts s on s.start = x.start where l.kind in (${kinds}) and ${where} on conflict do nothing`;
const reachCommits = (kinds: string, where = 'true'): string =>
  `insert into truth.on_line (start, station, id, key) select distinct x.start, 'commit', 0, e.commit from truth.line_links x join truth.links l on l.id = x.id
    join truth.starts s on s.start = x.start join truth.meaning e on e.key = l.to_key where l.kind in (${kinds}) and ${where} on conflict do nothing`;

/** Of which the line goes on to what was made. */
const onward = `s.station in ('commit', 'pull_request', 'analysis')`;
const started = (...stations: string[]): string =>
  `exists (select from truth.starts s where s.start = o.start and s.station in (${stations.map((name) => `'${name}'`).join(', ')}))`;
const goesOn = started('commit', 'pull_request', 'analysis');

const walk = [
  'drop table if exists truth.keys, truth.meaning, truth.named_by, truth.starts, truth.on_line, truth.line_links, truth.lines, truth.missing, truth.judged, truth.naming, truth.bound, truth.analysed, truth.unknown, truth.reasons',
  `create table truth.keys as select distinct to_key as key, length(to_key) = 40 as whole from truth.links where to_station = 'commit'`,
  // What a name of a commit may mean: each commit that begins so; where none does, itself.
  `create table truth.meaning as select key, key as commit from truth.keys where whole
   union all select s.key, w.key from truth.keys s join truth.keys w on w.whole and w.key >= s.key and w.key < s.key || 'g' where not s.whole
   union all select s.key, s.key from truth.keys s where not s.whole and not exists (select from truth.keys w where w.whole and w.key >= s.key and w.key < s.key || 'g')`,
  'create index on truth.meaning (key)',
  // Every name that a commit on a line may be meant by.
  `create table truth.named_by as
   select c.key as commit, k.key from truth.keys c cross join (select distinct length(key) as n from truth.keys) n join truth.keys k on k.key = left(c.key, n.n) where n.n <= length(c.key)`,
  'create unique index on truth.named_by (commit, key)',
  `create table truth.starts as
   select 'commit:' || key as start, 'commit' as station, 0::bigint as id, key from truth.keys where whole
   union all select 'pull_request:' || id, 'pull_request', id, '' from data.bitbucket_pull_requests
   union all select 'analysis:' || id, 'analysis', id, '' from data.sonarqube_analyses
   union all select 'image:' || id, 'image', id, '' from data.images
   union all select 'execution:' || id, 'execution', id, '' from data.harness_executions
   union all select 'deployment:' || id, 'deployment', id, '' from data.deployments`,
  'create unique index on truth.starts (start)',
  'create table truth.on_line (start text, station text, id bigint, key text collate "C", primary key (start, station, id, key))',
  'create table truth.line_links (start text, id bigint, primary key (start, id))',
  `insert into truth.on_line select start, station, id, key from truth.starts`,
  'analyze',
  // Back, to the commits.
  follow(from(`'head', 'merge'`, 'pull_request')),
  follow(from(`'analyzed'`, 'analysis')),
  follow(from(`'deployed', 'ran_in', 'deployed_commit'`, 'deployment')),
  follow(to(`'ran_in'`, 'execution')),
  follow(from(`'built', 'checked_out'`, 'execution')),
  reach('deployment', 'l.from_id', `'ran_in'`, `s.station = 'execution'`),
  follow(from(`'deployed'`, 'deployment')),
  reach('image', 'l.to_id', `'deployed', 'built'`),
  reach('execution', 'l.to_id', `'ran_in'`, `s.station = 'deployment'`),
  follow(from(`'built_from'`, 'image')),
  reachCommits(`'head', 'merge', 'analyzed', 'deployed_commit', 'checked_out', 'built_from'`),
  'analyze',
  // Beside the commits.
  follow(naming(`'analyzed', 'head', 'merge'`)),
  `insert into truth.line_links select distinct x.start, l.id from truth.line_links x join truth.links a on a.id = x.id and a.kind = 'analyzed'
     join truth.links l on l.kind = 'analysis_of' and l.from_station = 'analysis' and l.from_id = a.from_id
    where x.start = 'pull_request:' || l.to_id
       or exists (select from truth.line_links y join truth.links p on p.id = y.id and p.kind in ('head', 'merge') where y.start = x.start and p.from_id = l.to_id)
   on conflict do nothing`,
  // On, to what was made of them.
  follow(naming(`'built_from', 'deployed_commit', 'checked_out'`), goesOn),
  reach('image', 'l.from_id', `'built_from'`, onward),
  reach('deployment', 'l.from_id', `'deployed_commit'`, onward),
  reach('execution', 'l.from_id', `'checked_out'`, onward),
  // What was put there by a deployment that names the commit belongs to it, whichever commit it says that it is from.
  follow(from(`'deployed'`, 'deployment'), goesOn),
  reach('image', 'l.to_id', `'deployed'`, onward),
  follow(from(`'built_from'`, 'image'), goesOn),
  follow(to(`'built'`, 'image')),
  reach('execution', 'l.from_id', `'built'`),
  follow(to(`'deployed'`, 'image'), `not ${started('deployment')}`),
  follow(from(`'set'`, 'image'), `not ${started('deployment')}`),
  reach('deployment', 'l.from_id', `'deployed'`),
  follow(from(`'ran_in', 'into'`, 'deployment')),
  reach('execution', 'l.to_id', `'ran_in'`),
  follow(
    from(`'checked_out'`, 'execution'),
    `exists (select from truth.on_line c where c.start = o.start and c.station = 'commit' and c.key = l.to_key)`,
  ),
  'analyze',
];

const missing = (query: string): string => `insert into truth.missing (start, at, expects, code) ${query}`;
const linksOf = (start: string, kinds: string): string =>
  `truth.line_links x join truth.links l on l.id = x.id and l.kind in (${kinds}) where x.start = ${start}`;
const ofCommit = `exists (select from truth.named_by n where n.commit = c.key and n.key = l.to_key)`;

const why = [
  'create table truth.missing (start text, at text, expects text, code text)',
  // Of a pull request its merge is judged, or its newest commit; of anything else every commit.
  `create table truth.judged as
   select s.start, o.key, ${onward} as onward from truth.starts s join truth.on_line o on o.start = s.start and o.station = 'commit' where s.station <> 'pull_request'
   union all
   select s.start, l.to_key, true from truth.starts s join truth.links l on l.from_station = 'pull_request' and l.from_id = s.id and s.station = 'pull_request'
    where l.kind = 'merge' or (l.kind = 'head' and l.valid_to is null and not exists (
          select from truth.links m where m.kind = 'merge' and m.from_station = 'pull_request' and m.from_id = s.id))`,
  'analyze truth.judged',
  missing(`select c.start, 'commit:' || c.key, 'pull_request', 'trace_no_pull_request' from truth.judged c
            where not exists (select from ${linksOf('c.start', `'head', 'merge'`)} and ${ofCommit})`),
  // What names a judged commit on its own line.
  `create table truth.naming as
   select distinct c.start, c.key, l.kind, l.from_id from truth.judged c join truth.named_by n on n.commit = c.key
     join truth.links l on l.to_station = 'commit' and l.to_key = n.key join truth.line_links x on x.start = c.start and x.id = l.id`,
  'create index on truth.naming (start, key, kind)',
  'create table truth.bound as select distinct repository_id from data.sonarqube_bindings',
  'analyze truth.naming',
  `create table truth.analysed as
   select c.start, c.key, c.onward,
     array(select distinct a.scope from truth.naming n join data.sonarqube_analyses a on a.id = n.from_id and a.deleted_at is null
            where n.start = c.start and n.key = c.key and n.kind = 'analyzed') as scopes,
     (select bool_or(p.repository_id in (select b.repository_id from truth.bound b)) from truth.naming n join data.bitbucket_pull_requests p on p.id = n.from_id
       where n.start = c.start and n.key = c.key and n.kind in ('head', 'merge')) as bound
     from truth.judged c`,
  missing(`select start, 'commit:' || key, 'analysis', case when scopes <> '{}' then 'trace_only_pull_request_analyzed' when not bound then 'trace_repository_not_bound'
             else 'trace_commit_not_analyzed' end from truth.analysed where not 'branch' = any (scopes)`),
  missing(`select c.start, 'commit:' || c.key, 'image', 'trace_no_image' from truth.judged c
            where c.onward and not exists (select from ${linksOf('c.start', `'built_from'`)} and ${ofCommit})`),
  missing(`select distinct x.start, 'commit:' || l.to_key, 'commit', 'trace_commit_ambiguous' from truth.line_links x join truth.links l on l.id = x.id and l.to_station = 'commit'
            where length(l.to_key) < 40 and (select count(*) from truth.meaning m where m.key = l.to_key) > 1`),
  missing(`select o.start, 'image:' || o.id, 'commit', case when exists (select from data.image_platforms p where p.image_id = o.id and p.outcome = 'PROVENANCE_CONFLICT')
             then 'trace_claims_contradict' else 'trace_image_without_provenance' end
             from truth.on_line o where o.station = 'image' and not exists (select from ${linksOf('o.start', `'built_from'`)} and l.from_id = o.id)`),
  missing(`select o.start, 'image:' || o.id, 'execution', 'trace_no_execution'
             from truth.on_line o where o.station = 'image' and not exists (select from ${linksOf('o.start', `'built'`)} and l.to_id = o.id)`),
  missing(`select o.start, 'image:' || o.id, 'deployment', 'trace_never_deployed' from truth.on_line o where o.station = 'image'
              and not exists (select from ${linksOf('o.start', `'deployed', 'set'`)} and (l.to_id = o.id or l.from_station = 'image' and l.from_id = o.id))`),
  // Why nothing is known that a record names.
  `create table truth.unknown as
   select 'deployment' as station, d.id, n.digest, n.since as at, n.owner_id is not null as named, n.host, n.repository
     from data.deployments d left join truth.named n on n.owner = 'deployment' and n.owner_id = d.id
    where not exists (select from truth.meant m where m.owner = 'deployment' and m.owner_id = d.id)
   union all
   select 'execution', n.owner_id, n.digest, n.until, true, n.host, n.repository from truth.named n
    where n.owner = 'execution' and n.over and not exists (select from truth.meant m where m.owner = 'execution' and m.mention = n.mention)`,
  `create table truth.reasons as
   select u.station, u.id, case when not named then 'trace_names_no_artifact' when p.since is null then 'trace_registry_not_connected'
            when u.digest is not null then 'trace_image_not_read' when p.since > u.at then 'trace_beyond_history' else 'trace_tag_unknown_then' end as code
     from truth.unknown u cross join lateral (select min(p.since) as since from truth.places p
            where (u.host is null or u.host = p.host) and (u.repository is null or u.repository = p.repository)) p`,
  missing(`select o.start, o.station || ':' || o.id, 'image', r.code from truth.on_line o join truth.reasons r on r.station = o.station and r.id = o.id
            where o.station = 'deployment' or ${started('commit', 'pull_request', 'analysis', 'execution')}`),
  missing(`select o.start, 'deployment:' || o.id, 'image', 'trace_image_ambiguous' from truth.on_line o where o.station = 'deployment'
              and (select count(*) from truth.meant m where m.owner = 'deployment' and m.owner_id = o.id) > 1`),
  missing(`select o.start, 'deployment:' || o.id, 'image', 'trace_tag_moved' from truth.on_line o where o.station = 'deployment'
              and exists (select from truth.meant m where m.owner = 'deployment' and m.owner_id = o.id and m.note = 'tag_moved')`),
  // Only where it was asked for: others that checked the commit out need not build anything.
  missing(`select s.start, s.start, 'image', 'trace_names_no_artifact' from truth.starts s where s.station = 'execution'
              and not exists (select from truth.named n where n.owner = 'execution' and n.owner_id = s.id)
              and not exists (select from data.deployments d where d.execution_id = s.id)`),
  `create table truth.lines as
   select s.start,
          array(select distinct concat_ws(' ', l.kind, l.from_station || ':' || l.from_id,
                  coalesce(l.to_station || ':' || l.to_id, l.to_station || ':' || coalesce(o.key, l.to_key)), l.certainty, l.note) as link
                  from truth.line_links x join truth.links l on l.id = x.id
                  left join truth.on_line o on l.to_station = 'commit' and o.start = s.start and o.station = 'commit'
                                           and l.to_key in (select n.key from truth.named_by n where n.commit = o.key)
                 where x.start = s.start order by 1) as links,
          array(select distinct m.at || ' ' || m.expects || ' ' || m.code from truth.missing m where m.start = s.start order by 1) as missing
     from truth.starts s`,
];
