import type { Log } from '../../platform/telemetry/log.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import { type Document, maxManifestBytes, type RegistryClient } from './client.ts';
import type { Signers } from './provenance/signatures.ts';
import { type Descriptor, Index, isIndexType, isManifestType, Manifest } from './schema.ts';
import type { Settings } from './settings.ts';

/** What every reading of one call shares. */
export interface Reader {
  client: RegistryClient;
  settings: Settings;
  signers: Signers;
  log: Log;
}

/** What is read of one image at most. */
export const limits = {
  /** Entries of all its indexes together. */
  descriptors: 200,
  /** Indexes inside of indexes. */
  depth: 3,
  /** Manifests and configurations fetched. */
  documents: 1_000,
  /** Attachments looked at, and of them parsed, per digest. */
  referrers: 1_000,
  statements: 256,
  /** One statement, and all of an image, in bytes. */
  statementBytes: 16 * 1024 * 1024,
  allStatementBytes: 64 * 1024 * 1024,
} as const;

/** What may still be fetched for one image; a bomb ends it with `image_limits_exceeded`. */
export interface Budget {
  documents: number;
  descriptors: number;
  statementBytes: number;
}

export function newBudget(): Budget {
  return { documents: limits.documents, descriptors: limits.descriptors, statementBytes: limits.allStatementBytes };
}

export function exceeded(message: string): PlumblineError {
  return new PlumblineError('image_limits_exceeded', { message });
}

/** Fetches what a descriptor or digest names and says what it is. Null when the registry does not have it. */
export async function fetchDocument(
  reader: Reader,
  repository: string,
  wanted: Pick<Descriptor, 'digest' | 'size'> | { digest: string; size?: undefined },
  budget: Budget,
): Promise<ParsedDocument | null> {
  if (wanted.size !== undefined && wanted.size > maxManifestBytes)
    throw exceeded(`A manifest of ${wanted.size} bytes is named; ${maxManifestBytes} is the most that is read.`);
  if (budget.documents-- <= 0) throw exceeded(`The image has more than ${limits.documents} manifests.`);
  try {
    const document = await reader.client.manifest(repository, wanted.digest);
    return document === null ? null : parseDocument(document);
  } catch (error) {
    if (isPlumblineError(error, 'response_too_large'))
      throw exceeded(`The manifest ${wanted.digest} is larger than ${maxManifestBytes} bytes.`);
    throw error;
  }
}

export type ParsedDocument = { size: number; mediaType: string; digest: string } & (
  | { kind: 'index'; index: Index }
  | { kind: 'manifest'; manifest: Manifest }
);

/** Throws `manifest_invalid`, `manifest_unsupported`. The content's own media type must be the one it was served with. */
export function parseDocument(document: Document): ParsedDocument {
  const { digest, size } = document;
  const invalid = (message: string): PlumblineError =>
    new PlumblineError('manifest_invalid', { message: `${digest}: ${message}.` });
  let json: unknown;
  try {
    json = JSON.parse(document.text);
  } catch {
    throw invalid('it is no JSON');
  }
  const bag = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const own = typeof bag['mediaType'] === 'string' ? (bag['mediaType'].split(';')[0] ?? '').trim().toLowerCase() : null;
  const served = isIndexType(document.mediaType) || isManifestType(document.mediaType) ? document.mediaType : null;
  if (own !== null && served !== null && own !== served)
    throw invalid(`it is served as ${served} and says it is ${own}`);
  if (bag['schemaVersion'] === 1)
    throw new PlumblineError('manifest_unsupported', { message: `${digest} is a manifest of Docker’s schema 1.` });
  const guessed = 'manifests' in bag ? 'index' : 'manifest';
  const mediaType = own ?? served ?? '';
  const kind = isIndexType(mediaType)
    ? 'index'
    : isManifestType(mediaType)
      ? 'manifest'
      : mediaType === ''
        ? guessed
        : null;
  if (kind === null) throw invalid(`its media type ${mediaType.slice(0, 100)} is neither an index’s nor a manifest’s`);
  const shape = kind === 'index' ? Index.safeParse(json) : Manifest.safeParse(json);
  if (!shape.success) {
    const first = shape.error.issues[0];
    throw invalid(
      `it has not the shape of ${kind === 'index' ? 'an index' : 'a manifest'}: ${first?.path.join('.')} ${first?.message}`,
    );
  }
  const common = { digest, size, mediaType };
  return kind === 'index'
    ? { ...common, kind, index: shape.data as Index }
    : { ...common, kind, manifest: shape.data as Manifest };
}

/** Runs over items with at most `width` at once, in order of results. */
export async function mapLimited<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, run));
  return results;
}

/** Requests to a registry in flight at once; the hub may allow fewer. */
export const width = 4;
