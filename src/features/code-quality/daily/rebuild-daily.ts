import type { Tx } from '../../../platform/database/index.ts';
import { type OnlyClass, periodParts, placeParts } from './periods.ts';
import { serverCountMoves, serverCountParts } from './server-counts.ts';

/** Days first: they tell most rows apart, and comparing the texts is most of a sort by the key. */
const key = [
  'day',
  'raw_level',
  'counting',
  'class',
  'project_id',
  'branch_class',
  'state',
  'axis',
  'asset_type',
  'part',
];
const sums = ['opened', 'closed', 'joined', 'left_out'];
const columns = [...key, ...sums].join(', ');
const of = (alias: string, names: readonly string[]): string => names.map((name) => `${alias}.${name}`).join(', ');
const bothKeys = (a: string, b: string): string => `(${of(a, key)}) = (${of(b, key)})`;

/** Open vulnerabilities while the server's own counts stand for them; see `server-counts.ts`. */
const counted = `(z.branch_id is not null and r.class = 'vulnerability' and r.state = 'open')`;

/** Whether a beginning or an end on a day is shown as such. */
const shown = (day: string): string =>
  `case when not ${counted} then 'all' when ${day} > z.read_from then 'all'
        when a.asset_type = 'unknown' then case when ${day} < z.counted_from then 'both' else 'split' end
        when ${day} < z.counted_from then 'all' end`;

/** A mixed project's past by dates stands beside its past by the server's counts, which tell no asset types. */
const parts = `
      cross join lateral (values ('all', 'all'), ('both', 'whole'), ('both', 'split'), ('split', 'split')) as part (shown, name)`;

const moves = `
  ordinary as (
    select r.*, l.branch_class, z.counted_from, z.read_from, ${shown('r.from_day')} as begin_shown, ${shown('r.to_day')} as end_shown,
           coalesce(a.asset_type = 'unknown', false) and ${counted} as mixed
      from read r
      join place l on l.branch_id = r.branch_id
      left join zone z on z.branch_id = r.branch_id and z.counting = r.counting
      left join asset a on a.project_id = r.project_id and a.counting = r.counting),
  moves as (
    select project_id, branch_class, counting, from_day as day, class, state, axis, raw_level, asset_type, part.name as part,
           n::bigint as opened, 0::bigint as closed, 0::bigint as joined, 0::bigint as left_out
      from ordinary ${parts}
     where begins and begin_shown = part.shown and reading_from <= from_day and from_day < reading_to
    union all
    select project_id, branch_class, counting, to_day, class, state, axis, raw_level, asset_type, part.name, 0, n, 0, 0
      from ordinary ${parts}
     where ends and to_day is not null and end_shown = part.shown and reading_from <= greatest(from_day, to_day - 1) and greatest(from_day, to_day - 1) < reading_to
    union all
    -- With our first reading what dates said of a mixed project gives way to what was read.
    select project_id, branch_class, counting, read_from, class, state, axis, raw_level, asset_type, 'split', 0, n, 0, n
      from ordinary
     where mixed and reading_from = '-infinity' and from_day <= read_from and (to_day is null or to_day > read_from)
    union all
    -- A server that changed its mode: from that day on what is open counts by the other reading.
    select project_id, branch_class, counting, reading_from, class, state, axis, raw_level, asset_type, 'all', n, 0, n, 0
      from ordinary where reading_from > '-infinity' and from_day < reading_from and (to_day is null or to_day > reading_from)
    union all
    select project_id, branch_class, counting, reading_to, class, state, axis, raw_level, asset_type, 'all', 0, n, 0, n
      from ordinary where reading_to < 'infinity' and from_day < reading_to and (to_day is null or to_day > reading_to)
    union all
    -- What both modes count now, in one row whatever its day.
    select l.project_id, l.branch_class, 'both', '1970-01-01', 'vulnerability', 'open', 'total', 'unknown', p.asset_type, 'all', p.n, 0, 0, 0
      from period p join place l on l.branch_id = p.branch_id
     where p.to_day is null and p.state = 'open' and p.i_class = 'vulnerability' and p.s_class = 'vulnerability'
    union all ${serverCountMoves})`;

