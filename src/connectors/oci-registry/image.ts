import type { ClaimPlace, Trust } from '../../domain/claim.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Attachment, Attachments } from './attachments.ts';
import { maxManifestBytes } from './client.ts';
import { annotationClaim } from './provenance/annotations.ts';
import { type Opened, openBundle, openEnvelope } from './provenance/signatures.ts';
import {
  instant,
  provenancePrefix,
  readStatement,
  type StatementFacts,
  text,
  unusable,
} from './provenance/statement.ts';
import {
  type Budget,
  exceeded,
  fetchDocument,
  limits,
  mapLimited,
  newBudget,
  type ParsedDocument,
  type Reader,
  width,
} from './reader.ts';
import { type ClaimRecord, ImageRecord, imageProblems, type PlatformRecord } from './records.ts';
import {
  type Descriptor,
  ImageConfig,
  type Index,
  isBundleType,
  isConfigType,
  isIndexType,
  isLayerType,
  isManifestType,
  type Manifest,
  mediaTypes,
  saysNothing,
} from './schema.ts';

interface Reading {
  reader: Reader;
  repository: string;
  attachments: Attachments;
  budget: Budget;
  /** The digest a tag points to. */
  root: string;
}

export interface ImageWanted {
  repository: string;
  digest: string;
  attachments: Attachments;
}

/** Everything of an image but its evidence, which `streams/repository.ts` knows how to make. */
export type ReadImage = Omit<ImageRecord, 'evidence'>;

/**
 * Reads what a digest names: index, platforms' manifests, configurations and attestations, never a layer. What is wrong
 * with the image itself becomes its `problem`; what is wrong with the registry or the connection is thrown.
 */
export async function readImage(reader: Reader, wanted: ImageWanted): Promise<ReadImage> {
  const { repository, attachments, digest } = wanted;
  const reading: Reading = { reader, repository, attachments, budget: newBudget(), root: digest };
  const common = {
    digest,
    signatureRequired: reader.settings.requireSignature,
    signersKnown: reader.signers.known,
  };
  let mediaType = '';
  try {
    const root = await fetchDocument(reader, repository, { digest }, reading.budget);
    if (root === null) throw missing(digest);
    mediaType = root.mediaType;
    return { ...common, mediaType, ...(await readRoot(reading, root)), problem: null };
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    const nothing = { kind: 'image' as const, artifactType: null, platforms: [], claims: [], absentPlatforms: [] };
    return { ...common, mediaType, ...nothing, problem };
  }
}

function missing(digest: string): PlumblineError {
  return new PlumblineError('manifest_missing', { message: `The registry does not have ${digest}.` });
}

function problemOf(error: unknown): NonNullable<ImageRecord['problem']> | undefined {
  const code = imageProblems.find((one) => isPlumblineError(error, one));
  return code === undefined ? undefined : { code, message: (error as PlumblineError).message.slice(0, 300) };
}

type Content = Pick<ImageRecord, 'kind' | 'artifactType' | 'platforms' | 'claims' | 'absentPlatforms'>;

async function readRoot(reading: Reading, root: ParsedDocument): Promise<Content> {
  const found: Found = { platforms: [], absent: [], attestations: new Map(), seen: new Set([root.digest]) };
  if (root.kind === 'index') await collect(reading, root.index, found, 1);
  else if (isImage(root.manifest)) found.platforms.push({ document: root, entry: undefined });
  const [absent] = found.absent;
  // A sparse index has what was copied of it; one of which nothing is there is no image any more.
  if (found.platforms.length === 0 && absent !== undefined) throw missing(absent);
  if (found.platforms.length === 0) return artifact(root);
  const whole = root.kind === 'index' ? annotationClaim(root.index.annotations, 'index', null) : [];
  const attached =
    root.kind === 'index' ? await attachedClaims(reading, { subject: root.digest, platform: null, listed: [] }) : [];
  const several = found.platforms.length > 1;
  const read = (
    await mapLimited(found.platforms, width, async (platform) => {
      try {
        return await readPlatform(reading, platform, found);
      } catch (error) {
        if (!several || platform.entry === undefined || !isPlumblineError(error, 'manifest_missing')) throw error;
        found.absent.push(nameOf(platform.entry));
        return [];
      }
    })
  ).flat();
  if (read.length === 0) throw missing(root.digest);
  return {
    kind: 'image',
    artifactType: null,
    platforms: read.map(({ record }) => record),
    claims: atMost([...attached, ...read.flatMap(({ claims }) => claims), ...whole], mostClaims, 'claims'),
    absentPlatforms: found.absent,
  };
}

