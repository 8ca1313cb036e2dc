import { createHash } from 'node:crypto';
import { compileGlob } from '../../../domain/glob.ts';
import { isTag, parseAttachmentTag } from '../../../domain/image-reference.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { askedTags, type Attachments, attachmentsOf, listedTags } from '../attachments.ts';
import { mapLimited, type Reader, width } from '../reader.ts';
import { hashVersion } from '../records.ts';

/** A repository as its tags are now. */
export interface Listing {
  /** Tags of images, by name, to digests. */
  images: ReadonlyMap<string, string>;
  attachments: Attachments;
  /** Why there may be more tags than these; null when the registry said that these are all. */
  cutOff: string | null;
}

/**
 * Lists the tags of a repository and asks for the digest of each that is wanted, and of those that hold attachments.
 * A tag that vanishes meanwhile is left out. Throws `repository_not_found`.
 */
export async function listTags(reader: Reader, repository: string): Promise<Listing> {
  const listed = await reader.client.tags(repository);
  const names = listed.items.filter(isTag).toSorted();
  const isWanted = wantedTags(reader.settings);
  const wanted = names.filter((name) => parseAttachmentTag(name) !== null || isWanted(name));
  const tags = await resolveTags(reader, repository, wanted);
  const images = new Map<string, string>();
  for (const [name, digest] of tags) if (digest !== null && parseAttachmentTag(name) === null) images.set(name, digest);
  const attached = listedTags(tags);
  // What attaches something may stand on a page that was not read.
  const asked = listed.cutOff === null ? attached : askedTags(reader, repository, attached);
  return { images, attachments: attachmentsOf(reader, repository, asked), cutOff: listed.cutOff };
}

/** Which tags the settings ask for: those that a name or pattern fits, all without one. */
export function wantedTags({ tags }: Pick<Reader['settings'], 'tags'>): (name: string) => boolean {
  const patterns = tags.map(compileGlob);
  return (name) => patterns.length === 0 || patterns.some((pattern) => pattern(name));
}

/**
 * Digests of those tags that the registry has. A 404 in other words than a registry's counts as absence only while other
 * tags are found: a proxy that hides manifests hides them all. Null: a tag is hidden that attaches something; that it
 * attaches nothing is not believed.
 */
async function resolveTags(
  reader: Reader,
  repository: string,
  names: readonly string[],
): Promise<Map<string, string | null>> {
  const hidden = new Map<string, unknown>();
  const digests = await mapLimited(names, width, async (name) => {
    try {
      return await reader.client.resolve(repository, name);
    } catch (error) {
      if (!isPlumblineError(error, 'endpoint_unavailable')) throw error;
      hidden.set(name, error);
      return null;
    }
  });
  const found = new Map<string, string | null>(
    names.flatMap((name, index) => (digests[index] == null ? [] : [[name, digests[index]]])),
  );
  const [first] = hidden.values();
  if (first !== undefined && found.size === 0) throw first;
  for (const name of hidden.keys()) if (parseAttachmentTag(name) !== null) found.set(name, null);
  return found;
}

/** Distinct digests that tags point to, in order. */
export function rootsOf({ images }: Listing): string[] {
  return [...new Set(images.values())].toSorted();
}

/** Changes with everything that decides how claims are read: our own reading and what the operator trusts. */
export function trustVersion({ settings }: Reader): string {
  const { requireSignature, publicKeys, trustedRoot, identities } = settings;
  return digestOf([String(hashVersion), String(requireSignature), publicKeys, trustedRoot, ...identities]);
}

/** What the claims of an image are made of beside its digest. */
export async function evidenceOf(
  reader: Reader,
  { attachments }: Pick<Listing, 'attachments'>,
  image: { digest: string; platforms: readonly string[] },
): Promise<string> {
  const subjects = [...new Set([image.digest, ...image.platforms])].filter((one) => attachments.tagged(one) !== '');
  const tagged = subjects.toSorted().map((one) => `${one} ${attachments.tagged(one)}`);
  return digestOf([trustVersion(reader), await attachments.listed(image.digest), ...tagged]);
}

/** The same text means: no tag moved and nothing was attached, so the repository need not be read. */
export async function versionOf(reader: Reader, listing: Listing): Promise<string> {
  const roots = rootsOf(listing);
  const listed = await mapLimited(roots, width, (root) => listing.attachments.listed(root));
  const tagged = listing.attachments.taggedSubjects
    .toSorted()
    .map((one) => `${one} ${listing.attachments.tagged(one)}`);
  const tags = [...listing.images].map(([name, digest]) => `${name} ${digest}`);
  return digestOf([
    trustVersion(reader),
    ...(listing.cutOff === null ? [] : ['cut off']),
    ...tags,
    ...roots.map((root, index) => `${root} ${listed[index]}`),
    ...tagged,
  ]);
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 40);
}
