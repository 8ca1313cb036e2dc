/** Where an image is: a registry's host, a repository in it, and a tag or digest. */
export interface ImageReference {
  /** Host with port, lower case; `docker.io` for Docker Hub. */
  registry: string;
  repository: string;
  tag: string | null;
  digest: string | null;
}

const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const dockerHub = 'docker.io';
const dockerHubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

export function isRepositoryName(text: string): boolean {
  return text.length <= 255 && repositoryPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/**
 * Understands what `docker pull` does: `checkout`, `team/checkout:1.2`, `registry.example.com:5000/team/checkout@sha256:…`.
 * Without tag and digest the tag is `latest`. Null for anything else.
 */
export function parseImageReference(text: string): ImageReference | null {
  const trimmed = text.trim().replace(/^(?:docker|https?):\/\//i, '');
  const at = trimmed.indexOf('@');
  const digest = at === -1 ? null : trimmed.slice(at + 1).toLowerCase();
  if (digest !== null && !isDigest(digest)) return null;
  const named = at === -1 ? trimmed : trimmed.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : null;
  if (tag !== null && !isTag(tag)) return null;
  const place = splitRegistry(hasTag ? named.slice(0, colon) : named);
  if (place === null || !isRepositoryName(place.repository)) return null;
  return { ...place, tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/** The first segment is a host when it could be no repository: it has a dot or a port, or is `localhost`. */
function splitRegistry(path: string): { registry: string; repository: string } | null {
  const slash = path.indexOf('/');
  const first = slash === -1 ? '' : path.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first.toLowerCase() === 'localhost';
  if (!isHost) return { registry: dockerHub, repository: slash === -1 ? `library/${path}` : path };
  const registry = registryHost(first);
  if (registry === null) return null;
  const repository = path.slice(slash + 1);
  const official = registry === dockerHub && !repository.includes('/');
  return { registry, repository: official ? `library/${repository}` : repository };
}

/** A registry's host and port as references name it; null when it is none. */
export function registryHost(authority: string): string | null {
  const host = authority.toLowerCase().replace(/\.(?=:\d+$|$)/, '');
  if (!/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/.test(host)) return null;
  return dockerHubNames.has(host) ? dockerHub : host;
}

/** As people write it, with the shortest form Docker understands for nothing but Docker Hub's own prefix kept. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/** What a tag that is not an image's says: `sha256-<hex>` and its suffixes hold what is attached to a digest. */
export interface Attachment {
  subject: string;
  kind: 'referrers' | 'att' | 'sig' | 'sbom';
}

export function parseAttachmentTag(tag: string): Attachment | null {
  const match = /^(sha256-[0-9a-f]{64}|sha512-[0-9a-f]{64,128})(?:\.(att|sig|sbom))?$/.exec(tag);
  if (match === null) return null;
  const kind = (match[2] ?? 'referrers') as Attachment['kind'];
  return { subject: (match[1] ?? '').replace('-', ':'), kind };
}

/** Tag under which a registry without the referrers API keeps the list of what refers to a digest. */
export function referrersTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`.replace(/[^a-zA-Z0-9._-]/g, '-');
}