/** As many as a record holds. */
const mostClaims = 2_000;

/** What is left out might contradict what is looked at: a part of it is no answer. */
function atMost<T>(all: T[], most: number, what: string): T[] {
  if (all.length > most) throw exceeded(`The image has ${all.length} ${what}; ${most} is the most that is read.`);
  return all;
}

const attestations = 'attestations of one manifest';

function nameOf({ platform, digest }: Descriptor): string {
  const parts = [platform?.os, platform?.architecture, platform?.variant].filter((part) => part != null && part !== '');
  return short(parts.length === 0 ? digest : parts.join('/')) ?? digest;
}

function artifact(root: ParsedDocument): Content {
  const config = root.kind === 'manifest' ? root.manifest.config.mediaType : null;
  const type = (root.kind === 'index' ? root.index.artifactType : root.manifest.artifactType) ?? config;
  return { kind: 'artifact', artifactType: type ?? null, platforms: [], claims: [], absentPlatforms: [] };
}

/**
 * An artifact says so by its type, or by a configuration that is no image's. Docker 1.10 and some builders give the
 * configuration no type of its own: then the layers tell.
 */
function isImage({ artifactType, config, layers }: Manifest): boolean {
  if ((artifactType ?? '') !== '') return false;
  if (isConfigType(config.mediaType)) return true;
  return saysNothing(config.mediaType) && layers.some(({ mediaType }) => isLayerType(mediaType));
}

interface FoundPlatform {
  document: ParsedDocument & { kind: 'manifest' };
  entry: Descriptor | undefined;
}

interface Found {
  platforms: FoundPlatform[];
  /** Platforms that the index names and the registry does not have. */
  absent: string[];
  /** By the digest of the platform they speak of. */
  attestations: Map<string, Descriptor[]>;
  seen: Set<string>;
}

/** Walks an index. BuildKit marks attestations by annotation; their platform `unknown/unknown` is none. */
async function collect(reading: Reading, index: Index, found: Found, depth: number): Promise<void> {
  reading.budget.descriptors -= index.manifests.length;
  if (reading.budget.descriptors < 0) throw exceeded(`The image lists more than ${limits.descriptors} manifests.`);
  for (const entry of index.manifests) {
    const reference = entry.annotations['vnd.docker.reference.type'];
    if (reference === 'attestation-manifest') {
      const subject = entry.annotations['vnd.docker.reference.digest'] ?? '';
      found.attestations.set(subject, [...(found.attestations.get(subject) ?? []), entry]);
    }
    if (reference !== undefined || found.seen.has(entry.digest)) continue;
    found.seen.add(entry.digest);
    if (!isIndexType(entry.mediaType) && !isManifestType(entry.mediaType)) continue;
    if (isIndexType(entry.mediaType) && depth >= limits.depth)
      throw exceeded(`Indexes lie more than ${limits.depth} deep in each other.`);
    const document = await fetchDocument(reading.reader, reading.repository, entry, reading.budget);
    if (document === null) {
      found.absent.push(nameOf(entry));
      continue;
    }
    if (document.mediaType !== '' && document.mediaType !== entry.mediaType)
      throw new PlumblineError('manifest_invalid', {
        message: `${entry.digest} is listed as ${entry.mediaType} and is ${document.mediaType}.`,
      });
    if (document.kind === 'index') await collect(reading, document.index, found, depth + 1);
    else if (isImage(document.manifest)) found.platforms.push({ document, entry });
  }
}

