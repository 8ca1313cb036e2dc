/*
 * Files that say who owns code, as Bitbucket’s and GitHub’s `CODEOWNERS`: a pattern and its owners per line, of which the
 * last that fits counts. They are foreign text: each character is looked at a bounded number of times, and what is not
 * understood is counted and never guessed.
 */
import { compileGlob, isGlob } from './glob.ts';

export interface OwnerRule {
  /** In the file, from 1 on. */
  line: number;
  pattern: string;
  /** As `ownerKey` writes them, with the members of groups that the file itself makes; none: nobody’s. */
  owners: readonly string[];
}

export interface CodeOwners {
  rules: OwnerRule[];
  /** Lines that hold something else than a rule, a group or a comment. */
  notUnderstood: number;
}

/** Where the file lies, the first of them that there is. */
export const codeOwnersPlaces = ['.bitbucket/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** Of a pattern and of an owner; what is longer is not understood. */
const longest = 300;
const longestGlob = 150;

/** Of each rule; the rest of a group’s members is left out. */
const mostOwners = 100;

/** One spelling of an owner: `@user`, `@@group` or an e-mail address, capitals and quotes left out. */
export const ownerKey = (text: string): string => text.trim().replaceAll('"', '').toLowerCase();

const isOwner = (word: string): boolean => word.includes('@') && !word.endsWith('@') && word.length <= longest;

export function parseCodeOwners(text: string): CodeOwners {
  const rules: OwnerRule[] = [];
  const groups = new Map<string, readonly string[]>();
  let notUnderstood = 0;
  for (const [at, line] of text.split('\n').entries()) {
    const words = wordsOf(line);
    const [first, ...others] = words ?? [];
    if (words === null) notUnderstood += 1;
    if (first === undefined || first.text.startsWith('CODEOWNERS.')) continue;
    const named = others.map(({ text: word }) => ownerKey(word)).filter(isOwner);
    if (first.text.startsWith('@@@')) groups.set(ownerKey(first.text.slice(1)), named);
    // Without an owner behind it a pattern is nobody’s; with words that are none it is not a rule at all.
    else if (!isPattern(first) || (named.length === 0 && others.length > 0)) notUnderstood += 1;
    else if (first.negates) rules.push({ line: at + 1, pattern: first.text.slice(1), owners: [] });
    else rules.push({ line: at + 1, pattern: first.text, owners: named });
  }
  return { rules: rules.map((rule) => ({ ...rule, owners: withMembers(rule.owners, groups) })), notUnderstood };
}

/** Owners and the members of their groups, each once; groups may name each other in a circle. */
function withMembers(named: readonly string[], groups: ReadonlyMap<string, readonly string[]>): string[] {
  const all = new Set(named);
  for (const owner of all) {
    for (const member of groups.get(owner) ?? []) {
      if (all.size >= mostOwners) return [...all];
      all.add(member);
    }
  }
  return [...all].slice(0, mostOwners);
}

interface Word {
  text: string;
  /** It begins with `!` that nothing escapes. */
  negates: boolean;
  /** It escapes a character that stands for others. */
  isSpecial: boolean;
}

/** Choices and ranges of characters are no part of what these files have in common. */
const isPattern = ({ text, negates, isSpecial }: Word): boolean =>
  !isSpecial &&
  text.length > (negates ? 1 : 0) &&
  text.length <= (isGlob(text) ? longestGlob : longest) &&
  !['[', ']', '{', '}'].some((one) => text.includes(one));

const isSpace = (character: string): boolean => character === ' ' || character === '\t' || character === '\r';

/** Words of a line up to a comment: `\` takes the character behind it as itself, quotes hold spaces. Null: a quote is left open. */
function wordsOf(line: string): Word[] | null {
  const words: Word[] = [];
  let word: Word | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (!quoted && isSpace(character)) {
      word = null;
      continue;
    }
    if (word === null) {
      if (character === '#') break;
      word = { text: '', negates: character === '!', isSpecial: false };
      words.push(word);
    }
    if (character === '"') quoted = !quoted;
    else if (character === '\\') {
      at += 1;
      const taken = line[at] ?? '';
      word.text += taken;
      if (isGlob(taken)) word.isSpecial = true;
    } else word.text += character;
  }
  return quoted ? null : words;
}

/**
 * Owners of all that lies in a folder of the repository ('' for the whole): those of the last rule that takes everything in
 * it. What takes only a part of it says nothing about the whole.
 */
export function folderOwners(rules: readonly OwnerRule[], folder: string): readonly string[] {
  return rules.findLast(({ pattern }) => covers(pattern, folder))?.owners ?? [];
}

/** A name that no pattern spells. */
const anyName = '\0'.repeat(12);

/** Whether everything in a folder fits: the folder or one above it does, or both any file in it and any one further below. */
function covers(pattern: string, folder: string): boolean {
  const takesFolders = pattern.endsWith('/');
  const bare = pattern.slice(pattern.startsWith('/') ? 1 : 0, takesFolders && pattern.length > 1 ? -1 : undefined);
  if (bare === '') return true;
  // Only what has no name of its own takes everything of a repository.
  if (folder === '' && Array.from(bare).some((character) => character !== '*' && character !== '/')) return false;
  const anchored = pattern.startsWith('/') || bare.includes('/');
  const segments = folder === '' ? [] : folder.split('/');
  const folders = segments.map((_name, at) => segments.slice(0, at + 1).join('/'));
  if (!isGlob(bare)) return anchored ? folders.includes(bare) : segments.includes(bare);
  const fits = compileGlob(anchored ? bare : `**/${bare}`);
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  // `docs/*` is what lies in `docs` itself, and no folder of it.
  const takesFilesOnly = anchored && last === '*' && !takesFolders;
  if (!takesFilesOnly && folders.some(fits)) return true;
  const below = folder === '' ? anyName : `${folder}/${anyName}`;
  return !takesFolders && fits(below) && fits(`${below}/${anyName}`);
}
