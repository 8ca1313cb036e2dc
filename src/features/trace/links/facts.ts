import type { Queryable } from '../../../platform/database/index.ts';

/** What rooms say of the records that links are made of, read from their views alone. */

export interface PullRequestFacts {
  id: number;
  integrationId: number;
  key: string;
  mergeCommit: string | null;
  closedAt: Date | null;
  updatedAt: Date;
  deletedAt: Date | null;
  heads: { commit: string; from: string; to: string | null }[];
}

export function readPullRequests(db: Queryable, ids: readonly number[]): Promise<PullRequestFacts[]> {
  return db.query(
    `select p.id, p.integration_id as "integrationId", r.project || '/' || r.slug || '#' || p.source_key as key, p.merge_commit as "mergeCommit",
            p.closed_at as "closedAt", p.updated_at as "updatedAt", p.deleted_at as "deletedAt",
            coalesce((select jsonb_agg(jsonb_build_object('commit', h.commit, 'from', h.from_at, 'to', h.to_at) order by h.from_at, h.commit)
                        from shared.pull_request_heads h where h.pull_request_id = p.id), '[]') as heads
       from shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id where p.id = any ($1) order by p.id`,
    [ids],
  );
}

export interface AnalysisFacts {
  id: number;
  integrationId: number;
  key: string;
  revision: string | null;
  analyzedAt: Date;
  deletedAt: Date | null;
  /** By its key, in the repository that its project is bound to. */
  pullRequestId: number | null;
}

export function readAnalyses(db: Queryable, ids: readonly number[]): Promise<AnalysisFacts[]> {
  return db.query(
    `select a.id, a.integration_id as "integrationId", a.source_key as key, a.revision, a.analyzed_at as "analyzedAt", a.deleted_at as "deletedAt",
            p.id as "pullRequestId"
       from shared.analyses a
       left join shared.bindings b on b.project_id = a.project_id and a.scope in ('pull_request', 'companion')
       left join shared.pull_requests p on p.repository_id = b.repository_id and p.source_key = a.branch
      where a.id = any ($1) order by a.id`,
    [ids],
  );
}

export interface PlatformFacts {
  outcome: string;
  trust: string | null;
  signature: string | null;
  commit: string | null;
  commitExact: boolean | null;
  dirty: boolean | null;
}

export interface ImageFacts {
  id: number;
  integrationId: number;
  digest: string;
  firstSeenAt: Date;
  goneAt: Date | null;
  platforms: PlatformFacts[];
}

export function readImageFacts(db: Queryable, ids: readonly number[]): Promise<ImageFacts[]> {
  return db.query(
    `select i.id, i.integration_id as "integrationId", i.digest, i.first_seen_at as "firstSeenAt", i.gone_at as "goneAt",
            coalesce((select jsonb_agg(jsonb_build_object('outcome', p.outcome, 'trust', p.trust, 'signature', p.signature, 'commit', p.commit,
                                                          'commitExact', p.commit_exact, 'dirty', p.dirty) order by p.digest, p.platform)
                        from shared.image_platforms p where p.image_id = i.id), '[]') as platforms
       from shared.images i where i.id = any ($1) order by i.id`,
    [ids],
  );
}

/** An image as it was named, and its digest where that was told. */
export interface Named {
  reference: string | null;
  digest: string | null;
}

export interface ExecutionFacts {
  id: number;
  integrationId: number;
  key: string;
  firstSeenAt: Date;
  begunAt: Date;
  endedAt: Date | null;
  deletedAt: Date | null;
  /** The head of what it checked out. */
  commits: string[];
  /** Images that it said it built. Of one with neither a tag nor a digest nobody knows which it is, and latest is not meant. */
  built: Named[];
}

export function readExecutions(db: Queryable, ids: readonly number[]): Promise<ExecutionFacts[]> {
  return db.query(
    `select e.id, e.integration_id as "integrationId", e.source_key as key, e.first_seen_at as "firstSeenAt",
            coalesce(e.started_at, e.created_at, e.ended_at, e.first_seen_at) as "begunAt", e.ended_at as "endedAt", e.deleted_at as "deletedAt",
            array(select distinct c.sha from shared.harness_execution_commits c where c.execution_id = e.id and c.ordinal = 1 order by 1) as commits,
            coalesce((select jsonb_agg(jsonb_build_object('reference', i.image || coalesce(':' || i.tag, ''), 'digest', i.digest)
                                       order by i.node, i.image, i.tag, i.digest)
                        from shared.harness_execution_images i where i.execution_id = e.id and (i.tag is not null or i.digest is not null)), '[]') as built
       from shared.harness_executions e where e.id = any ($1) order by e.id`,
    [ids],
  );
}

