/** What the address of a page of Bitbucket Server is about. */
export interface BitbucketPage {
  /** Base URL of the server, with its context path. */
  base: string;
  /** Key of the project; of a user’s own it begins with a tilde. */
  project: string;
  slug: string;
  /** Number of the pull request, where the page is about one. */
  pullRequest: string | null;
}

const longest = 2_000;

/** `…/projects/PAY/repos/ledger/…` and `…/users/jdoe/repos/x/…`; null for everything else. */
export function parseBitbucketPage(text: string): BitbucketPage | null {
  if (text.length > longest || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  const parts = url.pathname.split('/').slice(1);
  const at = parts.findIndex(
    (part, index) => (part === 'projects' || part === 'users') && parts[index + 2] === 'repos',
  );
  const [kind, key = '', , slug = '', section, number = ''] = at === -1 ? [] : parts.slice(at);
  if (kind === undefined || key === '' || slug === '') return null;
  const owner = decoded(key);
  return {
    base: [url.origin, ...parts.slice(0, at)].join('/'),
    project: kind === 'users' && !owner.startsWith('~') ? `~${owner}` : owner,
    slug: decoded(slug),
    pullRequest: section === 'pull-requests' && /^\d{1,9}$/.test(number) ? number : null,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
