import { isGlob } from '../../../domain/glob.ts';
import type { ImageReference } from '../../../domain/image-reference.ts';
import { reasons } from '../../../domain/verdict.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { catalogue } from '../../../platform/errors/index.ts';
import { readImages } from '../../images/index.ts';
import type { ImagePlaceAnswer, JudgedAnswer, VerdictAnswer } from '../contract.ts';
import { mappingsAt } from '../mappings/in-force.ts';
import { qualityGatesPolicy } from '../model.ts';
import {
  findStored,
  matchingImages,
  named,
  placeOfReference,
  requireReference,
  withoutImage,
  worstIndex,
} from '../on-demand.ts';
import { readSettingsAt } from '../store/settings.ts';
import { narrowed, onlyPlatform } from './one-platform.ts';
import { requirePast } from './past.ts';
import { placeOf, readVerdicts, registries } from './read-verdicts.ts';

interface Told {
  past: VerdictAnswer;
  now: VerdictAnswer;
}

/**
 * What was said of images at a time, by the references and tags of then, from what is stored: no image is judged and no
 * registry asked. Beside each stands what is said of the same image now, where that differs.
 */
export async function evaluateAsOf(
  db: Queryable,
  { images, platform, asOf }: { images: readonly string[]; platform?: string | undefined; asOf: string },
): Promise<JudgedAnswer[]> {
  await requirePast(db, asOf);
  const told: Told[] = [];
  for (const text of images) {
    if (isGlob(text)) told.push(...(await tellImages(db, await matchingImages(db, text, asOf), asOf)));
    else told.push(await tellReference(db, requireReference(text), asOf));
  }
  const narrow = (verdict: VerdictAnswer): VerdictAnswer =>
    platform !== undefined && verdict.platforms.some((one) => one.platform === platform)
      ? onlyPlatform(verdict, platform)
      : verdict;
  const settings = await readSettingsAt(db, asOf);
  const mappings = await mappingsAt(
    db,
    told.map(({ past }) => past),
    asOf,
  );
  return told.map((one, place) => {
    const past = platform === undefined ? one.past : onlyPlatform(one.past, platform);
    const now = narrow(one.now);
    return {
      ...past,
      asOf: { at: asOf, mappings: mappings[place] ?? [], settings, now: differs(past, now) ? now : null },
    };
  });
}

/** Hints and what the image is called now are no part of what is said. */
function differs(past: VerdictAnswer, now: VerdictAnswer): boolean {
  const words = ({ status, reason, message, waiver, platforms }: VerdictAnswer): string =>
    JSON.stringify([status, reason, message, waiver?.id ?? null, platforms.map((one) => ({ ...one, hints: [] }))]);
  return words(past) !== words(now);
}

/** Each of the images is answered, also one of which nothing was ever said. */
async function tellImages(db: Queryable, ids: readonly number[], at: string): Promise<Told[]> {
  const known = await registries(db);
  const byImage = async (moment: string | null): Promise<Map<number | null, VerdictAnswer>> =>
    new Map((await readVerdicts(db, ids, moment)).map((verdict) => [verdict.image.id, verdict]));
  const past = await byImage(at);
  const present = await byImage(null);
  return (await readImages(db, ids)).map((image) => {
    const place = placeOf(image, known);
    return {
      past: past.get(image.id) ?? nothingSaid(place),
      now: present.get(image.id) ?? without(place, 'IMAGE_UNKNOWN', reasons.IMAGE_UNKNOWN),
    };
  });
}

async function tellReference(db: Queryable, reference: ImageReference, at: string): Promise<Told> {
  const unknown = (): Promise<VerdictAnswer> => withoutImage(db, reference, 'IMAGE_UNKNOWN');
  for (const { id, host } of (await registries(db)).values()) {
    if (host !== reference.registry) continue;
    const image = await imageAt(db, { ...reference, integrationId: id }, at);
    const [past] = image === undefined ? [] : await readVerdicts(db, [image], at);
    if (past === undefined || image === undefined) continue;
    const [now = await unknown()] = await readVerdicts(db, [image]);
    return { past: named(past, reference), now };
  }
  const now = await asPlatform(db, reference, null);
  const past = await asPlatform(db, reference, at);
  if (past !== undefined) return { past, now: now ?? (await unknown()) };
  const stored = await findStored(db, reference);
  const [present] = stored === undefined ? [] : await readVerdicts(db, [stored]);
  return { past: nothingSaid(await placeOfReference(db, reference)), now: present ?? now ?? (await unknown()) };
}

/** An image by its digest, whatever became of it, or the one a tag pointed to then. */
async function imageAt(
  db: Queryable,
  { integrationId, repository, tag, digest }: ImageReference & { integrationId: number },
  at: string,
): Promise<number | undefined> {
  const row = await db.maybeOne<{ id: number }>(
    digest !== null
      ? 'select id from shared.images where integration_id = $1 and repository = $2 and digest = $3'
      : `select t.image_id as id from shared.image_tag_periods t join shared.images i on i.id = t.image_id
          where t.integration_id = $1 and t.repository = $2 and t.name = $3
            and t.from_at <= $4::timestamptz and (t.to_at is null or t.to_at > $4::timestamptz)
          order by t.from_at desc limit 1`,
    digest !== null ? [integrationId, repository, digest] : [integrationId, repository, tag ?? 'latest', at],
  );
  return row?.id;
}

/** What is or was said of the manifest of one platform, as of the worst of the indexes that list it. */
async function asPlatform(
  db: Queryable,
  reference: ImageReference,
  at: string | null,
): Promise<VerdictAnswer | undefined> {
  const { repository, digest } = reference;
  if (digest === null) return undefined;
  const here = [...(await registries(db)).values()].filter(({ host }) => host === reference.registry);
  const rows = await db.query<{ id: number }>(
    `select distinct i.id from shared.image_platforms p join shared.images i on i.id = p.image_id
      where i.integration_id = any ($1) and i.repository = $2 and p.digest = $3
        and (i.gone_at is null or i.gone_at > $4::timestamptz) order by i.id`,
    [here.map(({ id }) => id), repository, digest, at],
  );
  const verdicts = await readVerdicts(
    db,
    rows.map(({ id }) => id),
    at,
  );
  const answers = verdicts.flatMap((verdict) => {
    const platform = verdict.platforms.find((one) => one.digest === digest);
    return platform === undefined ? [] : [narrowed(verdict, platform)];
  });
  return worstIndex(answers, reference);
}

/** No guess: that something is said now does not tell what was said before its first record. */
const nothingSaid = (image: ImagePlaceAnswer): VerdictAnswer =>
  without(image, 'nothing_said_then', catalogue.nothing_said_then);

const without = (
  image: ImagePlaceAnswer,
  reason: string,
  { title, remedy }: { title: string; remedy: string },
): VerdictAnswer => ({
  policy: qualityGatesPolicy,
  image,
  status: 'no_data',
  reason,
  message: title,
  remedy,
  upstream: null,
  waiver: null,
  since: null,
  platforms: [],
});
