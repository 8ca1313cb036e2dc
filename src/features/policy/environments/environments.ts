import type { VerdictStatus } from '../../../domain/verdict.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { findImage, readImages } from '../../images/index.ts';
import { environmentImageChanged } from '../changes.ts';
import type { Comparison, EnvironmentAnswer, EnvironmentHistory, VerdictAnswer } from '../contract.ts';
import { findStored, type OnDemandOptions, requireReference } from '../on-demand.ts';
import { changeBetween, placeOf, readVerdicts, registries } from '../reading/read-verdicts.ts';
import { requireEnvironment } from './names.ts';

interface EntryRow {
  id: number;
  environment: string;
  imageId: number;
  repositoryId: number;
  reference: string;
  tag: string | null;
  setBy: string;
  setAt: Date;
}

const columns = `id, environment, image_id as "imageId", repository_id as "repositoryId", reference, tag, set_by as "setBy", valid_from as "setAt"`;

/**
 * Takes an image out, by the reference it was set by, by its digest, or by a tag that points to it. Throws
 * `environment_not_found`, `image_not_stored`.
 */
export async function removeImage(
  { db, tell }: Pick<OnDemandOptions, 'db' | 'tell'>,
  actor: Actor,
  wanted: { environment: string; reference: string },
): Promise<void> {
  const reference = requireReference(wanted.reference);
  await db.transaction(async (tx) => {
    await requireEnvironment(tx, wanted.environment);
    const entries = await entriesOf(tx, wanted.environment);
    const imageId = await findStored(tx, reference);
    const images = await readImages(
      tx,
      entries.map((one) => one.imageId),
    );
    const byDigest = images.find(({ digest }) => digest === reference.digest)?.id;
    const entry = entries.find(
      (one) => one.reference === wanted.reference.trim() || one.imageId === imageId || one.imageId === byDigest,
    );
    if (entry === undefined) {
      const message = `${wanted.reference.slice(0, 200)} is not in ${wanted.environment}.`;
      throw new PlumblineError('image_not_stored', { message, remedy: 'List what is: plumbline environment list.' });
    }
    await tx.execute('update policy.environment_images set valid_to = now(), ended_by = $2 where id = $1', [
      entry.id,
      actor.name,
    ]);
    await tell?.(tx, [{ kind: environmentImageChanged, id: entry.id }]);
    const about = { kind: 'environment', id: wanted.environment, name: wanted.environment };
    await audit(tx, actor, 'environment.remove', about, { image: entry.reference });
  });
}

/** Environments with what is in them now; one by name when given. Throws `environment_not_found`. */
export async function listEnvironments(db: Queryable, name?: string): Promise<EnvironmentAnswer[]> {
  if (name !== undefined) await requireEnvironment(db, name);
  const entries = await entriesOf(db, name);
  const ids = entries.map((entry) => entry.imageId);
  const images = new Map((await readImages(db, ids)).map((image) => [image.id, image]));
  const verdicts = new Map((await readVerdicts(db, ids)).map((verdict) => [verdict.image.id, verdict]));
  const known = await registries(db);
  const environments = new Map<string, EnvironmentAnswer>();
  for (const entry of entries) {
    const image = images.get(entry.imageId);
    if (image === undefined) continue;
    const { tag } = entry;
    const now =
      tag === null
        ? image.id
        : await findImage(db, { integrationId: image.integrationId, repository: image.repository, tag });
    const verdict = verdicts.get(image.id);
    const environment = environments.get(entry.environment) ?? { name: entry.environment, images: [] };
    environments.set(entry.environment, environment);
    environment.images.push({
      image: placeOf(image, known),
      reference: entry.reference,
      tagMoved: now !== image.id,
      status: verdict?.status ?? null,
      reason: verdict?.reason ?? null,
      waived: verdict !== undefined && verdict.waiver !== null,
      setAt: entry.setAt.toISOString(),
      setBy: entry.setBy,
    });
  }
  return [...environments.values()];
}

function entriesOf(db: Queryable, environment?: string): Promise<EntryRow[]> {
  return db.query(
    `select ${columns} from policy.environment_images
      where valid_to is null and ($1::text is null or environment = $1) order by environment, valid_from desc, id desc`,
    [environment ?? null],
  );
}

const shownHistory = 200;

/** What an environment ran, from when to when, the newest first. Throws `environment_not_found`. */
export async function readHistory(db: Queryable, environment: string): Promise<EnvironmentHistory> {
  await requireEnvironment(db, environment);
  const rows = await db.query<EntryRow & { endedAt: Date | null; endedBy: string | null }>(
    `select ${columns}, valid_to as "endedAt", ended_by as "endedBy" from policy.environment_images
      where environment = $1 order by valid_from desc, id desc limit ${shownHistory}`,
    [environment],
  );
  const images = new Map(
    (await readImages(db, [...new Set(rows.map((row) => row.imageId))])).map((image) => [image.id, image]),
  );
  const known = await registries(db);
  const history = rows.flatMap((row) => {
    const image = images.get(row.imageId);
    if (image === undefined) return [];
    const { reference, setBy, endedBy } = row;
    const times = { setAt: row.setAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null };
    return [{ image: placeOf(image, known), reference, setBy, endedBy, ...times }];
  });
  return { history };
}

/** Each verdict beside what the environment runs of the same repository: the image that was set last. */
export async function compareWith(
  db: Queryable,
  verdicts: readonly VerdictAnswer[],
  environment: string,
): Promise<Comparison[]> {
  await requireEnvironment(db, environment);
  const entries = await entriesOf(db, environment);
  const images = new Map(
    (await readImages(db, [...new Set(entries.map((one) => one.imageId))])).map((one) => [one.id, one]),
  );
  const comparisons: Comparison[] = [];
  for (const verdict of verdicts) {
    const entry = entries.find(({ imageId }) => {
      const image = images.get(imageId);
      return image?.integrationId === verdict.image.registry.id && image?.repository === verdict.image.repository;
    });
    const [baseline] = entry === undefined ? [] : await readVerdicts(db, [entry.imageId]);
    if (entry === undefined || baseline === undefined) {
      comparisons.push({ verdict, baseline: null, change: 'no_baseline' });
      continue;
    }
    const { status, reason } = baseline;
    const change = changeBetween(judged(baseline), judged(verdict));
    comparisons.push({ verdict, baseline: { reference: entry.reference, status, reason }, change });
  }
  return comparisons;
}

/** A waived failure lets pass, so nothing gets worse by one. */
function judged({ status, waiver }: VerdictAnswer): VerdictStatus {
  return waiver === null ? status : 'passed';
}
