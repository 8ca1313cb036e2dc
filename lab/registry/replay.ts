import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';

/** One reference of a stored set of images, with everything to push before it. */
export interface StoredReference {
  repository: string;
  tag: string;
  digest: string;
  mediaType: string;
  /** Children first, the reference itself last. */
  pushOrder: readonly { digest: string; mediaType: string }[];
}

/** A folder with `refs.json` and `blobs/sha256/<hex>`. */
export interface ImageStore {
  references: StoredReference[];
  read(digest: string): Promise<Buffer>;
}

export async function openImageStore(folder: string): Promise<ImageStore> {
  const references = JSON.parse(await readFile(join(folder, 'refs.json'), 'utf8')) as StoredReference[];
  return { references, read: (digest) => readFile(join(folder, 'blobs', digest.replace(':', '/'))) };
}

interface Named {
  digest: string;
}

/** Pushes references as a builder would: blobs, manifests by digest, and the tag last. Returns how many there were. */
export async function replayImages(
  store: ImageStore,
  registry: string,
  wanted: (reference: StoredReference) => boolean = () => true,
): Promise<number> {
  const chosen = store.references.filter(wanted);
  for (const reference of chosen) await pushReference(store, registry, reference);
  return chosen.length;
}

async function pushReference(store: ImageStore, registry: string, reference: StoredReference): Promise<void> {
  const base = `${registry}/v2/${reference.repository}`;
  for (const { digest, mediaType } of reference.pushOrder) {
    const bytes = await store.read(digest);
    const manifest = JSON.parse(bytes.toString('utf8')) as { config?: Named; layers?: Named[] };
    for (const { digest: blob } of [manifest.config, ...(manifest.layers ?? [])].filter((one) => one !== undefined))
      await pushBlob(base, blob, await store.read(blob));
    await putManifest(base, digest, { mediaType, bytes });
  }
  const { digest, mediaType, tag } = reference;
  await putManifest(base, tag, { mediaType, bytes: await store.read(digest) });
}

/** Uploads a blob that is not there yet. */
export async function pushBlob(base: string, digest: string, bytes: Buffer): Promise<void> {
  const present = await fetch(`${base}/blobs/${digest}`, { method: 'HEAD' });
  if (present.status === 200) return;
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(begun.headers.get('location') ?? '', base);
  location.searchParams.set('digest', digest);
  const done = await fetch(location, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
  });
  await requireCreated(done, `blob ${digest}`);
}

/** Puts a manifest under its digest or a tag. */
export async function putManifest(
  base: string,
  reference: string,
  { mediaType, bytes }: { mediaType: string; bytes: Buffer },
): Promise<void> {
  const answer = await fetch(`${base}/manifests/${reference}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': mediaType },
  });
  await requireCreated(answer, `manifest ${reference}`);
}

async function requireCreated(answer: Response, what: string): Promise<void> {
  const text = await answer.text();
  if (answer.status === 201) return;
  throw new PlumblineError('lab_call_failed', {
    message: `The registry did not take ${what} (status ${answer.status}).`,
    upstream: text.slice(0, 300),
  });
}
