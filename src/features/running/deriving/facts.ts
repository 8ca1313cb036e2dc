import type { Certainty } from '../../../domain/certainty.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/** Where something runs: a service in an environment by its deployments, or what was said with `environment set`. */
export interface Target {
  placeId: number | null;
  deploymentId: number | null;
  entryId: number | null;
  service: string;
  environment: string;
  environmentType: string | null;
  infrastructure: string | null;
  integrationId: number | null;
  serviceId: number | null;
  /** As it was told; null: no image was named. */
  reference: string | null;
  digest: string | null;
  /** As the pipeline told it. */
  commit: string | null;
  doubt: string | null;
  since: Date;
  factAt: Date;
}

/** What runs in some places; of all where none are named. */
export function readPlaces(db: Queryable, ids: readonly number[] | null): Promise<Target[]> {
  return db.query(
    `select r.place_id as "placeId", r.deployment_id as "deploymentId", null as "entryId", r.service_name as service, r.environment_name as environment,
            r.environment_type as "environmentType", r.infrastructure, r.integration_id as "integrationId", r.service_id as "serviceId",
            r.image as reference, r.image_digest as digest, case when r.source = 'pushed' then r.commit end as commit, r.doubt,
            r.at as since, r.at as "factAt"
       from shared.running_places r where $1::bigint[] is null or r.place_id = any ($1) order by r.place_id`,
    [ids],
  );
}

/** What is in environments as it was said; of all where none are named. A service is called like the repository of its image. */
export function readEntries(db: Queryable, ids: readonly number[] | null): Promise<(Target & { imageId: number })[]> {
  return db.query(
    `select null as "placeId", null as "deploymentId", e.id as "entryId", i.repository as service, e.environment, null as "environmentType",
            null as infrastructure, null as "integrationId", null as "serviceId", e.reference, i.digest, null as commit, null as doubt,
            e.valid_from as since, e.valid_from as "factAt", e.image_id as "imageId"
       from shared.environment_images e join shared.images i on i.id = e.image_id
      where e.valid_to is null and ($1::bigint[] is null or e.id = any ($1)) order by e.id`,
    [ids],
  );
}

export interface LinkFact {
  ownerId: number;
  kind: 'deployed' | 'built_from';
  imageId: number | null;
  commit: string | null;
  certainty: Certainty;
  note: string | null;
}

/** Which images deployments put there; which commits images come from. */
export async function readLinks(
  db: Queryable,
  owners: { deployments: readonly number[]; images?: readonly number[] },
): Promise<LinkFact[]> {
  const { deployments, images = [] } = owners;
  if (deployments.length + images.length === 0) return [];
  return db.query(
    `select l.owner_id as "ownerId", l.kind, l.to_id as "imageId", l.to_key as commit, l.certainty, l.note
       from shared.trace_links l
      where l.owner = 'deployment' and l.owner_id = any ($1) and l.kind = 'deployed'
      union all
     select l.owner_id, l.kind, null, l.to_key, l.certainty, l.note
       from shared.trace_links l
      where l.owner = 'image' and l.owner_id = any ($2) and l.kind = 'built_from'
      order by 1, 2, 3, 4`,
    [deployments, images],
  );
}

export interface ImageFact {
  id: number;
  integrationId: number;
  repositoryId: number;
  repository: string;
  digest: string;
}

export function readImageNames(db: Queryable, ids: readonly number[]): Promise<ImageFact[]> {
  return db.query(
    `select id, integration_id as "integrationId", repository_id as "repositoryId", repository, digest from shared.images where id = any ($1) order by id`,
    [ids],
  );
}

/** Of these names of repositories those that some registry is read for. */
export async function readRepositories(db: Queryable, names: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    'select distinct name from shared.image_repositories where name = any ($1)',
    [names],
  );
  return new Set(rows.map(({ name }) => name));
}

export interface TeamFact {
  id: number;
  name: string;
  thing: 'service' | 'image' | 'project';
  thingId: number;
}

/** To which teams services, repositories of images and projects belong. */
export function readTeams(
  db: Queryable,
  things: Readonly<Record<TeamFact['thing'], readonly number[]>>,
): Promise<TeamFact[]> {
  return db.query(
    `select distinct t.team_id as id, t.name, t.thing, t.thing_id as "thingId" from shared.team_belongings t
      where (t.thing = 'service' and t.thing_id = any ($1)) or (t.thing = 'image' and t.thing_id = any ($2))
         or (t.thing = 'project' and t.thing_id = any ($3))
      order by 2, 1, 4`,
    [things.service, things.image, things.project],
  );
}
