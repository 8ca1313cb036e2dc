import { Parser } from 'htmlparser2';
import type { RuleBlock, RuleSection } from './records.ts';

/** A rule's text is a few thousand characters; what is beyond this is left out. */
const mostCharacters = 20_000;
const mostBlocks = 400;

const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'dt']);
const breaks = new Set(['p', 'div', 'ul', 'ol', 'table', 'tr', 'br', 'dd', 'blockquote', 'section', 'hr']);
/** Elements whose content is not text for readers. */
const silent = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'head', 'title']);

/**
 * The server's HTML as blocks of plain text. Nothing of its markup is kept, so nothing of it can act on our pages; of
 * links their words remain.
 */
export function blocksOf(html: string): RuleBlock[] {
  const blocks: RuleBlock[] = [];
  let kind: RuleBlock['kind'] = 'paragraph';
  let text = '';
  let depthOfCode = 0;
  let muted = 0;
  let left = mostCharacters;
  const flush = (): void => {
    const tidy = kind === 'code' ? withoutEmptyEdges(text) : text.replace(/\s+/g, ' ').trim();
    if (tidy !== '' && blocks.length < mostBlocks) blocks.push({ kind, text: tidy });
    text = '';
  };
  const begin = (next: RuleBlock['kind']): void => {
    flush();
    kind = next;
  };
  const parser = new Parser({
    onopentag(name) {
      if (silent.has(name)) muted += 1;
      else if (name === 'pre') {
        if (depthOfCode === 0) begin('code');
        depthOfCode += 1;
      } else if (depthOfCode > 0) text += name === 'br' ? '\n' : '';
      else if (headings.has(name)) begin('heading');
      else if (name === 'li') begin('item');
      else if (breaks.has(name) && !(kind === 'item' && name === 'p' && text.trim() === '')) begin('paragraph');
      else if (name === 'td' || name === 'th') text += ' ';
    },
    ontext(data) {
      if (muted > 0 || left <= 0) return;
      text += data.slice(0, left);
      left -= data.length;
    },
    onclosetag(name) {
      if (silent.has(name)) muted = Math.max(0, muted - 1);
      else if (name === 'pre' && depthOfCode > 0) {
        depthOfCode -= 1;
        if (depthOfCode === 0) begin('paragraph');
      } else if (depthOfCode === 0 && (headings.has(name) || name === 'li' || breaks.has(name))) begin('paragraph');
    },
  });
  parser.write(html.slice(0, 4 * mostCharacters));
  parser.end();
  flush();
  return blocks;
}

/** Code keeps its indentation; empty lines before and after it say nothing. */
function withoutEmptyEdges(code: string): string {
  const lines = code.replaceAll('\r\n', '\n').split('\n');
  const isEmpty = (line: string | undefined): boolean => line?.trim() === '';
  while (lines.length > 0 && isEmpty(lines[0])) lines.shift();
  while (lines.length > 0 && isEmpty(lines.at(-1))) lines.pop();
  return lines.map((line) => line.trimEnd()).join('\n');
}

interface ServerSection {
  key?: string | undefined;
  content: string;
  context?: { displayName?: string | undefined } | undefined;
}

/** Sections with something in them, in the server's order. */
export function sectionsOf(sections: readonly ServerSection[], html: string): RuleSection[] {
  const all = sections.length > 0 ? sections : [{ key: 'default', content: html }];
  let left = mostBlocks;
  return all.slice(0, 40).flatMap(({ key, content, context }) => {
    const blocks = blocksOf(content).slice(0, left);
    left -= blocks.length;
    if (blocks.length === 0) return [];
    return [{ key: (key ?? 'default').slice(0, 100), context: context?.displayName?.slice(0, 200) ?? null, blocks }];
  });
}

/** The server names weaknesses only in the text of the rule, as `CWE-79` and as links to mitre.org. */
export function cweOf(text: string): string[] {
  const numbers = text.matchAll(/\bcwe[-:](\d{1,5})\b|cwe\.mitre\.org\/data\/definitions\/(\d{1,5})/gi);
  const distinct = new Set([...numbers].map((match) => Number(match[1] ?? match[2])));
  return [...distinct].sort((a, b) => a - b).map((number) => `CWE-${number}`);
}

/** `Top 10 2021 Category A3`, `Top10/A03_2021-Injection`, `Top_10-2017_A1-Injection`, `2017/A1_2017-Injection`. */
const owaspForms = [
  /\bTop 10 (20\d\d) Category A(\d{1,2})\b/g,
  /\bTop10\/A(\d{1,2})_(20\d\d)/g,
  /\bTop_10-(20\d\d)_A(\d{1,2})\b/g,
  /\/(20\d\d)\/A(\d{1,2})_20\d\d/g,
];

/**
 * Categories of the OWASP Top 10 that a rule names, as `A3:2021`: in its text or, on older servers, by a tag `owasp-a3`,
 * which means the edition of 2017.
 */
export function owaspOf(text: string, tags: readonly string[]): string[] {
  const found = new Set<string>();
  for (const [index, form] of owaspForms.entries()) {
    for (const match of text.matchAll(form)) {
      const [year, category] = index === 1 ? [match[2], match[1]] : [match[1], match[2]];
      found.add(`A${Number(category)}:${year}`);
    }
  }
  for (const tag of tags) {
    const category = /^owasp-a(\d{1,2})$/.exec(tag)?.[1];
    if (category !== undefined) found.add(`A${Number(category)}:2017`);
  }
  return [...found].sort((a, b) => yearOf(a) - yearOf(b) || categoryOf(a) - categoryOf(b));
}

const yearOf = (name: string): number => Number(name.slice(-4));
const categoryOf = (name: string): number => Number(name.slice(1, -5));
