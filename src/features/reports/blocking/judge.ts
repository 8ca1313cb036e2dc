/** What one pull request showed about the report under one key. */
export type Shown = 'blocked' | 'open' | 'nothing';

/** Letters of report keys: a key that is the beginning of a longer one is another key. */
const keyLetter = /[A-Za-z0-9_:-]/;

/** True where a text names a key, and not a longer one that holds it. Linear in the text. */
export function namesKey(text: string, key: string): boolean {
  if (key === '') return false;
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    const end = at + key.length;
    if (!goesOn(text, at - 1, -1) && !goesOn(text, end, 1)) return true;
  }
  return false;
}

/** True where a key goes on at a place; a full stop is one of its letters only where another letter follows. */
function goesOn(text: string, at: number, step: 1 | -1): boolean {
  const letter = text[at] ?? '';
  if (letter === '.') return keyLetter.test(text[at + step] ?? '');
  return keyLetter.test(letter);
}

export interface ShownBy {
  canMerge: boolean | null;
  vetoes: readonly string[];
  /** What lies under the key on the head before and after the server was asked; null: nothing of ours. */
  before: 'PASS' | 'FAIL' | null;
  after: 'PASS' | 'FAIL' | null;
}

/**
 * A veto that names the key is proof that the report blocks. Its absence is one only where the report did not pass the
 * whole time; where the server said nothing about merging, nothing is known.
 */
export function shown(key: string, { canMerge, vetoes, before, after }: ShownBy): Shown {
  if (vetoes.some((veto) => namesKey(veto, key))) return 'blocked';
  if (canMerge === null) return 'nothing';
  return before !== 'PASS' && after !== 'PASS' ? 'open' : 'nothing';
}
