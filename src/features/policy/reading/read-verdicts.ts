import { type Hint, hints, isWorse, type ReasonCode, reasons, type VerdictStatus } from '../../../domain/verdict.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type ImageFacts, readImages } from '../../images/index.ts';
import type { ImagePlaceAnswer, PlatformAnswer, VerdictAnswer, VerdictDetail } from '../contract.ts';
import { qualityGatesPolicy } from '../model.ts';
import { registryHosts } from '../registries.ts';
import { waiversOf } from '../store/waivers.ts';
import { toWaiver } from '../waivers/waivers.ts';
import { findHints } from './hints.ts';

interface ResultRow {
  imageId: number;
  platformDigest: string | null;
  platform: string | null;
  status: VerdictStatus;
  reason: ReasonCode;
  message: string;
  evidence: Pick<PlatformAnswer, 'claim' | 'flags' | 'projects'> & {
    problem?: { code: string; message: string };
    /** Of the image as a whole. */
    platforms?: { digest: string }[];
  };
  validFrom: Date;
  validTo: Date | null;
}

const columns = `image_id as "imageId", platform_digest as "platformDigest", platform, status, reason, message, evidence,
  valid_from as "validFrom", valid_to as "validTo"`;

/**
 * What is said of images now, with hints and waivers, or what was said of them at a time, without hints, which are worked out
 * when they are read. Those of which nothing is said, or was then, are left out.
 */
export async function readVerdicts(
  db: Queryable,
  imageIds: readonly number[],
  at: string | null = null,
): Promise<VerdictAnswer[]> {
  const images = await readImages(db, imageIds);
  const rows = await db.query<ResultRow>(
    `select ${columns} from policy.results where image_id = any ($1) and policy = $2 and ${at === null ? 'valid_to is null' : saidAt} order by id`,
    [imageIds, qualityGatesPolicy, ...(at === null ? [] : [at])],
  );
  const resultsOf = Map.groupBy(rows, (row) => row.imageId);
  const waivers = await waiversOf(db, images, at);
  const tags = at === null ? undefined : await tagsAt(db, imageIds, at);
  const hosts = await registries(db);
  const answers: VerdictAnswer[] = [];
  for (const image of images) {
    const results = resultsOf.get(image.id) ?? [];
    const whole = results.find((row) => row.platformDigest === null);
    if (whole === undefined) continue;
    const inForce = whole.status === 'failed' ? waivers.get(image.id)?.find((waiver) => waiver.inForce) : undefined;
    const platforms = results.filter((row) => row.platformDigest !== null);
    const order = new Map(
      (at === null ? image.platforms : (whole.evidence.platforms ?? [])).map(({ digest }, place) => [digest, place]),
    );
    platforms.sort((a, b) => (order.get(a.platformDigest ?? '') ?? 0) - (order.get(b.platformDigest ?? '') ?? 0));
    const hinted =
      at === null
        ? await findHints(
            db,
            platforms.map(({ reason, evidence }) => ({ reason, claim: evidence.claim })),
          )
        : [];
    answers.push({
      policy: qualityGatesPolicy,
      image: placeOf(tags === undefined ? image : { ...image, tags: tags.get(image.id) ?? [] }, hosts),
      status: whole.status,
      reason: whole.reason,
      message: whole.message,
      remedy: reasons[whole.reason]?.remedy ?? '',
      upstream: whole.evidence.problem?.message ?? null,
      waiver: inForce === undefined ? null : toWaiver(inForce),
      since: whole.validFrom.toISOString(),
      platforms: platforms.map((row, place) => ({
        digest: row.platformDigest ?? '',
        platform: row.platform,
        status: row.status,
        reason: row.reason,
        claim: row.evidence.claim,
        flags: row.evidence.flags,
        projects: row.evidence.projects,
        hints: (hinted[place] ?? []).map(toHint),
      })),
    });
  }
  return answers;
}

/** Rows whose period holds the moment $3. */
const saidAt = 'valid_from <= $3::timestamptz and (valid_to is null or valid_to > $3::timestamptz)';

/** Tags that pointed to images then. */
async function tagsAt(db: Queryable, imageIds: readonly number[], at: string): Promise<Map<number, string[]>> {
  const rows = await db.query<{ imageId: number; tags: string[] }>(
    `select image_id as "imageId", array_agg(name order by name) as tags from shared.image_tag_periods
      where image_id = any ($1) and from_at <= $2::timestamptz and (to_at is null or to_at > $2::timestamptz) group by 1`,
    [imageIds, at],
  );
  return new Map(rows.map(({ imageId, tags }) => [imageId, tags]));
}

export const toHint = ({ code, detail }: { code: Hint; detail?: string }): { code: string; message: string } => ({
  code,
  message: detail === undefined ? hints[code] : `${hints[code]} ${detail}`,
});

const shownHistory = 100;

/** Everything about one image. Throws `image_not_stored`. */
export async function readVerdict(db: Queryable, imageId: number): Promise<VerdictDetail> {
  const [verdict] = await readVerdicts(db, [imageId]);
  const [image] = await readImages(db, [imageId]);
  if (verdict === undefined || image === undefined) throw new PlumblineError('image_not_stored');
  const history = await db.query<ResultRow>(
    `select ${columns} from policy.results where image_id = $1 and policy = $2 and platform_digest is null
      order by valid_from desc, id desc limit ${shownHistory}`,
    [imageId, qualityGatesPolicy],
  );
  const environments = await db.query<{ environment: string }>(
    'select environment from policy.environment_images where image_id = $1 and valid_to is null order by environment',
    [imageId],
  );
  return {
    ...verdict,
    history: history.map(({ status, reason, message, validFrom, validTo }) => ({
      status,
      reason,
      message,
      validFrom: validFrom.toISOString(),
      validTo: validTo?.toISOString() ?? null,
    })),
    waivers: ((await waiversOf(db, [image])).get(imageId) ?? []).map(toWaiver),
    environments: environments.map((row) => row.environment),
  };
}

export interface Registry {
  id: number;
  name: string;
  host: string;
}

export async function registries(db: Queryable): Promise<Map<number, Registry>> {
  const hosts = await registryHosts(db);
  const rows = await db.query<{ id: number; name: string }>(
    `select id, name from shared.integrations where kind = 'oci-registry'`,
  );
  return new Map(rows.map(({ id, name }) => [id, { id, name, host: hosts.get(id) ?? '' }]));
}

type Place = Pick<ImageFacts, 'id' | 'integrationId' | 'repository' | 'digest' | 'tags'>;

export function placeOf(image: Place, known: ReadonlyMap<number, Registry>): ImagePlaceAnswer & { id: number } {
  const registry = known.get(image.integrationId);
  const host = registry?.host ?? '';
  const [tag] = image.tags;
  return {
    id: image.id,
    reference: `${host}/${image.repository}${tag === undefined ? `@${image.digest}` : `:${tag}`}`,
    registry: {
      id: image.integrationId,
      name: registry?.name ?? `deleted integration ${image.integrationId}`,
      host,
    },
    repository: image.repository,
    digest: image.digest,
    tags: image.tags,
  };
}

/** How an image compares with what an environment runs. */
export function changeBetween(before: VerdictStatus, after: VerdictStatus): 'worse' | 'better' | 'unchanged' {
  if (isWorse(before, after)) return 'worse';
  return after === 'passed' && before !== 'passed' ? 'better' : 'unchanged';
}
