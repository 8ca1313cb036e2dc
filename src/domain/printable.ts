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

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const withoutControls = (text: string): string => text.replace(controls, pictureOf);

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
