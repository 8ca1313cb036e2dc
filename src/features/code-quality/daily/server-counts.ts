/**
 * Further common table expressions of `rebuildDaily`: what the server counted at each analysis before our first reading
 * of a project. `security_issues` holds its vulnerabilities by severity, `software_quality_security_issues` their
 * number; `vulnerabilities` the number of those by type.
 */

/** One row per day with an analysis: of several the last. */
const point = `
  told as (
    select v.branch_id, (v.measured_at at time zone 'UTC')::date as day, v.measured_at,
           max(v.value) filter (where m.source_key = 'security_issues') as levels,
           max(v.numeric_value) filter (where m.source_key = 'software_quality_security_issues') as by_impact,
           max(v.numeric_value) filter (where m.source_key = 'vulnerabilities') as by_type
      from code_quality.measures v
      join code_quality.metrics m on m.id = v.metric_id and m.source_key in ('security_issues', 'software_quality_security_issues', 'vulnerabilities')
     where v.project_id = any ($1) and v.measured_at is not null
     group by 1, 2, 3),
  point as (
    select distinct on (t.branch_id, t.day) t.*
      from told t join place l on l.branch_id = t.branch_id and l.counts and t.day < l.read_from
     order by t.branch_id, t.day, t.measured_at desc)`;

/** Foreign text: read member by member, so that nothing in it can fail. */
const members = `regexp_matches(t.levels, '"([A-Za-z]{1,20})"\\s*:\\s*([0-9]{1,9})(?![0-9.eE])', 'g') as member (pair)`;

const total = `
  total as (
    select t.branch_id, t.counting, t.day, t.levels, t.total
      from (select p.branch_id, r.counting, p.day, case when r.by_impact then p.levels end as levels,
                   case when r.by_impact then coalesce(s.total, p.by_impact, p.by_type) else p.by_type end::bigint as total
              from point p
              join place l on l.branch_id = p.branch_id
              join reading r on r.project_id = l.project_id and r.from_day = '-infinity'
              left join lateral (select (regexp_match(p.levels, '"total"\\s*:\\s*([0-9]{1,9})(?![0-9.eE])'))[1]::bigint as total) s on true) t
     where t.total is not null)`;

/**
 * Where a branch's own counts begin (`counted_from`): -infinity where it was not analysed before them. From `read_from`
 * on our own periods count; where both are the same day, they count for all time.
 */
const bound = `
  bound as (
    select l.branch_id, l.project_id, l.branch_class, c.counting, l.read_from,
           case when not l.counts then l.read_from
                when l.past_from = '-infinity' and (first.day is not null or not exists (
                       select from code_quality.measures v where v.branch_id = l.branch_id and v.measured_at < l.read_from::timestamp at time zone 'UTC'))
                  then '-infinity'::date
                else least(first.day, l.read_from) end as counted_from
      from place l
     cross join (values ('server'), ('other')) c (counting)
      left join (select branch_id, counting, min(day) as day from total group by 1, 2) first on first.branch_id = l.branch_id and first.counting = c.counting),
  zone as (select * from bound where counted_from < read_from)`;

/** What our periods hold of open vulnerabilities in such branches. */
const open = `
  open as materialized (
    select r.*, z.counted_from, z.read_from from read r
      join zone z on z.branch_id = r.branch_id and z.counting = r.counting
     where r.class = 'vulnerability' and r.state = 'open' and r.reading_from = '-infinity'),
  asset as (
    select project_id, counting, case when count(distinct asset_type) > 1 then 'unknown' else min(asset_type) end as asset_type from open group by 1, 2)`;

/**
 * The levels of each count. Where the server told a number alone, those that are known by dates stand for themselves
 * when they fit into it; what is left has no severity.
 */
