import type { Queryable } from '../../../platform/database/index.ts';
import { judgeCommits, qualityGatesPolicy } from '../../policy/index.ts';

/** What is said of an image, or of what a deployment put there. `waived`: it failed, and a person lets it pass. */
export interface StationVerdict {
  verdict: 'failed' | 'waived' | 'no_verdict' | 'passed';
  /** A code of verdicts; null: nothing was said. */
  reason: string | null;
  /** Integrations whose word it rests on. */
  integrations: number[];
}

interface Row extends StationVerdict {
  id: number;
}

/** $1 rows; the verdict on each of their images, of which there may be none. */
const ofImages = (rows: string): string => `
  with one as (${rows}),
  said as (
    select one.id, one.image_id, v.reason,
           case when v.status is null or v.status not in ('failed', 'passed') then 'no_verdict' when v.status = 'passed' then 'passed'
                when exists (select from shared.image_waivers w
                              where w.repository_id = v.repository_id and (w.image_id is null or w.image_id = v.image_id)
                                and w.valid_from <= now() and w.valid_to > now()) then 'waived' else 'failed' end as verdict,
           array(select distinct (p ->> 'integrationId')::bigint from jsonb_array_elements(
                   case jsonb_typeof(v.evidence -> 'projects') when 'array' then v.evidence -> 'projects' else '[]' end) p
                  where p ->> 'integrationId' is not null
                  union
                 select distinct (p ->> 'integrationId')::bigint from shared.image_verdicts o
                  cross join lateral jsonb_array_elements(
                    case jsonb_typeof(o.evidence -> 'projects') when 'array' then o.evidence -> 'projects' else '[]' end) p
                  where o.image_id = v.image_id and o.policy = v.policy and o.valid_to is null and p ->> 'integrationId' is not null) as integrations
      from one
      left join shared.image_verdicts v
        on v.image_id = one.image_id and v.policy = $2 and v.platform_digest is null and v.valid_to is null)
  select distinct on (id) id, verdict, reason, to_jsonb(integrations) as integrations from said
   order by id, array_position(array['failed', 'waived', 'no_verdict', 'passed'], verdict), reason nulls first`;

/** Of each image; fails closed: of one that was not judged there is no verdict. */
export async function verdictsOfImages(db: Queryable, ids: readonly number[]): Promise<Map<number, StationVerdict>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<Row>(ofImages('select i.id, i.id as image_id from unnest($1::bigint[]) as i (id)'), [
    ids,
    qualityGatesPolicy,
  ]);
  return byId(rows);
}

/**
 * Of what each deployment put there: the worst of the images that it may mean, and where it named none that is known, the
 * gate of the commit that was told with it, unless it is `past`. Fails closed: of one of which neither is known there is no verdict.
 */
export async function verdictsOfDeployments(
  db: Queryable,
  ids: readonly number[],
  past: boolean,
): Promise<Map<number, StationVerdict>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<Row>(
    ofImages(`select d.id, l.to_id as image_id from unnest($1::bigint[]) as d (id)
                left join trace.links l on l.from_station = 'deployment' and l.from_id = d.id and l.kind = 'deployed'`),
    [ids, qualityGatesPolicy],
  );
  const found = byId(rows);
  const told = await db.query<{ id: number; commit: string }>(
    `select l.from_id as id, l.to_key as commit from trace.links l
      where l.from_station = 'deployment' and l.from_id = any ($1) and l.kind = 'deployed_commit'
        and not exists (select from trace.links o where o.from_station = 'deployment' and o.from_id = l.from_id and o.kind = 'deployed')
      order by 1, 2`,
    [ids],
  );
  // Gates are judged by settings and rules of now, which are no answer to what was said before.
  if (past) {
    for (const { id } of told) found.set(id, { verdict: 'no_verdict', reason: 'gate_then_unknown', integrations: [] });
    return found;
  }
  const judged = await judgeCommits(db, [...new Set(told.map(({ commit }) => commit))]);
  for (const { id, commit } of told) {
    const own = judged.get(commit);
    if (own === undefined) continue;
    found.set(id, {
      verdict: own.status === 'failed' || own.status === 'passed' ? own.status : 'no_verdict',
      reason: own.reason,
      integrations: own.projects.flatMap(({ integrationId }) => integrationId ?? []),
    });
  }
  return found;
}

const byId = (rows: readonly Row[]): Map<number, StationVerdict> =>
  new Map(rows.map(({ id, ...verdict }) => [id, verdict]));
