import { parseAttachmentTag } from '../../domain/image-reference.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import { attachmentsOf } from './attachments.ts';
import { readImage } from './image.ts';
import { mapLimited, type Reader, width } from './reader.ts';
import type { ImageRecord } from './records.ts';

export interface Place {
  repository: string;
  tag: string | null;
  /** Counts before the tag. */
  digest: string | null;
}

/** Tags with attachments that are looked at; of a repository with more, the referrers API must tell. */
const mostAttachmentTags = 500;

/** Reads one image as the stream `images` yields it; null when the registry has none there. */
export async function readOnDemand(reader: Reader, place: Place): Promise<ImageRecord | null> {
  const { repository } = place;
  const digest = place.digest ?? (await reader.client.resolve(repository, place.tag ?? 'latest'));
  if (digest === null) return null;
  const attachments = attachmentsOf(reader, repository, await attachmentTags(reader, repository));
  const { signatureRequired, signersKnown, ...image } = await readImage(reader, { repository, digest, attachments });
  if (image.problem?.code === 'manifest_missing' && image.mediaType === '') return null;
  return {
    digest,
    mediaType: image.mediaType,
    kind: image.kind,
    artifactType: image.artifactType,
    // Not stored, so never compared.
    evidence: 'on demand',
    signatureRequired,
    signersKnown,
    platforms: image.platforms,
    claims: image.claims,
    problem: image.problem,
    absentPlatforms: image.absentPlatforms,
  };
}

/** Who may pull one image need not be allowed to list tags: then none is known. */
async function attachmentTags(reader: Reader, repository: string): Promise<Map<string, string>> {
  const tags = await reader.client.tags(repository).catch((error: unknown) => {
    if (isPlumblineError(error)) return { items: [] };
    throw error;
  });
  const attached = tags.items.filter((tag) => parseAttachmentTag(tag) !== null).slice(0, mostAttachmentTags);
  const digests = await mapLimited(attached, width, (tag) => reader.client.resolve(repository, tag));
  return new Map(
    attached.flatMap((tag, index) => {
      const digest = digests[index];
      return typeof digest === 'string' ? [[tag, digest] as const] : [];
    }),
  );
}
