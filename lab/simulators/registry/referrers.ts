import { json, type Reply } from '../wire/reply.ts';
import { notFoundPage } from './reply.ts';
import type { Repository } from './repository.ts';

/**
 * `none` as docker-registry 2.8 and distribution 3.1 answer; `right` as the specification says; `faulty` as
 * go-containerregistry does: the configuration's media type in place of the artifact's, and no filter.
 */
export type ReferrersMode = 'none' | 'right' | 'faulty';

export function referrersReply(mode: ReferrersMode, repository: Repository, subject: string, url: URL): Reply {
  if (mode === 'none') return notFoundPage();
  const wanted = mode === 'right' ? url.searchParams.get('artifactType') : null;
  const manifests = [...repository.manifests].flatMap(([digest, { mediaType, bytes }]) => {
    const manifest = JSON.parse(bytes.toString('utf8')) as Partial<
      Record<'subject' | 'config', { digest?: string; mediaType?: string }>
    > & {
      artifactType?: string;
      annotations?: object;
    };
    if (manifest.subject?.digest !== subject) return [];
    const right = manifest.artifactType ?? manifest.config?.mediaType;
    const artifactType = mode === 'faulty' ? manifest.config?.mediaType : right;
    const annotations = mode === 'right' ? { annotations: manifest.annotations } : {};
    return wanted !== null && wanted !== right
      ? []
      : [{ mediaType, digest, size: bytes.length, artifactType, ...annotations }];
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = { schemaVersion: 2, mediaType, manifests };
  const headers: Record<string, string> = wanted === null ? {} : { 'OCI-Filters-Applied': 'artifactType' };
  return { ...json(index, 200, headers), contentType: mediaType };
}
