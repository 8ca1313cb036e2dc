import type { Tx } from '../../src/platform/database/index.ts';

/** Where findings come from: a branch with the ids of its findings and of its project’s paths. */
export interface Place {
  projectId: number;
  branchId: number;
  kind: 'branch' | 'pull_request';
  isMain: boolean;
  /** Share of all findings. */
  weight: number;
  /** When the project’s hotspots became vulnerabilities; null: they did not. */
  migratedAt: Date | null;
  /** Ids of the project’s paths. */
  paths: { first: number; count: number };
}

export interface Draw {
  integrationId: number;
  seed: number;
  now: Date;
  historyDays: number;
  /** Of these projects of `bench.places`, both included. */
  projects: { first: number; last: number };
  rules: number;
  authors: number;
  tags: number;
}

const classes = [
  ['vulnerability', 35],
  ['code_smell', 44],
  ['bug', 14],
  ['hotspot', 7],
] as const;
const impactLevels = [
  ['BLOCKER', 3],
  ['HIGH', 17],
  ['MEDIUM', 40],
  ['LOW', 30],
  ['INFO', 8],
  ['unknown', 2],
] as const;
const standardLevels = [
  ['BLOCKER', 4],
  ['CRITICAL', 16],
  ['MAJOR', 45],
  ['MINOR', 30],
  ['INFO', 5],
] as const;
const probabilities = [
  ['HIGH', 20],
  ['MEDIUM', 45],
  ['LOW', 35],
] as const;

/** A number from 0 to 1 of a finding’s own: the `nth` that is drawn for it, whatever else is drawn and in which order. */
const drawn = (seed: number, nth: number): string =>
  `((hashint8extended(id, ${seed * 32 + nth}) >> 11) & 9007199254740991)::float8 / 9007199254740992`;

/** One of a list by its weight, of a hundred. */
function weighted(of: string, list: readonly (readonly [string, number])[]): string {
  let sum = 0;
  const cases = list.map(([value, weight]) => `when ${of} * 100 < ${(sum += weight)} then '${value}'`);
  return `case ${cases.slice(0, -1).join(' ')} else '${list.at(-1)?.[0]}' end`;
}

const level = (axis: string, of: string): string =>
  `case ${axis} when 'probability' then ${weighted(of, probabilities)} when 'impact' then ${weighted(of, impactLevels)} else ${weighted(of, standardLevels)} end`;

/**
 * The life of every finding, as the sink of code quality would have stored it: 5 % closed once and open again, hotspots
 * that became vulnerabilities, of the rest four in ten open, five fixed, some accepted, marked, deleted or of no count.
 * `offset 0`: what one step names is reckoned once, not again wherever the next one says it.
 */
const livesOf = ({ seed, now, historyDays, projects, rules }: Draw): string => `
  with drawn as (
    select p.*, id, ${Array.from({ length: 13 }, (_, nth) => `${drawn(seed, nth)} as u${nth}`).join(', ')}
      from bench.places p cross join lateral generate_series(p.first, p.last) id
     where p.project_id between ${projects.first} and ${projects.last} offset 0),
  opened as (
    select *, ${now.getTime() / 1000} - u0 * ${historyDays * 86_400} as opened,
           ${weighted('u1', classes)} as began_as, u5 < 0.05 as reopens,
           case when u4 < 0.08 then 'iac_file' else 'repository' end as asset_type
      from drawn offset 0),
  leveled as (
    select *, case when began_as = 'hotspot' then 'probability' when u2 < 0.7 then 'impact' else 'standard' end as began_axis,
           case when reopens then opened + u6 * (${now.getTime() / 1000} - opened) end as closed
      from opened offset 0),
  again as (
    select *, ${level('began_axis', 'u3')} as began_level,
           coalesce(closed + u7 * (${now.getTime() / 1000} - closed), opened) as again
      from leveled offset 0),
  became as (
    select *, began_as = 'hotspot' and coalesce(migrated > again, false) as became from again offset 0),
  current as (
    select *, case when became then 'vulnerability' else began_as end as class,
           case when not became then began_axis when u8 < 0.7 then 'impact' else 'standard' end as axis,
           case when became then migrated else again end as since
      from became offset 0),
  ended as (
    select *, case when became then ${level('axis', 'u9')} else began_level end as raw_level,
           since + u10 * (${now.getTime() / 1000} - since) as ended
      from current offset 0),
  lives as (
    select *, case when u11 < 0.4 then 'open' when u11 < 0.9 then 'fixed' when u11 < 0.93 then 'accepted'
                   when u11 < 0.96 then 'false_positive' when u11 < 0.99 then 'deleted' else 'other' end as fate,
           1 + floor(u12 * ${rules})::int as rule
      from ended offset 0)`;

