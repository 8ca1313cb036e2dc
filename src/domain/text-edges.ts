/** The text without a character at its start and end. Walks inwards: `/-+$/` begins anew at each run it meets. */
export function trimCharacter(text: string, character: string): string {
  let start = 0;
  while (start < text.length && text[start] === character) start++;
  return trimEndCharacter(text.slice(start), character);
}

export function trimEndCharacter(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}
