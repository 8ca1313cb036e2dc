import type { HelpHits } from './contract.ts';
import type { DocumentationPage } from './pages.ts';

const mostHits = 20;
const excerptLength = 160;

/** Sections that hold every word; those with a word in their heading, then in the page's title, come first. */
export function searchDocumentation(pages: readonly DocumentationPage[], text: string): HelpHits['hits'] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = pages.flatMap((page) =>
    page.sections.flatMap(({ heading, text: body }) => {
      const title = (heading?.text ?? page.title).toLowerCase();
      const all = `${page.title} ${title} ${body}`.toLowerCase();
      if (!words.every((word) => all.includes(word))) return [];
      const score = words.filter((word) => title.includes(word)).length * 2 + Number(heading === null);
      const hit = { page: page.name, pageTitle: page.title, heading, excerpt: excerptOf(body, words) };
      return [{ score, hit }];
    }),
  );
  // Stable: what comes first in the documentation stays first among equals.
  return found
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostHits)
    .map(({ hit }) => hit);
}

function excerptOf(body: string, words: readonly string[]): string {
  const lower = body.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const from = Math.max(0, Math.min(...(places.length > 0 ? places : [0])) - 40);
  const cut = body
    .slice(from, from + excerptLength)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${from > 0 ? '…' : ''}${cut}${from + excerptLength < body.length ? '…' : ''}`;
}