/** The rows that differ are written, and the same differences appended to the outbox. */
const statement = (only: OnlyClass): string => `
    with ${[...periodParts(only), ...serverCountParts, moves].join(',')},
     wanted as (
       select ${key.join(', ')}, ${sums.map((name) => `sum(${name})::int as ${name}`).join(', ')} from moves group by ${key.join(', ')}
       having ${sums.map((name) => `sum(${name}) <> 0`).join(' or ')}),
     differing as (
       select ${key.map((name) => `coalesce(w.${name}, d.${name}) as ${name}`).join(', ')}, ${sums.map((name) => `coalesce(w.${name}, 0) as ${name}`).join(', ')},
              ${sums.map((name) => `coalesce(w.${name}, 0) - coalesce(d.${name}, 0) as ${name}_more`).join(', ')},
              d.project_id is null as is_new, w.project_id is null as is_gone
         from wanted w
         full join (select * from code_quality.project_daily where project_id = any ($1)${only === undefined ? '' : ` and class = '${only}'`}) d on ${bothKeys('w', 'd')}
        where row(${of('w', sums)}) is distinct from row(${of('d', sums)})),
     added as (
       insert into code_quality.project_daily (${columns})
       select ${columns} from differing where is_new order by ${key.join(', ')}),
     removed as (
       delete from code_quality.project_daily d using differing x where x.is_gone and ${bothKeys('d', 'x')}),
     altered as (
       update code_quality.project_daily d set ${sums.map((name) => `${name} = x.${name}`).join(', ')} from differing x
        where not x.is_new and not x.is_gone and ${bothKeys('d', 'x')})
     insert into code_quality.daily_changes (${columns})
     select ${key.join(', ')}, ${sums.map((name) => `${name}_more`).join(', ')} from differing`;

const everything = statement(undefined);
const vulnerabilities = statement('vulnerability');

/**
 * Rebuilds the changes per day of some projects, writes only what differs, and appends the same differences to the
 * outbox that other rooms' roll-ups are kept by. Returns how many rows differed. What is open follows from the periods
 * of findings; for vulnerabilities before a project's first reading, from what its server counted at each analysis. A
 * project's periods end when it is deleted or leaves the scope; a branch that is gone counts no more from then on. A
 * project that counts through another integration has no days here. `onlyPast`: no finding changed, but what the server
 * counted before our first reading, which stands for open vulnerabilities alone.
 */
export async function rebuildDaily(
  tx: Tx,
  projectIds: readonly number[],
  { onlyPast = false }: { onlyPast?: boolean } = {},
): Promise<number> {
  // A mode that another transaction is storing decides, too.
  await tx.execute(
    `select from code_quality.counting_modes where integration_id in (select integration_id from code_quality.projects where id = any ($1)) for share`,
    [projectIds],
  );
  const differing = await tx.execute(onlyPast ? vulnerabilities : everything, [projectIds]);
  await noteWhatIsKnown(tx, projectIds);
  await tx.execute(onlyPast ? resolvedChanged : findingsChanged, [projectIds]);
  return differing;
}

/** Ages and times to resolve follow from single findings, whose days may add up to the same sums. */
const findingsChanged = 'insert into code_quality.changed_projects (project_id) select unnest($1::bigint[])';

/** The past of a project says no more of them than from when on times to resolve are counted. */
const resolvedChanged = `
  insert into code_quality.changed_projects (project_id)
  select p.id from unnest($1::bigint[]) p (id)
   cross join lateral (select from code_quality.vulnerability_spans s where s.project_id = p.id and not s.is_open
                        limit 1 /* any: whether there is one */) resolved`;

/** From when on the days rest on the server's counts, and on our own. */
async function noteWhatIsKnown(tx: Tx, projectIds: readonly number[]): Promise<void> {
  await tx.execute(
    `with ${[...placeParts, ...serverCountParts.slice(0, 3)].join(',')},
     wanted as (
       select b.project_id, b.branch_class, b.counting, max(b.counted_from) as counted_from, b.read_from,
              exists (select from code_quality.project_daily d where d.project_id = b.project_id and d.counting = b.counting and d.branch_class = b.branch_class
                         and d.part = 'split') as is_split,
              (select (min(a.analyzed_at) at time zone 'UTC')::date from code_quality.branches main join code_quality.analyses a on a.branch_id = main.id
                where main.project_id = b.project_id and main.is_main and main.past_from = '-infinity') as first_on
         from bound b where b.branch_class <> 'pull_request' group by b.project_id, b.branch_class, b.counting, b.read_from)
     insert into code_quality.daily_known as k (project_id, branch_class, counting, counted_from, read_from, is_split, first_on)
     select w.* from wanted w
      where not exists (select from code_quality.daily_known d where d = row(w.*)::code_quality.daily_known)
      order by 1, 2, 3
     on conflict (project_id, branch_class, counting)
     do update set counted_from = excluded.counted_from, read_from = excluded.read_from, is_split = excluded.is_split, first_on = excluded.first_on`,
    [projectIds],
  );
}
