import { redactUrls } from '../../domain/redact-urls.ts';
import { readField } from './header-fields.ts';

/** Where a list goes on: nowhere, at a path below `/v2/` of the registry that was asked, or where nobody may follow. */
export type NextPage = { kind: 'end' } | { kind: 'page'; path: string } | { kind: 'lost'; reason: string };

/** Lists that come in pages, by the end of their path. */
const lists = /\/(?:_catalog|tags\/list|referrers\/[^/]+)$/;

/**
 * Reads the `Link` of a page (RFC 8288) that was asked for at `asked` (path below `/v2/`, with its query).
 *
 * A registry behind a proxy names the next page as it knows itself: with another host, port, scheme or path. It is the
 * same registry then, so the page is asked for where the page before it was, and no other host is ever called. A link
 * that cannot be understood leads on to a page nobody has seen: the list is not whole.
 */
export function nextPage(header: string | undefined, asked: string, base: string): NextPage {
  if (header === undefined || header.trim() === '') return { kind: 'end' };
  const links = parseLinks(header);
  if (links === undefined) return lost(`its Link cannot be read: ${header}`);
  const from = new URL(`/v2/${asked}`, base);
  const list = lists.exec(from.pathname)?.[0];
  const isOfList = (url: URL | null): boolean => list !== undefined && url?.pathname.endsWith(list) === true;
  const next = links.find(
    ({ relations, target }) =>
      relations.includes('next') || (relations.length === 0 && isOfList(URL.parse(target, from.href))),
  );
  if (next === undefined) return { kind: 'end' };
  const url = URL.parse(next.target, from.href);
  if (url === null) return lost(`its Link names no address: ${next.target}`);
  if (isOfList(url)) return { kind: 'page', path: `${from.pathname.slice('/v2/'.length)}${url.search}` };
  if (url.host === from.host && url.pathname.startsWith('/v2/'))
    return { kind: 'page', path: `${url.pathname.slice('/v2/'.length)}${url.search}` };
  return lost(`its Link leads elsewhere: ${next.target}`);
}

function lost(reason: string): NextPage {
  return { kind: 'lost', reason: redactUrls(reason).slice(0, 200) };
}

interface Link {
  target: string;
  /** Lower case; of several `rel` the first counts. */
  relations: readonly string[];
}

/** Undefined for a text that is no list of links. */
function parseLinks(header: string): Link[] | undefined {
  const field = readField(header);
  const links: Link[] = [];
  for (field.skip(','); !field.atEnd(); field.skip(',')) {
    const target = field.take('<') ? field.upTo('>') : undefined;
    if (target === undefined) return undefined;
    let relations: string[] | undefined;
    for (field.skip(); field.take(';'); field.skip()) {
      field.skip();
      const name = field.token().toLowerCase();
      field.skip();
      if (!field.take('=')) continue;
      field.skip();
      const value = field.value(',;');
      if (name === 'rel') relations ??= value.toLowerCase().split(/\s+/);
    }
    if (!field.atEnd() && field.peek() !== ',') return undefined;
    links.push({ target: target.trim(), relations: relations ?? [] });
  }
  return links;
}
