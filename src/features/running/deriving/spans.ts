import type { Queryable } from '../../../platform/database/index.ts';
import { qualityGatesPolicy } from '../../policy/index.ts';
import { readLinks } from './facts.ts';
import { judgeByGate } from './said.ts';

/** What ran somewhere, from when to when, with the analyses of its commit; none: they are not known. */
export interface Span {
  row_key: string;
  place_id: number | null;
  repository_id: number | null;
  registry_id: number | null;
  integration_id: number | null;
  service: string;
  environment: string;
  environment_type: string | null;
  deployment_id: number | null;
  from_at: Date;
  to_at: Date | null;
  analysis_ids: number[];
}

type Found = Omit<Span, 'analysis_ids'> & { imageId: number | null; commit: string | null };

/** So many of the newest are looked at of each place: what ended before keeps what was said of it. */
const newest = 100;

/** What ran in these places, and was set in the environments of these entries. */
export async function readSpans(
  db: Queryable,
  wanted: { places: readonly number[]; entries: readonly number[] },
): Promise<Span[]> {
  const found = [...(await ofPlaces(db, wanted.places)), ...(await ofEntries(db, wanted.entries))];
  const byImage = await analysesOfImages(
    db,
    found.flatMap(({ imageId }) => imageId ?? []),
  );
  const byCommit = await analysesOfCommits(
    db,
    found.flatMap(({ commit }) => commit ?? []),
  );
  return found.map(({ imageId, commit, ...span }) => ({
    ...span,
    analysis_ids: imageId === null ? (byCommit.get(commit ?? '') ?? []) : (byImage.get(imageId) ?? []),
  }));
}

/** Of a deployment that may mean several images, or whose tag moved, it is not known which one ran. */
async function ofPlaces(db: Queryable, ids: readonly number[]): Promise<Found[]> {
  const rows = await db.query<Omit<Found, 'imageId'>>(
    `select 'place ' || s.place_id as row_key, s.place_id, null as repository_id, null as registry_id, s.integration_id, s.service, s.environment,
            s.environment_type, s.deployment_id, s.from_at, s.to_at, s.commit
       from (select d.place_id, d.integration_id, d.service_name as service, d.environment_name as environment, d.environment_type,
                    d.id as deployment_id, l.valid_from as from_at, l.valid_to as to_at, case when d.source = 'pushed' then d.commit end as commit,
                    row_number() over (partition by d.place_id order by l.valid_from desc, d.id desc) as nth
               from shared.deployments d
               join shared.trace_links l on l.owner = 'deployment' and l.owner_id = d.id and l.kind = 'into'
              where d.place_id = any ($1) and (l.valid_to is null or l.valid_to > l.valid_from)) s
      where s.nth <= ${newest} order by s.place_id, s.from_at, s.deployment_id`,
    [ids],
  );
  const links = Map.groupBy(
    await readLinks(db, { deployments: rows.flatMap(({ deployment_id: id }) => id ?? []) }),
    ({ ownerId }) => ownerId,
  );
  return rows.map((row) => {
    const put = links.get(row.deployment_id ?? 0) ?? [];
    const [only] = put;
    const certain = put.length === 1 && only?.note !== 'tag_moved';
    return { ...row, imageId: certain ? (only?.imageId ?? null) : null, commit: put.length === 0 ? row.commit : null };
  });
}

function ofEntries(db: Queryable, ids: readonly number[]): Promise<Found[]> {
  return db.query(
    `select s.* from (
       select 'environment ' || e.environment || ' of ' || i.repository_id as row_key, null as place_id, i.repository_id, i.integration_id as registry_id,
              null as integration_id, i.repository as service, e.environment, null as environment_type, null as deployment_id,
              e.valid_from as from_at, e.valid_to as to_at, e.image_id as "imageId", null as commit,
              row_number() over (partition by e.environment, i.repository_id order by e.valid_from desc, e.id desc) as nth
         from shared.environment_images e join shared.images i on i.id = e.image_id
        where (e.environment, i.repository_id) in (
          select o.environment, j.repository_id from shared.environment_images o join shared.images j on j.id = o.image_id where o.id = any ($1))) s
      where s.nth <= ${newest} order by s.row_key, s.from_at, s."imageId"`,
    [ids],
  );
}

/** The analyses that the policy judged each image by; of one that it did not judge, none. */
async function analysesOfImages(db: Queryable, ids: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await db.query<{ imageId: number; ids: number[] }>(
    `select v.image_id as "imageId", jsonb_agg(distinct p #> '{analysis,id}') as ids from shared.image_verdicts v
      cross join lateral jsonb_path_query(v.evidence, '$.projects[*] ? (@.analysis.id > 0)') p
      where v.image_id = any ($1) and v.policy = $2 and v.valid_to is null group by 1`,
    [[...new Set(ids)], qualityGatesPolicy],
  );
  return new Map(rows.map(({ imageId, ids: own }) => [imageId, own]));
}

async function analysesOfCommits(db: Queryable, commits: readonly string[]): Promise<Map<string, number[]>> {
  const said = await judgeByGate(db, [...new Set(commits)]);
  return new Map(
    [...said].map(([commit, { projects }]) => [commit, projects.flatMap(({ analysis }) => analysis?.id ?? [])]),
  );
}
