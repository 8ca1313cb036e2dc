import { parseBitbucketPage } from '../../../domain/bitbucket-page.ts';

/** A repository as a person names it: by the address of one of its pages, or by its project’s key and its slug. */
export interface NamedRepository {
  /** Base URL in the address; null where only names were given. */
  base: string | null;
  project: string;
  slug: string;
}

const names = /^(~?[\w.-]{1,128})\/([\w.-]{1,128})$/;

/** Null for a text that names no repository of Bitbucket Server. */
export function namedRepository(text: string): NamedRepository | null {
  const given = text.trim();
  const [, project, slug] = names.exec(given) ?? [];
  if (project !== undefined && slug !== undefined) return { base: null, project, slug };
  const page = parseBitbucketPage(given);
  return page === null ? null : { base: page.base, project: page.project, slug: page.slug };
}
