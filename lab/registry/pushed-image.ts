import { createHash } from 'node:crypto';
import { pushBlob, putManifest } from './replay.ts';

/** What a builder says of where it got the source. */
export interface BuiltFrom {
  commit: string;
  /** Git address. */
  source: string;
  ref: string;
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
  attestation: 'application/vnd.docker.attestation.manifest.v1+json',
  statement: 'application/vnd.in-toto+json',
  predicate: 'https://slsa.dev/provenance/v1',
} as const;

interface Blob {
  digest: string;
  bytes: Buffer;
}

function blobOf(content: string | object): Blob {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

const descriptor = (mediaType: string, { digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length });

/**
 * Pushes an image as BuildKit does since 0.32: an index with one platform and its attestation, which names the commit that
 * the builder itself resolved. Returns the index’s digest.
 */
export async function pushImage(
  registry: string,
  place: { repository: string; tag: string },
  { commit, source, ref }: BuiltFrom,
): Promise<string> {
  const base = `${registry}/v2/${place.repository}`;
  const layer = blobOf(`files of ${commit}`);
  const config = blobOf({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const image = blobOf({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(types.config, config),
    layers: [descriptor(types.layer, layer)],
  });
  const material = { uri: `${source}#${ref}`, digest: { sha1: commit } };
  const statement = blobOf({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: types.predicate,
    subject: [
      { name: `pkg:docker/${place.repository}@${place.tag}`, digest: { sha256: image.digest.slice('sha256:'.length) } },
    ],
    predicate: {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        resolvedDependencies: [material],
        externalParameters: { configSource: material, request: { frontend: 'dockerfile.v0' } },
      },
      runDetails: { builder: { id: '' }, metadata: { finishedOn: '2026-11-21T07:18:04.123892856Z' } },
    },
  });
  const empty = blobOf('{}');
  const attestation = blobOf({
    schemaVersion: 2,
    mediaType: types.manifest,
    artifactType: types.attestation,
    config: descriptor(types.empty, empty),
    layers: [
      { ...descriptor(types.statement, statement), annotations: { 'in-toto.io/predicate-type': types.predicate } },
    ],
    subject: descriptor(types.manifest, image),
  });
  const index = blobOf({
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      { ...descriptor(types.manifest, image), platform: { architecture: 'amd64', os: 'linux' } },
      {
        ...descriptor(types.manifest, attestation),
        annotations: {
          'vnd.docker.reference.digest': image.digest,
          'vnd.docker.reference.type': 'attestation-manifest',
        },
        platform: { architecture: 'unknown', os: 'unknown' },
      },
    ],
  });
  for (const { digest, bytes } of [layer, config, statement, empty]) await pushBlob(base, digest, bytes);
  for (const { digest, bytes } of [image, attestation])
    await putManifest(base, digest, { mediaType: types.manifest, bytes });
  await putManifest(base, place.tag, { mediaType: types.index, bytes: index.bytes });
  return index.digest;
}
