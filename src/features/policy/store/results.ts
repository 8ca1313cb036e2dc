import type { VerdictStatus } from '../../../domain/verdict.ts';
import { advisoryLocks, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { ProjectVerdict } from '../model.ts';
import { qualityGatesPolicy } from '../model.ts';

/** One process at a time judges an image; ids must be ascending, so that two never wait for each other. */
export async function lockImages(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.execute("set local lock_timeout = '60s'");
  await tx.execute(
    'select pg_advisory_xact_lock($1, (id % 2147483647)::int) from (select id from unnest($2::bigint[]) id order by id % 2147483647) ids',
    [advisoryLocks.verdicts, ids],
  );
}

export interface CurrentResult {
  id: number;
  imageId: number;
  /** Null: the image as a whole. */
  platformDigest: string | null;
  status: VerdictStatus;
  reason: string;
  hash: string;
}

export function currentResults(db: Queryable, imageIds: readonly number[]): Promise<CurrentResult[]> {
  return db.query(
    `select id, image_id as "imageId", platform_digest as "platformDigest", status, reason, encode(evidence_hash, 'hex') as hash
       from policy.results where image_id = any ($1) and policy = $2 and valid_to is null`,
    [imageIds, qualityGatesPolicy],
  );
}

/**
 * When what is said now begins, exactly. After the lock: a transaction that waited for another began before what that one
 * said, and periods of one image never overlap.
 */
export async function readClock(tx: Tx): Promise<string> {
  return (await tx.one<{ at: string }>('select clock_timestamp()::text as at')).at;
}

export async function endResults(tx: Tx, ids: readonly number[], at: string): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('update policy.results set valid_to = $2::timestamptz where id = any ($1)', [ids, at]);
}

export interface NewResult {
  imageId: number;
  registryId: number;
  repositoryId: number;
  platformDigest: string | null;
  platform: string | null;
  status: VerdictStatus;
  reason: string;
  message: string;
  evidence: string;
  /** Hexadecimal. */
  hash: string;
  projects: readonly ProjectVerdict[];
}

/** Rows go over as one JSON text: a statement per table, however many images. */
export async function insertResults(tx: Tx, results: readonly NewResult[], at: string): Promise<void> {
  if (results.length === 0) return;
  const rows = results.map((result, place) => ({ ...result, projects: undefined, place }));
  const inserted = await tx.query<{ id: number; image_id: number; platform_digest: string | null }>(
    `insert into policy.results (policy, image_id, registry_id, repository_id, platform_digest, platform, status, reason, message, evidence, evidence_hash, valid_from)
     select $1, r."imageId", r."registryId", r."repositoryId", r."platformDigest", r.platform, r.status, r.reason, r.message,
            r.evidence::jsonb, decode(r.hash, 'hex'), $3::timestamptz
       from jsonb_to_recordset($2::jsonb) as r (place int, "imageId" bigint, "registryId" bigint, "repositoryId" bigint,
            "platformDigest" text, platform text, status text, reason text, message text, evidence text, hash text)
      order by r.place
     returning id, image_id, platform_digest`,
    [qualityGatesPolicy, JSON.stringify(rows), at],
  );
  const place = (imageId: number, digest: string | null): string => `${imageId} ${digest}`;
  const ids = new Map(inserted.map((row) => [place(row.image_id, row.platform_digest), row.id]));
  const projects = results.flatMap((result) =>
    result.projects.map((project) => ({
      resultId: ids.get(place(result.imageId, result.platformDigest)),
      integrationId: project.integrationId,
      projectId: project.projectId,
      projectKey: project.projectKey,
      status: project.status,
      reason: project.reason,
      analysisId: project.analysis?.id ?? null,
      scope: project.analysis?.scope ?? null,
      branch: project.analysis?.branch ?? null,
      revision: project.analysis?.revision ?? null,
      gateStatus: project.analysis?.gateStatus ?? null,
      analyzedAt: project.analysis?.analyzedAt ?? null,
    })),
  );
  if (projects.length === 0) return;
  await tx.execute(
    `insert into policy.result_projects (result_id, integration_id, project_id, project_key, analysis_id, status, reason, scope, branch, revision, gate_status, analyzed_at)
     select r."resultId", r."integrationId", r."projectId", r."projectKey", r."analysisId", r.status, r.reason, r.scope, r.branch,
            r.revision, r."gateStatus", r."analyzedAt"
       from jsonb_to_recordset($1::jsonb) as r ("resultId" bigint, "integrationId" bigint, "projectId" bigint, "projectKey" text,
            "analysisId" bigint, status text, reason text, scope text, branch text, revision text, "gateStatus" text, "analyzedAt" timestamptz)`,
    [JSON.stringify(projects)],
  );
}

/** Ids of images after this one, ascending. Also of those their registry has no more: an environment may run them. */
export async function imagesAfter(db: Queryable, after: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>('select id from shared.images where id > $1 order by id limit $2', [
    after,
    limit,
  ]);
  return rows.map((row) => row.id);
}

/** Images of the repositories that a pattern means, ascending. */
export async function imagesMatching(
  db: Queryable,
  matches: (image: { integrationId: number; repository: string }) => boolean,
): Promise<number[]> {
  const repositories = await db.query<{ id: number; integrationId: number; repository: string }>(
    'select id, integration_id as "integrationId", name as repository from shared.image_repositories',
  );
  const ids = repositories.filter(matches).map((repository) => repository.id);
  const rows = await db.query<{ id: number }>(
    'select id from shared.images where repository_id = any ($1) order by id',
    [ids],
  );
  return rows.map((row) => row.id);
}
