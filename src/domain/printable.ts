/** What the product itself writes to redraw a line of progress. */
const redraw = '\r\u001b[K';

/**
 * Text of others as a terminal may show it: control characters would move its cursor, change its title or answer in its
 * user's name, and directions of writing would show another text than there is. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.split(redraw).map(withoutControls).join(redraw);
}

/** The same within one line. */
export function printableLine(text: string): string {
  return withoutControls(text).replace(/[\n\t]/g, pictureOf);
}

const hidden = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const withoutControls = (text: string): string =>
  text.replace(hidden, (found) => (found === '\n' || found === '\t' ? found : pictureOf(found)));

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