async function readPlatform(
  reading: Reading,
  { document, entry }: FoundPlatform,
  found: Found,
): Promise<{ record: PlatformRecord; claims: ClaimRecord[] }> {
  const { digest, manifest } = document;
  const config = await readConfig(reading, manifest.config);
  const listed = found.attestations.get(digest) ?? [];
  const inIndex = await mapLimited(atMost(listed, limits.statements, attestations), 1, (one) =>
    listedClaims(reading, one, digest),
  );
  const attached = await attachedClaims(reading, {
    subject: digest,
    platform: digest,
    listed: listed.map((one) => one.digest),
  });
  const claims = [
    ...inIndex.flat(),
    ...attached,
    ...annotationClaim(manifest.annotations, 'manifest', digest),
    ...annotationClaim(entry?.annotations ?? {}, 'index_entry', digest),
    ...annotationClaim(config.labels, 'config', digest),
  ];
  const size = [document.size, manifest.config.size, ...manifest.layers.map((layer) => layer.size)].reduce(
    (a, b) => a + b,
    0,
  );
  const record = {
    digest,
    mediaType: document.mediaType,
    os: short(entry?.platform?.os ?? config.os),
    architecture: short(entry?.platform?.architecture ?? config.architecture),
    variant: short(entry?.platform?.variant ?? config.variant),
    osVersion: short(entry?.platform?.['os.version'] ?? config.osVersion),
    size: Number.isSafeInteger(size) ? size : null,
    createdAt: config.createdAt,
  };
  return { record, claims };
}

function short(value: string | null | undefined): string | null {
  return text(value)?.slice(0, 200) ?? null;
}

interface Config {
  labels: Record<string, string>;
  os: string | null | undefined;
  architecture: string | null | undefined;
  variant: string | null | undefined;
  osVersion: string | null | undefined;
  createdAt: string | null;
}

const noConfig: Config = {
  labels: {},
  os: null,
  architecture: null,
  variant: null,
  osVersion: null,
  createdAt: null,
};

/** A configuration that is too large or unreadable takes only itself away: labels and the date it was made. */
async function readConfig({ reader, repository, budget }: Reading, config: Descriptor): Promise<Config> {
  if (config.size > maxManifestBytes) return noConfig;
  if (budget.documents-- <= 0) throw exceeded(`The image has more than ${limits.documents} manifests.`);
  let json: unknown;
  try {
    json = JSON.parse(await reader.client.blob(repository, config.digest, Math.min(maxManifestBytes, config.size)));
  } catch (error) {
    if (error instanceof SyntaxError || isPlumblineError(error, 'response_too_large')) return noConfig;
    throw error;
  }
  const { data } = ImageConfig.safeParse(json);
  if (data === undefined) return noConfig;
  const { created, os, architecture, variant } = data;
  const labels = data.config?.Labels ?? {};
  return { labels, os, architecture, variant, osVersion: data['os.version'], createdAt: instant(created) };
}

/** Claims of an attestation that the index itself lists for a platform: this build's own. */
async function listedClaims(reading: Reading, entry: Descriptor, platform: string): Promise<ClaimRecord[]> {
  const place = 'index_attestation';
  return readAttestation(reading, {
    digest: entry.digest,
    size: entry.size,
    place,
    platform,
    subjects: [platform, reading.root],
  });
}

interface Subject {
  subject: string;
  /** Null: what is attached speaks of the image as a whole. */
  platform: string | null;
  /** Attestations that the index lists: the registry names them once more. */
  listed: readonly string[];
}

/**
 * Claims of what was attached to a digest. Where the index lists an attestation of its own for a platform, unsigned ones
 * beside it are those of other builds with the same content, and are not read.
 */
