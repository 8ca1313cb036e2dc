import MarkdownIt, { type MarkdownIt as Parser, type Token } from 'markdown-it';
import { resolveLink } from './links.ts';
import { createSlugs } from './slug.ts';

export interface Heading {
  id: string;
  text: string;
  level: number;
}

/** A stretch of a page below one heading, as plain text. */
export interface Section {
  heading: Heading | null;
  text: string;
}

export interface RenderedPage {
  title: string;
  html: string;
  headings: Heading[];
  sections: Section[];
}

/** Marks of the generator, which are no text. */
const marks = /^<!-- (?:generated: [^>\n\r\u2028\u2029]*|end of generated) -->$/gm;

type Tokens = Token[];

/**
 * A page as HTML that needs neither script nor style of its own: HTML in the source is text, ids have a prefix so that no
 * heading can pose as a part of the application, and links lead to pages the hub serves, else they are text.
 */
export function renderPage(path: string, source: string): RenderedPage {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const tokens = markdown.parse(source.replace(marks, ''), {});
  const { title, headings, sections } = outline(tokens);
  relink(tokens, path);
  const body = withoutTitle(tokens);
  wrapTables(markdown);
  return { title, headings, sections, html: markdown.renderer.render(body, markdown.options, {}) };
}

function outline(tokens: Tokens): Pick<RenderedPage, 'title' | 'headings' | 'sections'> {
  const slug = createSlugs();
  const headings: Heading[] = [];
  const sections: Section[] = [{ heading: null, text: '' }];
  let title = '';
  for (const [at, token] of tokens.entries()) {
    const inline = tokens[at + 1];
    if (token.type === 'heading_open' && inline !== undefined) {
      const text = plain(inline);
      const heading = { id: slug(text), text, level: Number(token.tag.slice(1)) };
      token.attrSet('id', `doc-${heading.id}`);
      token.attrSet('tabindex', '-1');
      if (heading.level === 1 && title === '') title = text;
      else headings.push(heading);
      sections.push({ heading: heading.level === 1 ? null : heading, text: '' });
    } else if (token.type === 'inline' || token.type === 'fence') {
      const section = sections.at(-1);
      if (section !== undefined) section.text += `${token.type === 'inline' ? plain(token) : token.content} `;
    }
  }
  return { title, headings, sections };
}

const plain = (inline: Token): string =>
  (inline.children ?? [])
    .map((child) => (child.type === 'softbreak' ? ' ' : child.type === 'image' ? '' : child.content))
    .join('');

/** The page shows its title itself. */
function withoutTitle(tokens: Tokens): Tokens {
  const at = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  return at === -1 ? tokens : [...tokens.slice(0, at), ...tokens.slice(at + 3)];
}

function relink(tokens: Tokens, path: string): void {
  for (const { children } of tokens) {
    const open: boolean[] = [];
    for (const token of children ?? []) {
      if (token.type === 'link_open') open.push(relinkOne(token, path));
      // What the hub does not serve is named and no link.
      if (token.type === 'link_close' && open.pop() === false) token.tag = 'span';
      if (token.type === 'image') {
        const target = resolveLink(path, String(token.attrGet('src') ?? ''));
        token.attrSet('src', target.kind === 'picture' ? `api/v1/help/pictures?name=${target.name}` : '');
        token.attrSet('loading', 'lazy');
      }
    }
  }
}

function relinkOne(token: Token, path: string): boolean {
  const target = resolveLink(path, String(token.attrGet('href') ?? ''));
  if (target.kind === 'page') {
    // Below the base address of the application, like all its addresses.
    token.attrSet('href', `help/${target.name}${target.anchor === null ? '' : `#${target.anchor}`}`);
    return true;
  }
  if (target.kind === 'outside') {
    token.attrSet('href', target.href);
    token.attrSet('rel', 'noreferrer');
    token.attrSet('target', '_blank');
    return true;
  }
  token.tag = 'span';
  token.attrs = target.kind === 'file' ? [['title', target.path]] : [];
  return false;
}

/** Wide tables and long lines move sideways by themselves, by keyboard too. */
function wrapTables(markdown: Parser): void {
  const { rules } = markdown.renderer;
  rules['table_open'] = () => '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  const fence = rules['fence'];
  rules['fence'] = (tokens, at, options, env, self) =>
    (fence?.(tokens, at, options, env, self) ?? '').replace('<pre>', '<pre tabindex="0">');
}
