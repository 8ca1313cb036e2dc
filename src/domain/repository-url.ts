import { redactUrls } from './redact-urls.ts';
import { trimCharacter } from './text-edges.ts';

/** A git repository as some text names it. Nothing in here is secret: user names and passwords are dropped on the way in. */
export interface RepositoryUrl {
  /** What repositories are compared by: host and path, lower case, without port, `.git` and web pages. */
  key: string;
  /** For people: scheme, host, port and path as they were written. */
  display: string;
  /** Branch, tag or commit that was named with it. */
  ref: string | null;
  /** Directory inside the repository that was named with it. */
  subdir: string | null;
}

interface Parts {
  scheme: string;
  /** Host and port as written, lower case. */
  authority: string;
  host: string;
  path: string;
  ref: string | null;
  subdir: string | null;
}

const longest = 2_048;

/** Null for everything that names no repository on a host: empty texts, files, bare paths, other schemes. */
export function parseRepositoryUrl(text: string): RepositoryUrl | null {
  if (text.length > longest) return null;
  // First of all: an address that is misunderstood below must not carry its password into a key or a path.
  const trimmed = withoutWrapping(redactUrls(text.trim()));
  if (trimmed === '') return null;
  const parts = /^pkg:/i.test(trimmed) ? fromPackageUrl(trimmed) : fromLocation(trimmed);
  if (parts === null) return null;
  const segments = pathSegments(parts.path);
  if (segments === null) return null;
  const place = canonical(parts.host, segments);
  if (place === null) return null;
  return {
    key: `${place.host}/${place.segments.join('/').toLowerCase()}`,
    display: `${parts.scheme}://${parts.authority}/${segments.join('/')}`,
    ref: parts.ref,
    subdir: parts.subdir,
  };
}

/** Key of the repository a text names, null when it names none. */
export function repositoryKey(text: string): string | null {
  return parseRepositoryUrl(text)?.key ?? null;
}

/** Words before an address: `git+https://…`, and Maven's `scm:git:https://…`, `scm:git:[fetch=]…[push=]…`. */
function withoutWrapping(text: string): string {
  let address = text.replace(/^scm:(?:[a-z]+[:|](?!\/\/))?/i, '');
  const fetched = /^\[fetch=\]/i.exec(address)?.[0];
  if (fetched !== undefined) address = address.slice(fetched.length).split(/\[push=\]/i, 1)[0] ?? '';
  return address
    .trim()
    .replace(/^[a-z]{2,10}[:|](?=[a-z][a-z+.-]{1,20}:\/\/)/i, '')
    .replace(/^git\+/i, '');
}

const packageHosts: Record<string, string> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
};

/** `pkg:github/owner/name@version?…#subpath`. */
function fromPackageUrl(text: string): Parts | null {
  const match = /^pkg:(?:\/\/)?([a-z]+)\/([^@?#]+)(?:@([^?#]*))?(?:\?[^#]*)?(?:#(.*))?$/i.exec(text);
  const host = packageHosts[match?.[1]?.toLowerCase() ?? ''];
  if (match === null || host === undefined) return null;
  const [, , path = '', version = '', subpath = ''] = match;
  return { scheme: 'https', authority: host, host, path, ref: version || null, subdir: subpath || null };
}

const schemes = new Set(['http', 'https', 'ssh', 'git', 'ssh+git', 'git+ssh', 'git+http', 'git+https']);
/** Hosts whose repositories people also write without a scheme. */
const bareHosts = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'dev.azure.com']);

