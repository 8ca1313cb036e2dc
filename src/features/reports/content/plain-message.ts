/** Control characters, lone surrogates and directions of writing: the server refuses the first, the rest would show another text. */
const unwanted = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** At most `longest` UTF-16 units, no character cut in two. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, longest - 3);
  const half = /[\ud800-\udbff]$/.test(kept);
  return `${half ? kept.slice(0, -1) : kept}...`;
}

/** Foreign words as one line that the server takes; `instead` where nothing is left. */
export function plainMessage(text: string, longest: number, instead: string): string {
  const line = text.replace(unwanted, ' ').trim();
  return shortened(line === '' ? instead : line, longest);
}
