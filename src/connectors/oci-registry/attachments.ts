import { isDigest, parseAttachmentTag } from '../../domain/image-reference.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import { limits, parseDocument, type Reader } from './reader.ts';
import type { List } from './paging.ts';
import { type Descriptor, isConfigType, mediaTypes } from './schema.ts';

/** A manifest that refers to a digest, and how it was found. */
export interface Attachment {
  digest: string;
  /** As the registry says; '' where only the manifest itself tells. */
  artifactType: string;
  way: 'api' | 'tag' | 'att';
}

/** What is attached to the digests of one repository: from the referrers API where there is one, and from tags. */
export interface Attachments {
  of(subject: string): Promise<Attachment[]>;
  /** What the referrers API names, as a text: the same text means the same attachments. '' without the API. */
  listed(subject: string): Promise<string>;
  /** The same of what tags attach. */
  tagged(subject: string): string;
  /** Subjects that tags attach something to. */
  taggedSubjects: readonly string[];
}

/** `tags` maps every tag of the repository to its digest. */
export function attachmentsOf(reader: Reader, repository: string, tags: ReadonlyMap<string, string>): Attachments {
  const byTag = new Map<string, { way: 'tag' | 'att' | 'other'; digest: string }[]>();
  for (const [tag, digest] of tags) {
    const attachment = parseAttachmentTag(tag);
    if (attachment === null) continue;
    const way = attachment.kind === 'referrers' ? 'tag' : attachment.kind === 'att' ? 'att' : 'other';
    byTag.set(attachment.subject, [...(byTag.get(attachment.subject) ?? []), { way, digest }]);
  }
  const answers = new Map<string, Promise<List<Descriptor> | null>>();
  let hasApi = true;
  const ask = (subject: string): Promise<List<Descriptor> | null> => {
    if (!hasApi) return Promise.resolve(null);
    const running = answers.get(subject) ?? reader.client.referrers(repository, subject);
    answers.set(subject, running);
    return running.then((found) => {
      if (found === null) hasApi = false;
      return found;
    });
  };

  return {
    taggedSubjects: [...byTag.keys()],
    async of(subject) {
      const listed = await ask(subject);
      requireWhole(listed, subject);
      const tagged = byTag.get(subject) ?? [];
      const found: Attachment[] = (listed?.items ?? []).map((one) => ({ ...typed(one), way: 'api' }));
      for (const { way, digest } of tagged) {
        if (way === 'att') found.push({ digest, artifactType: '', way });
        // The list under a tag is what registries without the API have instead of it.
        if (way === 'tag' && listed === null) found.push(...(await readList(reader, repository, digest)));
      }
      const distinct = new Map(found.map((one) => [one.digest, one]));
      return [...distinct.values()].slice(0, limits.referrers);
    },
    async listed(subject) {
      const listed = await ask(subject);
      return (listed?.items ?? [])
        .map(({ digest }) => digest)
        .toSorted()
        .join(' ');
    },
    tagged: (subject) =>
      (byTag.get(subject) ?? [])
        .map(({ way, digest }) => `${way} ${digest}`)
        .toSorted()
        .join(' '),
  };
}

/** One attachment may contradict another: claims that are made of a part of them would prove nothing. */
function requireWhole(listed: List<Descriptor> | null, subject: string): void {
  if (listed === null || listed.cutOff === null) return;
  throw new PlumblineError('incomplete_listing', {
    message: `What is attached to ${subject} could not be listed to its end: ${listed.cutOff}.`,
  });
}

/** Some registries give the configuration's media type for the artifact's: then only the manifest tells. */
function typed({ digest, artifactType }: Descriptor): { digest: string; artifactType: string } {
  const type = artifactType ?? '';
  return { digest, artifactType: type === mediaTypes.empty || isConfigType(type) ? '' : type };
}

async function readList(reader: Reader, repository: string, digest: string): Promise<Attachment[]> {
  if (!isDigest(digest)) return [];
  try {
    const document = await reader.client.manifest(repository, digest);
    const parsed = document === null ? null : parseDocument(document);
    if (parsed?.kind !== 'index') return [];
    return parsed.index.manifests.slice(0, limits.referrers).map((one) => ({ ...typed(one), way: 'tag' }));
  } catch (error) {
    // Anybody who may push could have put something else under this tag.
    const unusable = ['manifest_invalid', 'manifest_unsupported', 'response_too_large', 'digest_mismatch'] as const;
    if (unusable.some((code) => isPlumblineError(error, code))) return [];
    throw error;
  }
}