const level = `
  named as (
    select t.branch_id, t.counting, t.day, 'impact' as axis, upper(member.pair[1]) as raw_level, member.pair[2]::bigint as n
      from total t cross join lateral ${members}
     where t.levels is not null and lower(member.pair[1]) <> 'total'
    union all
    select x.branch_id, x.counting, x.day, x.axis, x.raw_level, x.n
      from (select t.branch_id, t.counting, t.day, t.total, o.axis, o.raw_level, sum(o.n) as n, sum(sum(o.n)) over (partition by t.branch_id, t.counting, t.day) as known
              from total t
              join open o on o.branch_id = t.branch_id and o.counting = t.counting and o.from_day <= t.day and (o.to_day is null or o.to_day > t.day)
             where t.levels is null group by 1, 2, 3, 4, 5, 6) x
     where x.known <= x.total),
  level as (
    select * from named where n > 0
    union all
    select t.branch_id, t.counting, t.day, 'total', 'unknown', t.total - coalesce(sum(n.n), 0)
      from total t left join named n on n.branch_id = t.branch_id and n.counting = t.counting and n.day = t.day
     group by t.branch_id, t.counting, t.day, t.total having t.total > coalesce(sum(n.n), 0))`;

/** Each count holds until the next one, the last one until our first reading. What comes (n > 0) and goes on which day. */
const turn = `
  turn as (
    select t.branch_id, t.counting, t.day, lead(t.day, 1, z.read_from) over (partition by t.branch_id, t.counting order by t.day) as until
      from total t join zone z on z.branch_id = t.branch_id and z.counting = t.counting),
  side as (
    select v.branch_id, v.counting, x.day, v.axis, v.raw_level, null as asset_type, x.sign * v.n as n
      from level v join turn t on t.branch_id = v.branch_id and t.counting = v.counting and t.day = v.day
     cross join lateral (values (t.day, 1), (t.until, -1)) x (day, sign)
    union all
    select branch_id, counting, read_from, axis, raw_level, asset_type, n
      from open where from_day <= read_from and (to_day is null or to_day > read_from)
    union all
    select branch_id, counting, counted_from, axis, raw_level, asset_type, -n
      from open where from_day < counted_from and (to_day is null or to_day >= counted_from)),
  day as (
    select s.branch_id, s.counting, s.day, z.project_id, z.branch_class, z.read_from, coalesce(a.asset_type, 'repository') as asset_type,
           -- What was there before is known to be nothing: the branch joined.
           z.counted_from = '-infinity' and s.day = min(s.day) over (partition by s.branch_id, s.counting) as joins,
           coalesce(bool_or(s.axis = 'total'), false) or (a.asset_type = 'unknown' and (s.day = z.read_from or s.day = z.counted_from)) as vague,
           sum(s.n) as total
      from side s
      join zone z on z.branch_id = s.branch_id and z.counting = s.counting
      left join asset a on a.project_id = z.project_id and a.counting = z.counting
     group by s.branch_id, s.counting, s.day, z.project_id, z.branch_class, z.read_from, z.counted_from, a.asset_type),
  net as (
    select d.*, s.axis, s.raw_level, coalesce(s.asset_type, d.asset_type) as of_asset,
           -- Our own reading counts whether or not an asset type is asked for.
           case when d.asset_type = 'unknown' and not (s.asset_type is not null and d.day = d.read_from) then 'whole' else 'all' end as part,
           sum(s.n) as n
      from day d join side s on s.branch_id = d.branch_id and s.counting = d.counting and s.day = d.day
     group by d.branch_id, d.counting, d.day, d.project_id, d.branch_class, d.read_from, d.asset_type, d.joins, d.vague, d.total, s.axis, s.raw_level, 13, 14
    having sum(s.n) <> 0)`;

export const serverCountParts: readonly string[] = [point, total, bound, open, level, turn];

/**
 * The days of the server's counts. Between two of them only the difference is known: what grew was created, what shrank
 * was resolved, at least. Where a side has no severities the difference has none either.
 */
export const serverCountMoves = `
    select project_id, branch_class, counting, day, 'vulnerability' as class, 'open' as state, axis, raw_level, of_asset as asset_type, part,
           greatest(n, 0) as opened, greatest(-n, 0) as closed,
           case when joins or vague then greatest(n, 0) else 0 end as joined, case when joins or vague then greatest(-n, 0) else 0 end as left_out
      from net
    union all
    select project_id, branch_class, counting, day, 'vulnerability', 'open', 'total', 'unknown', asset_type, case asset_type when 'unknown' then 'whole' else 'all' end,
           abs(total), abs(total), greatest(-total, 0), greatest(total, 0)
      from day where vague and not joins and total <> 0`;
