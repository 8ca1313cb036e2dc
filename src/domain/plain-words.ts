/** How much of an answer is looked at for words: an error page is foreign text of any length and make. */
const looked = 4_000;
const longest = 300;

/** Words of an outside system for people: no markup, no control characters, at most 300 characters. */
export function plainWords(text: string): string {
  return oneLine(withoutMarkup(text.slice(0, looked)));
}

/** A text that is no markup, as one line of at most 300 characters. */
export function oneLine(text: string): string {
  return text
    .slice(0, looked)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed();
}

/** One walk: what is between `<` and `>` goes, scripts and styles with all they hold. */
function withoutMarkup(text: string): string {
  const lower = text.toLowerCase();
  const kept: string[] = [];
  let at = 0;
  for (let open = text.indexOf('<'); open !== -1; open = text.indexOf('<', at)) {
    const close = text.indexOf('>', open);
    if (close === -1) break;
    kept.push(text.slice(at, open), ' ');
    const hidden = ['script', 'style'].find((name) => lower.startsWith(name, open + 1));
    const foot = hidden === undefined ? close : lower.indexOf(`</${hidden}`, close);
    const shut = foot === -1 ? -1 : lower.indexOf('>', foot);
    at = shut === -1 ? text.length : shut + 1;
  }
  kept.push(text.slice(at));
  return kept.join('');
}
