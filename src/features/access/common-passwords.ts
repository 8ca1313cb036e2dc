import { dictionary } from '@zxcvbn-ts/language-common';

const known = new Set(dictionary['passwords-common']);
const changes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * Whether a password is on a list of passwords that were stolen and published, as it is or as people dress one up: in capitals, with
 * digits for letters, with digits and signs before or after, or written twice.
 */
export function isKnownPassword(password: string): boolean {
  const lower = password.toLowerCase();
  const bare = lower.replace(/[^a-z]{1,12}$/, '');
  return [lower, undressed(lower), undressed(bare)].some((text) => isListed(text) || isListed(half(text)));
}

function isListed(text: string): boolean {
  if (known.has(text)) return true;
  const core = text.replace(/[^a-z]/g, ' ').trim();
  return core.length >= 6 && core.length * 2 >= text.length && known.has(core);
}

/** One half of what is written twice; the whole otherwise. */
function half(text: string): string {
  const middle = text.length / 2;
  return Number.isInteger(middle) && text.slice(0, middle) === text.slice(middle) ? text.slice(0, middle) : text;
}

const undressed = (text: string): string => Array.from(text, (letter) => changes[letter] ?? letter).join('');
