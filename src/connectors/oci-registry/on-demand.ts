import { askedTags, attachmentsOf } from './attachments.ts';
import { readImage } from './image.ts';
import type { Reader } from './reader.ts';
import type { ImageRecord } from './records.ts';

export interface Place {
  repository: string;
  tag: string | null;
  /** Counts before the tag. */
  digest: string | null;
}

/** Reads one image as the stream `images` yields it; null when the registry has none there. */
export async function readOnDemand(reader: Reader, place: Place): Promise<ImageRecord | null> {
  const { repository } = place;
  const digest = place.digest ?? (await reader.client.resolve(repository, place.tag ?? 'latest'));
  if (digest === null) return null;
  // Who may pull one image need not be allowed to list tags.
  const attachments = attachmentsOf(reader, repository, askedTags(reader, repository));
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
