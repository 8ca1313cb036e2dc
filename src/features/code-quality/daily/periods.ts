/**
 * Common table expressions of `rebuildDaily`; $1 are the projects. First: where findings lie, how their server counts,
 * and when each of them was what.
 */

/** A branch with what its days rest on. `counts`: our own reading of the project has taken over from the server's past. */
const place = `
  place as (
    select b.id as branch_id, b.project_id, b.kind,
           case when b.kind <> 'branch' then 'pull_request' when b.is_main then 'main' else 'branch' end as branch_class,
           (coalesce(b.deleted_at, p.deleted_at, p.left_scope_at) at time zone 'UTC')::date as gone_on,
           (p.reliable_from at time zone 'UTC')::date as read_from,
           (b.past_from at time zone 'UTC')::date as past_from,
           b.kind = 'branch' and (
             exists (select from code_quality.findings f where f.project_id = p.id)
             or exists (select from shared.slices s where s.integration_id = p.integration_id and s.slice = 'project:' || p.source_key
                           and s.current_published_at is not null)) as counts
      from code_quality.branches b join code_quality.projects p on p.id = b.project_id
     where p.id = any ($1) and p.duplicate_of is null)`;

/**
 * By which reading a project counts on which days: as its server's mode says, and the other way round. A mode that
 * changed before the first reading of a project counts for all of its past.
 */
const reading = `
  reading as (
    select span.project_id, c.counting, (c.counting = 'server') = (span.mode = 'mqr') as by_impact,
           case when row_number() over (partition by span.project_id, c.counting order by span.from_day) = 1 then '-infinity'::date else span.from_day end as from_day,
           coalesce(span.to_day, 'infinity') as to_day
      from (select p.id as project_id, (p.reliable_from at time zone 'UTC')::date as read_from, coalesce(m.mode, 'mqr') as mode,
                   (m.from_at at time zone 'UTC')::date as from_day,
                   (lead(m.from_at) over (partition by p.id order by m.from_at) at time zone 'UTC')::date as to_day
              from code_quality.projects p
              left join code_quality.counting_modes m on m.integration_id = p.integration_id
             where p.id = any ($1)) span
     cross join (values ('server'), ('other')) c (counting)
     where span.to_day is null or span.to_day > greatest(span.read_from, span.from_day))`;

/** What findings were to be counted in one of the two readings; undefined: anything. */
export type OnlyClass = 'vulnerability' | undefined;

const isOf = (only: string, byImpact: string, byType: string): string => `'${only}' in (${byImpact}, ${byType})`;

/**
 * Periods in days, with both readings. Those that ended are looked up finding by finding: in a join the planner may read
 * those of all projects. One reading of a finding may go on where the other changes: then nothing begins
 * or ends in it (`i_begins`, `i_ends`: by impacts; `s_…`: by type). Grouped by days first: they tell most rows apart, and
 * the rest of the key is texts.
 */
const period = (only: OnlyClass) => `
  past as (
    select f.id, f.branch_id, f.asset_type, p.state, p.class as i_class, p.axis as i_axis, p.raw_level as i_level,
           p.standard_class as s_class, p.standard_axis as s_axis, p.standard_level as s_level, p.from_at, p.to_at
      from code_quality.findings f
     cross join lateral (select * from code_quality.finding_past_periods p where p.finding_id = f.id offset 0) p
     where f.project_id = any ($1)),
  own as (
    select f.id, f.branch_id, f.asset_type, f.counted_state as state, f.class as i_class, f.axis as i_axis, f.raw_level as i_level,
           f.standard_class as s_class, f.standard_axis as s_axis, f.standard_level as s_level, f.period_from as from_at, f.period_to as to_at
      from code_quality.findings f
     where f.project_id = any ($1) and f.counted_state is not null${only === undefined ? '' : ` and (${isOf(only, 'f.class', 'f.standard_class')} or f.id in (select id from past))`}),
  several as (
    select *, lag(to_at) over w is distinct from from_at or lag(state) over w <> state as fresh, lead(from_at) over w is distinct from to_at or lead(state) over w <> state as over,
           row(lag(i_class) over w, lag(i_axis) over w, lag(i_level) over w) is distinct from row(i_class, i_axis, i_level) as i_new,
           row(lead(i_class) over w, lead(i_axis) over w, lead(i_level) over w) is distinct from row(i_class, i_axis, i_level) as i_old,
           row(lag(s_class) over w, lag(s_axis) over w, lag(s_level) over w) is distinct from row(s_class, s_axis, s_level) as s_new,
           row(lead(s_class) over w, lead(s_axis) over w, lead(s_level) over w) is distinct from row(s_class, s_axis, s_level) as s_old
      from (select * from past union all select * from own where id in (select id from past)) x
    window w as (partition by id order by from_at, to_at nulls last)),
  period as materialized (
    select x.branch_id, x.state, x.asset_type, x.i_class, x.i_axis, x.i_level, x.s_class, x.s_axis, x.s_level, x.i_begins, x.i_ends, x.s_begins, x.s_ends,
           (x.from_at at time zone 'UTC')::date as from_day, coalesce((x.to_at at time zone 'UTC')::date, l.gone_on) as to_day, count(*)::int as n
      from (select id, branch_id, asset_type, state, i_class, i_axis, i_level, s_class, s_axis, s_level, from_at, to_at,
                   true as i_begins, true as i_ends, true as s_begins, true as s_ends
              from own where id not in (select id from past)
            union all
            select id, branch_id, asset_type, state, i_class, i_axis, i_level, s_class, s_axis, s_level, from_at, to_at,
                   fresh or i_new, over or i_old, fresh or s_new, over or s_old
              from several) x
      join place l on l.branch_id = x.branch_id
     ${only === undefined ? '' : `where ${isOf(only, 'x.i_class', 'x.s_class')}`}
     group by 14, 15, 6, 9, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13)`;

/** The same as each counting reads it. */
const read = (only: OnlyClass) => `
  read as (
    select p.branch_id, l.project_id, r.counting, r.from_day as reading_from, r.to_day as reading_to, r.by_impact, p.state, p.asset_type, p.from_day, p.to_day, p.n,
           case when r.by_impact then p.i_class else p.s_class end as class, case when r.by_impact then p.i_axis else p.s_axis end as axis,
           case when r.by_impact then p.i_level else p.s_level end as raw_level,
           case when r.by_impact then p.i_begins else p.s_begins end as begins, case when r.by_impact then p.i_ends else p.s_ends end as ends
      from period p
      join place l on l.branch_id = p.branch_id
      join reading r on r.project_id = l.project_id
     where ${
       only === undefined
         ? `r.counting = 'server' or case when r.by_impact then p.i_class else p.s_class end in ('vulnerability', 'hotspot')`
         : `case when r.by_impact then p.i_class else p.s_class end = '${only}'`
     })`;

export const placeParts: readonly string[] = [place, reading];

export const periodParts = (only: OnlyClass): readonly string[] => [...placeParts, period(only), read(only)];
