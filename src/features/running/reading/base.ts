import type { Queryable } from '../../../platform/database/index.ts';
import { visibleNow } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Freshness, readFreshness } from './freshness.ts';

/** When it is asked for, and how old facts may be. */
export interface Moment {
  /** Null: now. */
  at: Date | null;
  /** In seconds; null: any. */
  maxAge: number | null;
  /** A node of an org tree: only what is of its teams. Undefined: all. */
  node: number | undefined;
}

/** What statements begin with that ask what was said at a moment, and their first values. */
export interface Asked {
  /** Everything that was said then. */
  said: string;
  /** Of that only what has these identities: $8. */
  saidOfThese: string;
  values: unknown[];
  fresh: Freshness[];
}

/** What is said now has an index of its own, so that what was said before costs nothing. */
const heldNow = 'v.valid_to is null';
const heldThen = `(v.valid_to is null and v.valid_from <= moment.at
  or v.valid_to is not null and tstzrange(v.valid_from, greatest(v.valid_from, v.valid_to)) @> moment.at)`;

/** All but what it rests on, which is much and shown of few. */
const columns = [
  'id',
  'row_key',
  'place_id',
  'deployment_id',
  'environment_image_id',
  'service',
  'environment',
  'environment_type',
  'infrastructure',
  'image_id',
  'repository_id',
  'repository',
  'digest',
  'reference',
  'commit',
  'certainty',
  'verdict',
  'reason',
  'said_by',
  'doubt',
  'runs_since',
  'failing_since',
  'newest_fact_at',
  'critical',
  'high',
  'medium',
  'low',
  'criticals_since',
  'integration_ids',
  'project_ids',
  'team_ids',
  'teams',
  'valid_from',
] as const;

/**
 * What was said then of each image that runs, as `r`, judged by how old its facts were. $1 the moment, $2 to $4 integrations
 * with their last good reading and since when they are stale, $5 whether these are all, $6 the greatest age, $7 teams of a node. Fails closed:
 * what is stale, too old, or rests on an integration of which nothing is known, is not passed. What is told of projects
 * and images that who asks may not see is null in the columns `seen_…`: these alone are shown, filtered by and counted.
 * Few sets of integrations stand behind all of it, so that the age of each is found once.
 */
const said = (held: string): string => `
  with moment as (select coalesce($1::timestamptz, now()) as at),
  held as materialized (select ${columns.map((name) => `v.${name}`).join(', ')} from moment join running.verdicts v on ${held}
    and ($7::bigint[] is null or v.team_ids && $7)),
  fresh as (select * from unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[]) as f (integration_id, good_at, stale_since)),
  aged as materialized (
    select s.integration_ids, count(f.integration_id) < cardinality(s.integration_ids) and $5 as some_unknown,
           case when bool_and(f.good_at is not null) then min(f.good_at) end as read_at, min(f.stale_since) as stale_since,
           $6::integer is not null and not coalesce(bool_and(f.good_at is not null and moment.at - f.good_at <= make_interval(secs => $6)), false) as too_old
      from moment
     cross join (select distinct integration_ids from held) s
      left join fresh f on f.integration_id = any (s.integration_ids)
     group by s.integration_ids),
  known as (
    select v.*, case when not aged.some_unknown then aged.read_at end as read_at,
           case when aged.some_unknown then coalesce(aged.stale_since, v.valid_from) else aged.stale_since end as stale_since,
           aged.too_old, w.id as waiver_id, w.reason as waiver_reason, w.author as waiver_author, w.expires_at as waiver_until,
           not $5 and exists (select from unnest(v.project_ids) p (id) where not exists (select from shared.projects s where s.id = p.id)) as projects_hidden,
           not $5 and v.image_id is not null and not exists (select from shared.images i where i.id = v.image_id) as image_hidden
      from moment
     cross join held v
      join aged on aged.integration_ids = v.integration_ids
      left join lateral (
        select w.id, w.reason, w.author, w.expires_at from shared.image_waivers w
         where v.verdict = 'failed' and v.said_by = 'policy' and w.repository_id = v.repository_id
           and (w.image_id is null or w.image_id = v.image_id) and w.valid_from <= moment.at and w.valid_to > moment.at
         order by w.id desc limit 1) w on true),
  r as (
    select k.*,
           case when not k.projects_hidden then k.critical end as seen_critical, case when not k.projects_hidden then k.high end as seen_high,
           case when not k.projects_hidden then k.medium end as seen_medium, case when not k.projects_hidden then k.low end as seen_low,
           case when not k.projects_hidden then k.criticals_since end as seen_criticals_since,
           case when not k.projects_hidden then k.commit end as seen_commit,
           case when not k.image_hidden then k.image_id end as seen_image_id, case when not k.image_hidden then k.repository end as seen_repository,
           case when not k.image_hidden then k.digest end as seen_digest, case when not k.image_hidden then k.reference end as seen_reference,
           case when k.verdict = 'failed' and k.waiver_id is not null then 'waived' when k.verdict = 'failed' then 'failed'
                when k.verdict = 'passed' and (k.stale_since is not null or k.too_old) then 'stale' else k.verdict end as state
      from known k)`;

const saidNow = said(heldNow);
const saidThen = said(heldThen);
const saidOfThese = said('v.id = any ($8)');

export async function askedAt(db: Queryable, { at, maxAge, node }: Moment): Promise<Asked> {
  const fresh = await readFreshness(db, at);
  return {
    said: at === null ? saidNow : saidThen,
    saidOfThese,
    fresh,
    values: [
      at,
      fresh.map(({ integrationId }) => integrationId),
      fresh.map(({ lastGoodAt }) => lastGoodAt),
      fresh.map(({ staleSince }) => staleSince),
      // Who sees some rows only sees some integrations only.
      visibleNow() === undefined,
      maxAge,
      node === undefined ? null : await teamsBelow(db, node),
    ],
  };
}

/** The teams of a node as the tree stands now; itself, where it is one. Throws `org_node_not_found`. */
export async function teamsBelow(db: Queryable, node: number): Promise<number[]> {
  const row = await db.maybeOne<{ ids: number[] }>(
    `select to_jsonb(array(select t.team_id from shared.node_teams t where t.node_id = n.id)) as ids from shared.org_nodes n where n.id = $1`,
    [node],
  );
  if (row === undefined) throw new PlumblineError('org_node_not_found');
  return row.ids;
}