function fromLocation(text: string): Parts | null {
  const { location, ref, subdir } = splitRef(text);
  const url = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)?$/i.exec(location);
  const scp =
    url === null
      ? /^(?:[^\s/@:]+(?::[^\s/@]*)?@)?([^\s/@:[\]]{2,}|\[[0-9a-f:.]+\]):(?!\/\/)(.+)$/i.exec(location)
      : null;
  const bare = url === null && scp === null ? /^([^/]+)(\/.+)$/.exec(location) : null;
  const scheme = url === null ? (scp === null ? 'https' : 'ssh') : (url[1] ?? '').toLowerCase();
  if (!schemes.has(scheme)) return null;
  // A scheme with a slash too few is no host.
  if (scp !== null && schemes.has((scp[1] ?? '').toLowerCase())) return null;
  if (bare !== null && !bareHosts.has((bare[1] ?? '').toLowerCase())) return null;
  const written = url?.[2] ?? scp?.[1] ?? bare?.[1] ?? '';
  const rest = url?.[3] ?? scp?.[2] ?? bare?.[2] ?? '';
  const authority = authorityOf(written);
  if (authority === null) return null;
  const { path, ref: pathRef } = splitPathRef(rest);
  const host = authority.replace(/:\d+$/, '');
  return { scheme: scheme.replace(/^git\+/, ''), authority, host, path, ref: ref ?? pathRef, subdir };
}

/** BuildKit's `#ref:subdir`, or its newer query form (`?ref=…&branch=…&tag=…&subdir=…`). */
function splitRef(text: string): { location: string; ref: string | null; subdir: string | null } {
  const hash = text.indexOf('#');
  const beforeHash = hash === -1 ? text : text.slice(0, hash);
  const fragment = hash === -1 ? '' : text.slice(hash + 1);
  const mark = beforeHash.indexOf('?');
  const location = mark === -1 ? beforeHash : beforeHash.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : beforeHash.slice(mark + 1));
  const colon = fragment.indexOf(':');
  const ref = colon === -1 ? fragment : fragment.slice(0, colon);
  const subdir = colon === -1 ? '' : fragment.slice(colon + 1);
  const named = query.get('ref') ?? query.get('branch') ?? query.get('tag') ?? '';
  return { location, ref: ref || named || null, subdir: trimSlashes(subdir || (query.get('subdir') ?? '')) || null };
}

/** `…/name@refs/heads/main` and `…/name@v1`, as SLSA and GitHub write them. */
function splitPathRef(path: string): { path: string; ref: string | null } {
  const at = path.indexOf('@refs/');
  const cut = at > 0 ? at : atOfLastSegment(path);
  return cut === -1 ? { path, ref: null } : { path: path.slice(0, cut), ref: path.slice(cut + 1) || null };
}

function atOfLastSegment(path: string): number {
  const start = path.lastIndexOf('/') + 1;
  const at = path.indexOf('@', start + 1);
  return at > start ? at : -1;
}

/** Host and port in lower case and ASCII, without user information. */
function authorityOf(written: string): string | null {
  const hostAndPort = written.slice(written.lastIndexOf('@') + 1).replace(/\.(?=:\d+$|$)/, '');
  if (hostAndPort === '' || /[\s%\\]/.test(hostAndPort)) return null;
  const url = URL.parse(`ws://${hostAndPort}`);
  if (url === null || url.pathname !== '/' || url.hostname === '') return null;
  const port = /:(\d+)$/.exec(hostAndPort)?.[1];
  return port === undefined ? url.hostname : `${url.hostname}:${port}`;
}

function pathSegments(path: string): string[] | null {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // A lone percent sign is no encoding: taken as it stands.
  }
  const segments = decoded.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..') || /\p{Cc}/u.test(decoded)) return null;
  const last = (segments.pop() ?? '').replace(/\.git$/i, '');
  if (last !== '') segments.push(last);
  return segments.length === 0 ? null : segments;
}

const otherNames: Record<string, string> = {
  'www.github.com': 'github.com',
  'ssh.github.com': 'github.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'www.bitbucket.org': 'bitbucket.org',
  'altssh.gitlab.com': 'gitlab.com',
  'www.gitlab.com': 'gitlab.com',
};

interface Place {
  host: string;
  segments: string[];
}

