import type { ClaimRecord, ImageRecord } from '../../connectors/oci-registry/records.ts';
import { type Resolution, resolveClaims } from '../../domain/claim.ts';
import { parseRevision } from '../../domain/commit.ts';
import { repositoryKey } from '../../domain/repository-url.ts';
import type { Tx } from '../../platform/database/index.ts';

/** Where images are stored. */
export interface Shelf {
  integrationId: number;
  repositoryId: number;
  runId: number;
}

/** An image to store, with the hash of its record. */
export interface HashedImage {
  image: ImageRecord;
  rowHash: string;
}

/** What the claims about one platform of an image come to. Pure. */
export function resolvePlatform(
  image: Pick<ImageRecord, 'claims' | 'signatureRequired'>,
  platform: string,
): Resolution {
  const heard = image.claims
    .map((claim, ordinal) => ({ claim, ordinal }))
    .filter(({ claim }) => claim.platform === null || claim.platform === platform);
  const resolution = resolveClaims(
    heard.map(({ claim }) => ({ ...claim, wholeImage: claim.platform === null })),
    { requireSignature: image.signatureRequired, inheritWholeImage: true },
  );
  if (resolution.outcome !== 'resolved') return resolution;
  return { ...resolution, claim: heard[resolution.claim]?.ordinal ?? 0 };
}

const imageColumns = `digest text, row_hash uuid, media_type text, kind text, artifact_type text, evidence text,
  signature_required boolean, signers_known boolean, created_at timestamptz, problem_code text, problem_message text,
  absent_platforms text[]`;

/** Writes images of one repository with their platforms and claims, new or changed; returns their ids. */
export async function storeImages(tx: Tx, shelf: Shelf, images: readonly HashedImage[]): Promise<number[]> {
  if (images.length === 0) return [];
  const rows = images.map(({ image, rowHash }) => ({ row_hash: rowHash, ...imageRow(image) }));
  const names = namesOf(imageColumns);
  const written = await tx.query<{ id: number; digest: string }>(
    `insert into images.images as i (integration_id, repository_id, run_id, ${names.join(', ')})
     select $1, $2, $3, ${names.map((name) => `r.${name}`).join(', ')}
       from jsonb_to_recordset($4) as r (${imageColumns}) order by r.digest
     on conflict (repository_id, digest) do update
        set ${assignments(names)}, run_id = excluded.run_id, synced_at = now(), gone_at = null
     returning id, digest`,
    [shelf.integrationId, shelf.repositoryId, shelf.runId, JSON.stringify(rows)],
  );
  const ids = new Map(written.map(({ id, digest }) => [digest, id]));
  const stored = images.map(({ image }) => ({ id: ids.get(image.digest) as number, image }));
  await replaceRows(
    tx,
    'images.platforms',
    platformColumns,
    stored.map(({ id, image }) => ({ id, rows: platformRows(image) })),
  );
  await replaceRows(
    tx,
    'images.claims',
    claimColumns,
    stored.map(({ id, image }) => ({ id, rows: claimRows(image.claims) })),
  );
  return stored.map(({ id }) => id);
}

function imageRow(image: ImageRecord): object {
  return {
    digest: image.digest,
    media_type: image.mediaType,
    kind: image.kind,
    artifact_type: image.artifactType,
    evidence: image.evidence,
    signature_required: image.signatureRequired,
    signers_known: image.signersKnown,
    created_at: newestCreation(image),
    problem_code: image.problem?.code,
    problem_message: image.problem?.message,
    absent_platforms: image.absentPlatforms,
  };
}

/** What a record comes to in each table, for who compares it with what is stored. */
export const imageTables = [
  {
    table: 'images.images',
    columns: () => imageColumns,
    rows: (image: ImageRecord) => [{ ordinal: 0, ...imageRow(image) }],
  },
  { table: 'images.platforms', columns: () => platformColumns, rows: platformRows },
  { table: 'images.claims', columns: () => claimColumns, rows: (image: ImageRecord) => claimRows(image.claims) },
] as const;

export const namesOf = (columns: string): string[] =>
  columns.split(',').map((column) => column.trim().split(' ')[0] ?? '');
const assignments = (names: readonly string[]): string => names.map((name) => `${name} = excluded.${name}`).join(', ');

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

function platformRows(image: ImageRecord): object[] {
  return image.platforms.map((platform, ordinal) => {
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
}

const claimColumns = `ordinal integer, platform_digest text, trust text, place text, source text, repository_key text, revision text,
  commit text, ref text, subdir text, predicate_type text, build_type text, builder_id text, built_at timestamptz, signature text, signer text,
  manifest_digest text, statement_digest text, problem text, detail text`;

function claimRows(claims: readonly ClaimRecord[]): object[] {
  return claims.map((claim, ordinal) => ({
    ordinal,
    platform_digest: claim.platform,
    trust: claim.trust,
    place: claim.place,
    source: claim.source,
    repository_key: claim.source === null ? null : repositoryKey(claim.source),
    revision: claim.revision,
    commit: commitOf(claim.revision),
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
}

/** What a revision is looked up by: a commit or its beginning. */
function commitOf(text: string | null): string | null {
  const revision = parseRevision(text ?? '');
  return revision === null || revision.kind === 'other' ? null : revision.commit;
}

/** Rows of an image are told apart by their ordinal; those that stay keep their id. */
async function replaceRows(
  tx: Tx,
  table: 'images.platforms' | 'images.claims',
  columns: string,
  images: readonly { id: number; rows: readonly object[] }[],
): Promise<void> {
  await tx.execute(
    `delete from ${table} t using unnest($1::bigint[], $2::int[]) as kept (id, rows) where t.image_id = kept.id and t.ordinal >= kept.rows`,
    [images.map(({ id }) => id), images.map(({ rows }) => rows.length)],
  );
  const names = namesOf(columns);
  const all = images.flatMap(({ id, rows }) => rows.map((row) => ({ image_id: id, ...row })));
  await tx.execute(
    `insert into ${table} (image_id, ${names.join(', ')})
     select r.image_id, ${names.map((name) => `r.${name}`).join(', ')}
       from jsonb_to_recordset($1) as r (image_id bigint, ${columns}) order by r.image_id, r.ordinal
     on conflict (image_id, ordinal) do update set ${assignments(names.filter((name) => name !== 'ordinal'))}`,
    [JSON.stringify(all)],
  );
}