async function attachedClaims(reading: Reading, { subject, platform, listed }: Subject): Promise<ClaimRecord[]> {
  const attached = await reading.attachments.of(subject);
  const others = attached.filter(({ digest }) => !listed.includes(digest));
  const unsignedToo = listed.length === 0;
  const wanted = others.filter(({ artifactType, way }) => way === 'att' || isWanted(artifactType, unsignedToo));
  const claims: ClaimRecord[] = [];
  for (const { digest, way } of atMost(wanted, limits.statements, attestations)) {
    claims.push(...(await attachmentClaims(reading, { digest, way }, { subject, platform, unsignedToo })));
  }
  return claims;
}

const buildkitArtifact = 'application/vnd.docker.attestation.manifest.v1+json';

function isWanted(artifactType: string, unsignedToo: boolean): boolean {
  if (artifactType === '' || isBundleType(artifactType)) return true;
  return unsignedToo && (artifactType === buildkitArtifact || artifactType === mediaTypes.inToto);
}

async function attachmentClaims(
  reading: Reading,
  { digest, way }: Pick<Attachment, 'digest' | 'way'>,
  { subject, platform, unsignedToo }: { subject: string; platform: string | null; unsignedToo: boolean },
): Promise<ClaimRecord[]> {
  const subjects = [subject, reading.root];
  return readAttestation(reading, {
    digest,
    place: 'referrer',
    platform,
    subjects,
    unsignedToo,
    mustRefer: way !== 'att',
  });
}

interface Attestation {
  digest: string;
  size?: number;
  place: Extract<ClaimPlace, 'index_attestation' | 'referrer'>;
  platform: string | null;
  /** Digests that its statements may be about. */
  subjects: readonly string[];
  unsignedToo?: boolean;
  /** It must name one of the subjects itself: a registry could list anything. */
  mustRefer?: boolean;
}

/** Reads the statements of an attestation manifest; one that cannot be read is a claim with a problem. */
async function readAttestation(reading: Reading, attestation: Attestation): Promise<ClaimRecord[]> {
  const { digest, size, subjects } = attestation;
  const wanted = size === undefined ? { digest } : { digest, size };
  let document: ParsedDocument | null;
  try {
    document = await fetchDocument(reading.reader, reading.repository, wanted, reading.budget);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || problem.code === 'image_limits_exceeded') throw error;
    return toClaims(attestation, {
      opened: bare(''),
      facts: unusable('malformed', problem.message),
      statementDigest: null,
    });
  }
  // What the index lists is the image's own word: without it others would decide.
  if (document === null && attestation.place === 'index_attestation')
    throw new PlumblineError('incomplete_listing', {
      message: `The index lists an attestation that the registry does not have: ${digest}.`,
    });
  if (document?.kind !== 'manifest') {
    const words = document === null ? 'The registry does not have the attestation.' : 'The attestation is no manifest.';
    return toClaims(attestation, { opened: bare(''), facts: unusable('malformed', words), statementDigest: null });
  }
  const { manifest } = document;
  if (attestation.mustRefer === true && !subjects.includes(manifest.subject?.digest ?? '')) return [];
  const unsignedToo = attestation.unsignedToo !== false;
  // The registry's list may have left the type out, or told a wrong one.
  if (attestation.mustRefer === true && !isWanted(manifest.artifactType ?? '', unsignedToo)) return [];
  const claims: ClaimRecord[] = [];
  const layers = manifest.layers.filter((one) => mayHoldProvenance(one, unsignedToo));
  for (const layer of atMost(layers, limits.statements, 'statements in one attestation')) {
    const statement = await readLayer(reading, layer, subjects);
    if (statement === undefined) continue;
    claims.push(...toClaims(attestation, statement));
  }
  return claims;
}

/** The predicate's type beside a layer is voluntary: where it is missing the statement itself tells. */
function mayHoldProvenance({ mediaType, annotations }: Descriptor, unsignedToo: boolean): boolean {
  const isStatement =
    (unsignedToo && mediaType === mediaTypes.inToto) || mediaType === mediaTypes.dsse || isBundleType(mediaType);
  const predicate = annotations['in-toto.io/predicate-type'] ?? annotations['predicateType'];
  return (
    isStatement &&
    (predicate === undefined || predicate.startsWith(provenancePrefix) || predicate.startsWith('slsaprovenance'))
  );
}

