import { isDigest, parseAttachmentTag, referrersTag } from '../../domain/image-reference.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Referrers } from './client.ts';
import { exceeded, limits, parseDocument, type Reader } from './reader.ts';
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
  /** Throws `incomplete_listing` where there may be more, and `image_limits_exceeded`. */
  of(subject: string): Promise<Attachment[]>;
  /** What the referrers API names, as a text: the same text means the same attachments. '' without the API. */
  listed(subject: string): Promise<string>;
  /** The same of what tags attach. */
  tagged(subject: string): string;
  /** Subjects that tags attach something to. */
  taggedSubjects: readonly string[];
}

/** What tags attach to a digest. */
export interface AttachmentTags {
  of(subject: string): Promise<readonly TaggedAttachment[]>;
  /** Subjects that are known without asking for each. */
  subjects: readonly string[];
  known(subject: string): readonly TaggedAttachment[];
}

interface TaggedAttachment {
  way: 'tag' | 'att' | 'other';
  /** Null: the tag is listed, and what it points to could not be read. */
  digest: string | null;
}

/** From every tag of the repository, with its digest. */
export function listedTags(tags: ReadonlyMap<string, string | null>): AttachmentTags {
  const bySubject = new Map<string, TaggedAttachment[]>();
  for (const [tag, digest] of tags) {
    const attachment = parseAttachmentTag(tag);
    if (attachment === null) continue;
    const way = attachment.kind === 'referrers' ? 'tag' : attachment.kind === 'att' ? 'att' : 'other';
    bySubject.set(attachment.subject, [...(bySubject.get(attachment.subject) ?? []), { way, digest }]);
  }
  const known = (subject: string): readonly TaggedAttachment[] => bySubject.get(subject) ?? [];
  return { subjects: [...bySubject.keys()], known, of: (subject) => Promise.resolve(known(subject)) };
}

/** Where tags cannot be listed, or not to their end: the two that may attach something to a digest are asked for by name. */
export function askedTags(reader: Reader, repository: string, listed = listedTags(new Map())): AttachmentTags {
  const resolve = async (tag: string): Promise<string | null> => {
    try {
      return await reader.client.resolve(repository, tag);
    } catch (error) {
      // The image itself was read here: a 404 in whatever words says that this tag is not there.
      if (isPlumblineError(error, 'endpoint_unavailable')) return null;
      throw error;
    }
  };
  return {
    ...listed,
    async of(subject) {
      const [tag, att] = [await resolve(referrersTag(subject)), await resolve(`${referrersTag(subject)}.att`)];
      return [
        ...(tag === null ? [] : [{ way: 'tag' as const, digest: tag }]),
        ...(att === null ? [] : [{ way: 'att' as const, digest: att }]),
      ];
    },
  };
}

export function attachmentsOf(reader: Reader, repository: string, tags: AttachmentTags): Attachments {
  const ask = askOnce(reader, repository);
  return {
    taggedSubjects: tags.subjects,
    async of(subject) {
      const listed = await ask(subject);
      if (listed !== null) requireWhole(listed.cutOff, subject);
      const found: Attachment[] = (listed?.items ?? []).map((one) => ({ ...typed(one), way: 'api' }));
      for (const { way, digest } of await tags.of(subject)) {
        if (way === 'other' || (way === 'tag' && listed !== null)) continue;
        if (digest === null) throw incomplete(subject, 'a tag that attaches something is answered with no manifest');
        if (way === 'att') found.push({ digest, artifactType: '', way });
        // The list under a tag is what registries without the API have instead of it.
        else found.push(...(await readList(reader, { repository, subject, digest })));
      }
      const distinct = new Map(found.map((one) => [one.digest, one]));
      if (distinct.size > limits.referrers)
        throw exceeded(`More than ${limits.referrers} manifests are attached to ${subject}.`);
      return [...distinct.values()];
    },
    async listed(subject) {
      const listed = await ask(subject);
      const digests = (listed?.items ?? []).map(({ digest }) => digest).toSorted();
      return [...digests, ...(listed?.cutOff == null ? [] : ['cut off'])].join(' ');
    },
    tagged: (subject) =>
      tags
        .known(subject)
        .map(({ way, digest }) => `${way} ${digest ?? 'unread'}`)
        .toSorted()
        .join(' '),
  };
}

/**
 * Asks the API once for each digest; null where only tags tell. That there is no API is believed until it answers for
 * one digest: some registries that have it call a digest without attachments a path they do not know.
 */
function askOnce(reader: Reader, repository: string): (subject: string) => Promise<List<Descriptor> | null> {
  const answers = new Map<string, Promise<Referrers>>();
  let hasApi: boolean | undefined;
  return async (subject) => {
    if (hasApi === false && !answers.has(subject)) return null;
    const running = answers.get(subject) ?? reader.client.referrers(repository, subject);
    answers.set(subject, running);
    const found = await running;
    if (found === 'no_api') hasApi ??= false;
    else if (found !== 'not_known') hasApi = true;
    return typeof found === 'string' ? null : found;
  };
}

function incomplete(subject: string, why: string): PlumblineError {
  return new PlumblineError('incomplete_listing', {
    message: `What is attached to ${subject} could not be listed to its end: ${why}.`,
  });
}

/** One attachment may contradict another: claims that are made of a part of them would prove nothing. */
function requireWhole(cutOff: string | null, subject: string): void {
  if (cutOff !== null) throw incomplete(subject, cutOff);
}

/** Some registries give the configuration's media type for the artifact's: then only the manifest tells. */
function typed({ digest, artifactType }: Descriptor): { digest: string; artifactType: string } {
  const type = artifactType ?? '';
  return { digest, artifactType: type === mediaTypes.empty || isConfigType(type) ? '' : type };
}

interface ListUnderTag {
  repository: string;
  subject: string;
  digest: string;
}

async function readList(reader: Reader, { repository, subject, digest }: ListUnderTag): Promise<Attachment[]> {
  if (!isDigest(digest)) throw incomplete(subject, 'the tag that lists it names no digest');
  try {
    const document = await reader.client.manifest(repository, digest);
    if (document === null) throw incomplete(subject, 'the list under its tag is not there');
    const parsed = parseDocument(document);
    // Anybody who may push could have put something else under this tag.
    if (parsed.kind !== 'index') return [];
    return parsed.index.manifests.map((one) => ({ ...typed(one), way: 'tag' }));
  } catch (error) {
    const unusable = ['manifest_invalid', 'manifest_unsupported', 'response_too_large', 'digest_mismatch'] as const;
    if (unusable.some((code) => isPlumblineError(error, code)))
      throw incomplete(subject, 'the list under its tag cannot be read');
    throw error;
  }
}
