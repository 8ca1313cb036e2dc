import { type RegistrySimulator, sha256 } from '../../lab/simulators/registry/index.ts';
import type { Repository } from '../../lab/simulators/registry/repository.ts';

export const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  inToto: 'application/vnd.in-toto+json',
};

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: object;
}

/** Puts made-up images into a simulator, well-formed or not. */
export function pusher(simulator: RegistrySimulator, name = 'team/made') {
  const repository: Repository = simulator.repositories.get(name) ?? {
    blobs: new Map(),
    manifests: new Map(),
    tags: new Map(),
  };
  simulator.repositories.set(name, repository);
  const blob = (content: string | Buffer, mediaType: string): Descriptor => {
    const bytes = Buffer.from(content);
    repository.blobs.set(sha256(bytes), bytes);
    return { mediaType, digest: sha256(bytes), size: bytes.length };
  };
  const put = (content: object | string, mediaType: string): Descriptor => {
    const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    repository.manifests.set(sha256(bytes), { mediaType, bytes });
    return { mediaType, digest: sha256(bytes), size: bytes.length };
  };
  return {
    repository,
    blob,
    put,
    manifest(more: object = {}, labels: Record<string, string> = {}): Descriptor {
      const config = blob(
        JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Labels: labels } }),
        types.config,
      );
      const layers = [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: `sha256:${'1'.repeat(64)}`,
          size: 5_000_000_000,
        },
      ];
      return put({ schemaVersion: 2, mediaType: types.manifest, config, layers, ...more }, types.manifest);
    },
    index(manifests: readonly Descriptor[], more: object = {}): Descriptor {
      return put({ schemaVersion: 2, mediaType: types.index, manifests, ...more }, types.index);
    },
    /** An attestation manifest for a platform, with statements as they are given. */
    attestation(platform: Descriptor, statements: readonly (string | Descriptor)[]): Descriptor {
      const layers = statements.map((one) => (typeof one === 'string' ? blob(one, types.inToto) : one));
      const made = put(
        { schemaVersion: 2, mediaType: types.manifest, config: blob('{}', types.config), layers },
        types.manifest,
      );
      const annotations = {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': platform.digest,
      };
      return { ...made, annotations, platform: { os: 'unknown', architecture: 'unknown' } };
    },
    tag(tag: string, { digest }: Pick<Descriptor, 'digest'>): void {
      repository.tags.set(tag, digest);
    },
  };
}

export const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';

/** A statement of BuildKit about a platform, built from a git context. */
export function gitStatement({ digest }: Pick<Descriptor, 'digest'>, more: object = {}): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ digest: { sha256: digest.replace('sha256:', '') } }],
    predicate: {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: 'https://git.example.com/team/made.git#main', digest: { sha1: commit } },
        },
      },
      ...more,
    },
  });
}