const words = ['this cookie', 'a weak hash', 'Ärger', '100% of the heap', 'snake_case', "O'Neill's class"];

/** Of its own quality, and of every fourth a second one behind it: what touches security, too, would be a vulnerability. */
const impact = (quality: number): string => `
  case when axis <> 'impact' then null
       when array_position(array['vulnerability', 'bug', 'code_smell'], class) = ${quality} then raw_level
       when array_position(array['vulnerability', 'bug', 'code_smell'], class) < ${quality} and id % 4 = 0 then 'LOW' end`;

/** Findings of `bench.places` and their past periods, in the order of their ids. */
export async function drawFindings(tx: Tx, draw: Draw): Promise<void> {
  const lives = livesOf(draw);
  const { integrationId, authors, tags } = draw;
  await tx.execute(`
    insert into code_quality.findings (
      id, integration_id, project_id, branch_id, rule_id, opened_at, updated_at, closed_at, deleted_at, period_from, period_to, row_hash,
      line, kind, class, axis, raw_level, state, counted_state, asset_type, source_key, message, status,
      path_id, author_id, assignee_id, tag_ids, impact_security, impact_reliability, impact_maintainability)
    overriding system value
    ${lives}
    select id, ${integrationId}, project_id, branch_id, rule, to_timestamp(opened),
           case when fate = 'open' then to_timestamp(opened) else to_timestamp(ended) end,
           case when fate = 'fixed' then to_timestamp(ended) end, case when fate = 'deleted' then to_timestamp(ended) end,
           case when fate in ('accepted', 'false_positive') then to_timestamp(ended) else to_timestamp(since) end,
           case when fate in ('fixed', 'deleted') then to_timestamp(ended) end,
           ('00000000-0000-4000-8000-' || lpad(to_hex(id), 12, '0'))::uuid, 1 + id * 7919 % 900,
           case when class = 'hotspot' then 'hotspot' else 'issue' end, class, axis, raw_level,
           case fate when 'deleted' then 'open' else fate end,
           case when fate in ('accepted', 'false_positive') then fate when fate <> 'other' then 'open' end, asset_type,
           'AY' || lpad(to_hex(id), 8, '0'),
           'Make sure that using ' || (array[${words.map((word) => `'${word.replaceAll("'", "''")}'`).join(', ')}])[1 + rule % ${words.length}]
             || ' number ' || rule || ' is safe here, see ' || id % 1000,
           case when fate in ('open', 'deleted') then 'OPEN' else 'CLOSED' end,
           case when id % 23 <> 0 then first_path + id * 7919 % paths end,
           case when id % 9 <> 0 then 1 + id * 31 % ${authors} end, case when id % 5 = 0 then 1 + id * 17 % ${authors} end,
           case when id % 3 = 0 then '{}' when id % 2 = 0 then array[1 + id % ${tags}, 1 + id * 3 % ${tags}]::int[] else array[1 + id % ${tags}]::int[] end,
           ${[1, 2, 3].map(impact).join(', ')}
      from lives`);
  await tx.execute(`
    insert into code_quality.finding_past_periods (
      finding_id, from_at, to_at, class, axis, raw_level, standard_class, standard_axis, standard_level, state, ended_by)
    ${lives}
    select id, to_timestamp(x.from_at), to_timestamp(x.to_at), x.class, x.axis, x.raw_level, x.class, x.axis, x.raw_level, 'open', x.ended_by
      from lives cross join lateral (values
        (opened, closed, began_as, began_axis, began_level, 'closed', reopens),
        (again, migrated, 'hotspot', began_axis, began_level, 'became_vulnerability', became),
        (since, ended, lives.class, lives.axis, lives.raw_level, fate, fate in ('accepted', 'false_positive'))
      ) x (from_at, to_at, class, axis, raw_level, ended_by, was)
     where x.was order by id, x.from_at`);
}