interface ReadStatement {
  opened: Omit<Opened, 'statement'>;
  facts: StatementFacts;
  statementDigest: string | null;
}

async function readLayer(
  reading: Reading,
  layer: Descriptor,
  subjects: readonly string[],
): Promise<ReadStatement | undefined> {
  const { reader, repository, budget } = reading;
  const statementDigest = layer.digest;
  const none = bare('');
  if (layer.size <= limits.statementBytes && layer.size > budget.statementBytes)
    throw exceeded(`The image’s statements have more than ${limits.allStatementBytes} bytes.`);
  if (layer.size > limits.statementBytes) {
    const words = `The statement has ${layer.size} bytes; ${limits.statementBytes} is the most that is read.`;
    return { opened: none, facts: unusable('too_large', words), statementDigest };
  }
  if (budget.documents-- <= 0) throw exceeded(`The image has more than ${limits.documents} manifests and statements.`);
  budget.statementBytes -= layer.size;
  let blob: string;
  try {
    // The manifest's word for the size holds: a longer body is cut off where it ends.
    blob = await reader.client.blob(repository, layer.digest, layer.size);
  } catch (error) {
    if (isPlumblineError(error, 'response_too_large'))
      return {
        opened: none,
        facts: unusable('too_large', 'The statement is longer than its manifest says.'),
        statementDigest,
      };
    if (isPlumblineError(error, 'digest_mismatch') || isPlumblineError(error, 'manifest_missing'))
      return { opened: none, facts: unusable('malformed', error.message), statementDigest };
    throw error;
  }
  const opened = open(layer.mediaType, blob, reader);
  // A signature of something else than a statement: nothing for us.
  if (opened === undefined) return undefined;
  const facts = readStatement(opened.statement, subjects);
  return facts === undefined ? undefined : { opened, facts, statementDigest };
}

function open(mediaType: string, blob: string, { signers }: Reader): Opened | undefined {
  if (mediaType === mediaTypes.inToto) return bare(blob);
  return mediaType === mediaTypes.dsse ? openEnvelope(blob, signers) : openBundle(blob, signers);
}

function bare(statement: string): Opened {
  return { statement, signature: 'none', signer: null };
}

/** One claim per fact of a statement, or one that says why it has none. */
function toClaims(attestation: Attestation, { opened, facts, statementDigest }: ReadStatement): ClaimRecord[] {
  const { place, platform, digest } = attestation;
  const common = {
    platform,
    place,
    predicateType: facts.predicateType,
    buildType: facts.buildType,
    builderId: facts.builderId,
    builtAt: facts.builtAt,
    signature: opened.signature,
    signer: opened.signer,
    manifestDigest: digest,
    statementDigest,
    problem: facts.problem,
    detail: facts.detail,
  };
  if (facts.facts.length === 0) {
    const trust = trustOf('hint', place, opened.signature, true);
    return [{ ...common, trust, source: null, revision: null, ref: null, subdir: null }];
  }
  return facts.facts.flatMap(({ kind, ...fact }, index) => {
    const trust = trustOf(kind, place, opened.signature, index === 0);
    // What an unsigned attachment says besides its best fact would only contradict it.
    if (trust === 'referrer' && index > 0) return [];
    return [{ ...common, ...fact, trust }];
  });
}

/**
 * A verified signature vouches for what the statement is about, not for a hint beside it. One that nobody verified is
 * none: anybody may have made it, so what it is around is an attachment like any other.
 */
function trustOf(
  kind: 'resolved' | 'hint',
  place: Attestation['place'],
  signature: Opened['signature'],
  isBest: boolean,
): Trust {
  if (signature === 'verified' && isBest) return 'signed';
  if (place === 'referrer' && signature !== 'verified') return 'referrer';
  return kind === 'resolved' ? 'builder' : 'client';
}
