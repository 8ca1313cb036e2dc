import { setTimeout as delay } from 'node:timers/promises';
import { isGlob } from '../../../domain/glob.ts';
import { parseImageReference } from '../../../domain/image-reference.ts';
import { advisoryLocks, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { type ImageFacts, readImages } from '../../images/index.ts';
import { environmentImageChanged } from '../changes.ts';
import type { VerdictAnswer } from '../contract.ts';
import { type Credential, evaluateOnDemand, findStored, type OnDemandOptions, requireReference } from '../on-demand.ts';
import { requireNewName } from './names.ts';

export interface WantedImages {
  environment: string;
  /** A reference, or a glob over stored images. */
  reference: string;
  credentials: readonly Credential[];
  /** The environment may be a new one although another is named almost alike. */
  makeNew: boolean;
}

/** How long an image that its registry has, but did not tell of, is waited for while its repository is read. */
const patienceMs = 20_000;
const lookEveryMs = 250;

/**
 * Notes that images are in an environment: all that a glob means, or none. Setting one that is in it already is an event
 * too: it is what was set last. Returns their ids. Throws `environment_not_found` for a new name that is almost another’s,
 * `image_not_stored`, and what evaluating throws.
 */
export async function setImages(
  options: OnDemandOptions & { patienceMs?: number },
  actor: Actor,
  wanted: WantedImages,
  signal: AbortSignal,
): Promise<number[]> {
  const { environment, reference, credentials } = wanted;
  if (!wanted.makeNew) await requireNewName(options.db, environment);
  const verdicts = await evaluateOnDemand(options, { images: [reference], credentials }, signal);
  const ids: number[] = [];
  for (const verdict of verdicts) ids.push(await storedId(options, verdict, signal));
  await options.db.transaction(async (tx) => {
    const images = await readImages(tx, ids);
    if (images.length === 0) throw new PlumblineError('image_not_stored');
    await tx.execute('select pg_advisory_xact_lock($1, hashtext($2))', [advisoryLocks.environments, environment]);
    for (const image of images)
      await setOne(options, tx, actor, { environment, image, reference: nameOf(verdicts, image, reference) });
  });
  return ids;
}

/** What a person named; of a glob, each image by its own name. */
function nameOf(verdicts: readonly VerdictAnswer[], { id }: ImageFacts, reference: string): string {
  return isGlob(reference) ? (verdicts.find(({ image }) => image.id === id)?.image.reference ?? reference) : reference;
}

async function setOne(
  { tell }: Pick<OnDemandOptions, 'tell'>,
  tx: Tx,
  actor: Actor,
  { environment, image, reference }: { environment: string; image: ImageFacts; reference: string },
): Promise<void> {
  const ended = await tx.query<{ id: number }>(
    'update policy.environment_images set valid_to = now(), ended_by = $3 where environment = $1 and image_id = $2 and valid_to is null returning id',
    [environment, image.id, actor.name],
  );
  const set = await tx.one<{ id: number }>(
    `insert into policy.environment_images (environment, registry_id, repository_id, image_id, reference, tag, set_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      environment,
      image.integrationId,
      image.repositoryId,
      image.id,
      reference,
      parseImageReference(reference)?.tag ?? null,
      actor.name,
    ],
  );
  await tell?.(
    tx,
    [...ended, set].map(({ id }) => ({ kind: environmentImageChanged, id })),
  );
  const about = { kind: 'environment', id: environment, name: environment };
  await audit(tx, actor, 'environment.set', about, { image: reference, digest: image.digest });
}

/** Id of the image behind a verdict. One that the registry has and the hub does not is being read: it is waited for. */
async function storedId(
  { db, patienceMs: patience = patienceMs }: OnDemandOptions & { patienceMs?: number },
  { image, status, message, upstream }: VerdictAnswer,
  signal: AbortSignal,
): Promise<number> {
  if (image.id !== null) return image.id;
  const refused = (why: string, remedy?: string): PlumblineError =>
    new PlumblineError('image_not_stored', {
      message: `${image.reference} is not stored. ${why}`,
      ...(upstream === null ? {} : { upstream }),
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (status === 'error') throw refused(message);
  if (image.registry.id === null) throw refused('Its registry has no integration.');
  const reference = { ...requireReference(image.reference), digest: image.digest };
  const found = await waitFor(() => findStored(db, reference), patience, signal);
  if (found !== undefined) return found;
  throw refused(
    `Its registry has it, but the hub had not read its repository after ${Math.round(patience / 1000)} s.`,
    `Make sure the integration ${image.registry.name ?? ''} watches ${image.repository}, and try again in a moment.`,
  );
}

async function waitFor<T>(
  look: () => Promise<T | undefined>,
  patience: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const until = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() >= until) return found;
    await delay(lookEveryMs, undefined, { signal });
  }
}
