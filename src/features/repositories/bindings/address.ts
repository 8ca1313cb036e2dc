/** A repository as a person names it: by the address of one of its pages, or by its project’s key and its slug. */
export interface NamedRepository {
  /** Base URL in the address; null where only names were given. */
  base: string | null;
  project: string;
  slug: string;
}

const names = /^(~?[\w.-]{1,128})\/([\w.-]{1,128})$/;
const page = /^(\/(?:[^/]+\/)*)(projects|users)\/([^/]+)\/repos\/([^/]+)(?:\/.*)?$/;

/** Null for a text that names no repository of Bitbucket Server. */
export function namedRepository(text: string): NamedRepository | null {
  const given = text.trim();
  const [, project, slug] = names.exec(given) ?? [];
  if (project !== undefined && slug !== undefined) return { base: null, project, slug };
  return fromPage(given);
}

function fromPage(text: string): NamedRepository | null {
  if (text.length > 2_000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  const [, context, kind, key, slug] = page.exec(url.pathname) ?? [];
  if (!/^https?:$/.test(url.protocol) || context === undefined || key === undefined || slug === undefined) return null;
  const project = decoded(key);
  return {
    base: `${url.origin}${context.slice(0, -1)}`,
    // A user’s own project has its name in the address of its pages, and a tilde before it as a key.
    project: kind === 'users' && !project.startsWith('~') ? `~${project}` : project,
    slug: decoded(slug),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