export interface DeploymentFacts extends Named {
  id: number;
  source: 'harness' | 'pushed';
  integrationId: number | null;
  key: string;
  status: string;
  takesBack: boolean;
  rolledBack: boolean;
  rolledBackAt: Date | null;
  commit: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  at: Date;
  receivedAt: Date;
  executionId: number | null;
  environmentScope: string;
  environment: string;
  /** When it ran there, with what ran there after it: not at all, or twice where what took its place was taken back. */
  periods: { from: Date; to: Date | null; endedBy: number | null }[];
}

/** What happened later, with an order for what happened at the same moment. */
const order = (row: string): string =>
  `${row}.at, coalesce(${row}.started_at, ${row}.at), ${row}.source_key, ${row}.id`;

export async function readDeployments(db: Queryable, ids: readonly number[]): Promise<DeploymentFacts[]> {
  const rows = await db.query<Omit<DeploymentFacts, 'periods'> & { placeId: number }>(
    `select d.id, d.place_id as "placeId", d.source, d.integration_id as "integrationId", d.source_key as key, d.status, d.takes_back as "takesBack",
            d.rolled_back as "rolledBack", d.rolled_back_at as "rolledBackAt", d.image as reference, d.image_digest as digest, d.commit,
            d.started_at as "startedAt", d.ended_at as "endedAt", d.at, d.received_at as "receivedAt", d.execution_id as "executionId",
            d.environment_scope as "environmentScope", d.environment
       from shared.deployments d where d.id = any ($1) order by d.id`,
    [ids],
  );
  const periods = await periodsOf(db, [...new Set(rows.map(({ placeId }) => placeId))]);
  return rows.map((row) => ({ ...row, periods: periods.get(row.id) ?? [] }));
}

/** By deployment its periods, of all that ran in these places. */
async function periodsOf(db: Queryable, places: readonly number[]): Promise<Map<number, DeploymentFacts['periods']>> {
  if (places.length === 0) return new Map();
  const rows = await db.query<{ id: number; from: Date; to: Date | null; endedBy: number | null }>(
    `select deployment_id as id, from_at as "from", to_at as "to",
            case when to_at = lead(from_at) over next then lead(deployment_id) over next end as "endedBy"
       from shared.deployment_periods where place_id = any ($1)
     window next as (partition by place_id order by from_at) order by 1, 2`,
    [places],
  );
  const periods = new Map<number, DeploymentFacts['periods']>();
  for (const { id, ...period } of rows) periods.set(id, [...(periods.get(id) ?? []), period]);
  return periods;
}

/**
 * Deployments whose time in their environment may be another one when these change: those that one of these ended, as far as
 * links say, and those that ran, or may have begun to run again, before one of these: back to the last one that stayed.
 * However many more the place had, they are few.
 */
export async function withNeighbours(db: Queryable, ids: readonly number[]): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select unnest($1::bigint[]) as id
     union
     select owner_id from trace.links where ended_by = any ($1)
     union
     select before.id from shared.deployments d
       left join lateral (
        select p.at from shared.deployments p
         where p.place_id = d.place_id and p.took_effect and p.at <= d.at and (${order('p')}) < (${order('d')})
         order by p.at desc limit 1) stayed on true
       join shared.deployments before on before.place_id = d.place_id and before.status = 'succeeded' and not before.takes_back
                                      and before.at >= coalesce(stayed.at, '-infinity') and before.at <= d.at and before.id <> d.id
      where d.id = any ($1) and d.status = 'succeeded' and not d.takes_back`,
    [ids],
  );
  return rows.map(({ id }) => Number(id));
}

export interface EnvironmentImageFacts {
  id: number;
  environment: string;
  imageId: number;
  reference: string;
  validFrom: Date;
  validTo: Date | null;
}

export function readEnvironmentImages(db: Queryable, ids: readonly number[]): Promise<EnvironmentImageFacts[]> {
  return db.query(
    `select e.id, e.environment, e.image_id as "imageId", e.reference, e.valid_from as "validFrom", e.valid_to as "validTo"
       from shared.environment_images e join shared.images i on i.id = e.image_id where e.id = any ($1) order by e.id`,
    [ids],
  );
}
