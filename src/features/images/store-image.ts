import type { ClaimRecord, ImageRecord } from '../../connectors/oci-registry/records.ts';
import { type Claim, type Resolution, resolveClaims } from '../../domain/claim.ts';
import { repositoryKey } from '../../domain/repository-url.ts';
import type { Tx } from '../../platform/database/index.ts';

export interface ImageOf {
  integrationId: number;
  repositoryId: number;
  runId: number;
  rowHash: string;
}

/** What the claims about one platform of an image come to. Pure. */
export function resolvePlatform(
  image: Pick<ImageRecord, 'claims' | 'signatureRequired' | 'signersKnown'>,
  platform: string,
): Resolution {
  const heard = image.claims
    .map((claim, ordinal) => ({ claim, ordinal }))
    .filter(({ claim }) => claim.platform === null || claim.platform === platform);
  const resolution = resolveClaims(
    heard.map(({ claim }) => asClaim(claim)),
    { requireSignature: image.signatureRequired, signersKnown: image.signersKnown, inheritWholeImage: true },
  );
  if (resolution.outcome !== 'resolved') return resolution;
  return { ...resolution, claim: heard[resolution.claim]?.ordinal ?? 0 };
}

function asClaim(record: ClaimRecord): Claim {
  const { platform, trust, place, source, revision, ref, subdir, signature, problem } = record;
  return { trust, place, wholeImage: platform === null, source, revision, ref, subdir, signature, problem };
}

/** Writes an image with its platforms and claims, new or changed; returns its id. */
export async function storeImage(tx: Tx, image: ImageRecord, of: ImageOf): Promise<number> {
  const values = [
    of.integrationId,
    of.repositoryId,
    image.digest,
    of.rowHash,
    image.mediaType,
    image.kind,
    image.artifactType,
    image.evidence,
    image.signatureRequired,
    image.signersKnown,
    newestCreation(image),
    image.problem?.code ?? null,
    image.problem?.message ?? null,
    of.runId,
  ];
  const present = await tx.maybeOne<{ id: number }>(
    `update images.images
        set row_hash = $4, media_type = $5, kind = $6, artifact_type = $7, evidence = $8, signature_required = $9, signers_known = $10,
            created_at = $11, problem_code = $12, problem_message = $13, run_id = $14, synced_at = now(), gone_at = null
      where integration_id = $1 and repository_id = $2 and digest = $3 returning id`,
    values,
  );
  const { id } =
    present ??
    (await tx.one<{ id: number }>(
      `insert into images.images (integration_id, repository_id, digest, row_hash, media_type, kind, artifact_type, evidence,
              signature_required, signers_known, created_at, problem_code, problem_message, run_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id`,
      values,
    ));
  await storePlatforms(tx, id, image);
  await storeClaims(tx, id, image.claims);
  return id;
}

/** Builds that are to be reproducible say they were made in 1970, or at another date long past. */
const firstContainers = '1990-01-01';

function newestCreation({ platforms }: ImageRecord): string | null {
  const dates = platforms.flatMap(({ createdAt }) =>
    createdAt !== null && createdAt >= firstContainers ? [createdAt] : [],
  );
  return dates.toSorted().at(-1) ?? null;
}

const platformColumns = `ordinal integer, digest text, media_type text, os text, architecture text, variant text, os_version text,
  size_bytes bigint, created_at timestamptz, outcome text, trust text, claim_ordinal integer, repository_key text, repository_url text,
  commit text, commit_exact boolean, dirty boolean, ref text, subdir text, inherited boolean, warnings text[]`;

async function storePlatforms(tx: Tx, imageId: number, image: ImageRecord): Promise<void> {
  const rows = image.platforms.map((platform, ordinal) => {
    const resolution = resolvePlatform(image, platform.digest);
    const resolved = resolution.outcome === 'resolved' ? resolution : undefined;
    return {
      ordinal,
      digest: platform.digest,
      media_type: platform.mediaType,
      os: platform.os,
      architecture: platform.architecture,
      variant: platform.variant,
      os_version: platform.osVersion,
      size_bytes: platform.size,
      created_at: platform.createdAt,
      outcome: resolution.outcome,
      trust: resolved?.trust,
      claim_ordinal: resolved?.claim,
      repository_key: resolved?.repositoryKey,
      repository_url: resolved?.repositoryUrl,
      commit: resolved?.commit,
      commit_exact: resolved?.exact,
      dirty: resolved?.dirty,
      ref: resolved?.ref,
      subdir: resolved?.subdir,
      inherited: resolved?.inherited,
      warnings: resolution.warnings,
    };
  });
  await replaceRows(tx, 'images.platforms', { imageId, columns: platformColumns, rows });
}

const claimColumns = `ordinal integer, platform_digest text, trust text, place text, source text, repository_key text, revision text,
  ref text, subdir text, predicate_type text, build_type text, builder_id text, built_at timestamptz, signature text, signer text,
  manifest_digest text, statement_digest text, problem text, detail text`;

async function storeClaims(tx: Tx, imageId: number, claims: readonly ClaimRecord[]): Promise<void> {
  const rows = claims.map((claim, ordinal) => ({
    ordinal,
    platform_digest: claim.platform,
    trust: claim.trust,
    place: claim.place,
    source: claim.source,
    repository_key: claim.source === null ? null : repositoryKey(claim.source),
    revision: claim.revision,
    ref: claim.ref,
    subdir: claim.subdir,
    predicate_type: claim.predicateType,
    build_type: claim.buildType,
    builder_id: claim.builderId,
    built_at: claim.builtAt,
    signature: claim.signature,
    signer: claim.signer,
    manifest_digest: claim.manifestDigest,
    statement_digest: claim.statementDigest,
    problem: claim.problem,
    detail: claim.detail,
  }));
  await replaceRows(tx, 'images.claims', { imageId, columns: claimColumns, rows });
}

/** Rows of an image are told apart by their ordinal; those that stay keep their id. */
async function replaceRows(
  tx: Tx,
  table: 'images.platforms' | 'images.claims',
  { imageId, columns, rows }: { imageId: number; columns: string; rows: readonly object[] },
): Promise<void> {
  const names = columns.split(',').map((column) => column.trim().split(' ')[0] ?? '');
  const others = names.filter((name) => name !== 'ordinal');
  await tx.execute(`delete from ${table} where image_id = $1 and ordinal >= $2`, [imageId, rows.length]);
  if (rows.length === 0) return;
  await tx.execute(
    `insert into ${table} (image_id, ${names.join(', ')})
     select $1, ${names.map((name) => `r.${name}`).join(', ')} from jsonb_to_recordset($2) as r (${columns})
     on conflict (image_id, ordinal) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    [imageId, JSON.stringify(rows)],
  );
}