/** What each hosting product means by its addresses. */
function canonical(written: string, segments: string[]): Place | null {
  const host = otherNames[written] ?? written;
  const azure = azurePlace(host, segments);
  if (azure !== undefined) return azure;
  // Here a repository is always the first two segments; the rest is a page.
  if (host === 'github.com' || host === 'bitbucket.org')
    return segments.length < 2 ? null : { host, segments: withoutGit(segments.slice(0, 2)) };
  const page = segments.indexOf('-');
  const repository = page > 0 ? withoutGit(segments.slice(0, page)) : segments;
  if (host === 'gitlab.com') return { host, segments: repository };
  return { host, segments: bitbucketServer(repository) ?? gerrit(withoutPage(repository)) };
}

/** What follows these words of a page's address on GitHub, Gitea, Forgejo and older GitLab servers. */
const pages: Readonly<Record<string, RegExp>> = {
  tree: /./,
  blob: /./,
  raw: /./,
  blame: /./,
  edit: /./,
  commits: /./,
  compare: /./,
  archive: /./,
  commit: /^[0-9a-f]{7,64}$/i,
  pull: /^\d+$/,
  pulls: /^\d+$/,
  issues: /^\d+$/,
  merge_requests: /^\d+$/,
  actions: /^(?:runs|workflows)$/,
  releases: /^(?:tag|tags|latest|download)$/,
  src: /^(?:branch|tag|commit)$/,
};

/** The repository a page belongs to; on servers of one's own nothing but the page's own words tells where it ends. */
function withoutPage(segments: string[]): string[] {
  const page = segments.findIndex((word, index) => {
    const following = Object.hasOwn(pages, word) ? segments[index + 1] : undefined;
    return index >= 2 && following !== undefined && pages[word]?.test(following) === true;
  });
  return page === -1 ? segments : withoutGit(segments.slice(0, page));
}

function azurePlace(host: string, segments: string[]): Place | null | undefined {
  const place = (organization: string | undefined, project: string | undefined, repository: string | undefined) =>
    organization === undefined || project === undefined || repository === undefined
      ? null
      : { host: 'dev.azure.com', segments: [organization, project, repository] };
  if (host === 'ssh.dev.azure.com' || host === 'vs-ssh.visualstudio.com') {
    const [organization, project, repository] = segments[0] === 'v3' ? segments.slice(1) : segments;
    return place(organization, project, repository);
  }
  const git = segments.indexOf('_git');
  if (host === 'dev.azure.com') {
    // A project's repository of the same name is also written `organization/_git/name`.
    const name = segments[git + 1];
    return git === -1
      ? place(segments[0], segments[1], segments[2])
      : place(segments[0], git > 1 ? segments[1] : name, name);
  }
  const visualStudio = /^([^.]+)\.visualstudio\.com$/.exec(host);
  if (visualStudio === null) return undefined;
  const before = segments.slice(0, Math.max(git, 0)).filter((segment) => segment.toLowerCase() !== 'defaultcollection');
  const name = git === -1 ? undefined : segments[git + 1];
  return place(visualStudio[1], before[0] ?? name, name);
}

/** `[context/]scm/PROJECT/name`, `[context/]projects/PROJECT/repos/name/…` and `[context/]users/person/repos/name/…`. */
function bitbucketServer(segments: readonly string[]): string[] | undefined {
  for (const start of [0, 1]) {
    const [kind, owner, word, name] = segments.slice(start);
    if (owner === undefined || word === undefined) continue;
    if (kind === 'scm' && segments.length === start + 3) return [owner, word];
    if (word !== 'repos' || name === undefined) continue;
    if (kind === 'projects') return withoutGit([owner, name]);
    if (kind === 'users') return withoutGit([`~${owner}`, name]);
  }
  return undefined;
}

/** Gerrit puts `a/` before the path of those who are signed in. */
function gerrit(segments: string[]): string[] {
  return segments.length > 1 && segments[0] === 'a' ? segments.slice(1) : segments;
}

function withoutGit(segments: readonly string[]): string[] {
  return segments.map((segment, index) => (index === segments.length - 1 ? segment.replace(/\.git$/i, '') : segment));
}

function trimSlashes(text: string): string {
  return trimCharacter(text, '/');
}
