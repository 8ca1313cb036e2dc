import type { z } from 'zod';
import type { Queryable } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Image, ImageClaim, ImagePlatform, TagPeriod } from './contract.ts';
import { readImageRows } from './list-images.ts';
import { type ClaimFacts, readImages } from './read-images.ts';

/** One image with platforms, claims and the history of its tags. Throws `not_found`. */
export async function readImage(db: Queryable, id: number): Promise<Image> {
  const [facts] = await readImages(db, [id]);
  const [row] = await readImageRows(db, [id]);
  if (facts === undefined || row === undefined) throw new PlumblineError('not_found');
  const { platforms: _, ...shared } = row;
  const sizes = await db.query<{ id: number; size: number | null; created_at: Date | null }>(
    'select id, size_bytes as size, created_at from images.platforms where image_id = $1',
    [id],
  );
  const more = new Map(sizes.map((one) => [one.id, one]));
  const platforms = facts.platforms.map(({ id: platformId, claimOrdinal, ...platform }): ImagePlatform => {
    const found = more.get(platformId);
    return {
      ...platform,
      claim: claimOrdinal,
      size: found?.size ?? null,
      createdAt: found?.created_at?.toISOString() ?? null,
    };
  });
  return {
    ...shared,
    mediaType: facts.mediaType,
    signatureRequired: facts.signatureRequired,
    absentPlatforms: facts.absentPlatforms,
    platforms,
    claims: facts.claims.map(toClaim),
    tagHistory: await tagHistory(db, id),
    pullReference: await pullReference(db, facts.integrationId, `${facts.repository}@${facts.digest}`),
  };
}

function toClaim({ wholeImage: _wholeImage, builtAt, ...claim }: ClaimFacts): ImageClaim {
  return { ...claim, builtAt: builtAt?.toISOString() ?? null };
}

/** Periods of every tag that ever pointed to the image, newest first. */
async function tagHistory(db: Queryable, imageId: number): Promise<z.infer<typeof TagPeriod>[]> {
  const rows = await db.query<{ name: string; image_id: number; digest: string; from_at: Date; to_at: Date | null }>(
    `select t.name, t.image_id, i.digest, t.from_at, t.to_at
       from images.tag_periods t join images.images i on i.id = t.image_id
      where (t.repository_id, t.name) in (select repository_id, name from images.tag_periods where image_id = $1)
      order by t.from_at desc, t.name limit 200`,
    [imageId],
  );
  return rows.map((row) => ({
    name: row.name,
    imageId: row.image_id,
    digest: row.digest,
    from: row.from_at.toISOString(),
    to: row.to_at?.toISOString() ?? null,
  }));
}

async function pullReference(db: Queryable, integrationId: number, path: string): Promise<string> {
  const row = await db.maybeOne<{ url: string | null }>('select url from shared.integrations where id = $1', [
    integrationId,
  ]);
  const host = URL.parse(row?.url ?? '')?.host ?? '';
  return host === '' ? path : `${host === 'registry-1.docker.io' ? 'docker.io' : host}/${path}`;
}
