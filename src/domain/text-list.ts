/** A list as people type it, by commas or lines, or one that is already split: trimmed, each item once, none empty. */
export function textItems(text: string | readonly string[]): string[] {
  const parts = typeof text === 'string' ? [text] : text;
  const items = parts.flatMap((part) => part.split(/[,\n\r]+/)).map((item) => item.trim());
  return [...new Set(items)].filter((item) => item !== '');
}
