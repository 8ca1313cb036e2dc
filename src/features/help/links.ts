import { posix } from 'node:path';

/** `docs/insights/formulas.md` is `insights/formulas`, the README `readme`; undefined for what is no page. */
export function pageNameOf(path: string): string | undefined {
  if (path === 'README.md') return 'readme';
  return /^docs\/([a-z0-9/-]+)\.md$/i.exec(path)?.[1]?.toLowerCase();
}

export type LinkTarget =
  | { kind: 'page'; name: string; anchor: string | null }
  | { kind: 'picture'; name: string }
  | { kind: 'outside'; href: string }
  /** A file of the sources, which the hub does not serve. */
  | { kind: 'file'; path: string };

/** Where a link of a page leads. `from` is the page's own path, `README.md` or below `docs/`. */
export function resolveLink(from: string, href: string): LinkTarget {
  if (/^https?:\/\//i.test(href) || /^mailto:/i.test(href)) return { kind: 'outside', href };
  const [file = '', anchor] = href.split('#');
  const path = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(file)));
  const name = pageNameOf(path);
  if (name !== undefined) return { kind: 'page', name, anchor: anchor ?? null };
  const picture = /^docs\/pictures\/([a-z0-9-]+\.png)$/.exec(path)?.[1];
  return picture === undefined ? { kind: 'file', path } : { kind: 'picture', name: picture };
}
