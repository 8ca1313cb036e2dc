/*
 * Patterns as people write them. They are foreign text, and so is what they are held against: matching walks all places
 * of the pattern at once instead of trying one after the other, so it takes pattern × text steps and never more.
 */

type Token = { kind: 'character'; character: string } | { kind: 'one' | 'star' | 'any' | 'folders' };

/** Says whether a whole name fits. */
export type Matcher = (name: string) => boolean;

/** For names with slashes: `*` and `?` stay within one segment, `**` crosses them. */
export function compileGlob(pattern: string): Matcher {
  return matcher(globTokens(pattern));
}

/** For names without segments: `*` is anything, everything else itself. */
export function compileWildcard(pattern: string): Matcher {
  return matcher(Array.from(pattern, (character) => (character === '*' ? { kind: 'any' } : literal(character))));
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

const literal = (character: string): Token => ({ kind: 'character', character });

function globTokens(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '?') tokens.push({ kind: 'one' });
    else if (character !== '*') tokens.push(literal(character));
    else if (characters[at + 1] !== '*') tokens.push({ kind: 'star' });
    else if (characters[at + 2] === '/') {
      tokens.push({ kind: 'folders' });
      at += 2;
    } else {
      tokens.push({ kind: 'any' });
      at += 1;
    }
  }
  return tokens;
}

function matcher(tokens: readonly Token[]): Matcher {
  return tokens.length <= longestInBits ? bitMatcher(tokens) : placeMatcher(tokens);
}

/** With the place behind the last token as many as a number has bits for. */
const longestInBits = 30;

/** All places of a usual pattern in the bits of one number: as fast for a hostile name as for any. */
function bitMatcher(tokens: readonly Token[]): Matcher {
  const bits = (fits: (token: Token) => boolean): number =>
    tokens.reduce((mask, token, place) => (fits(token) ? mask | (1 << place) : mask), 0);
  const [one, star, any, folders] = (['one', 'star', 'any', 'folders'] as const).map((kind) =>
    bits((token) => token.kind === kind),
  ) as [number, number, number, number];
  const literals = new Map<string, number>();
  for (const token of tokens)
    if (token.kind === 'character')
      literals.set(
        token.character,
        bits((other) => other.kind === 'character' && other.character === token.character),
      );
  const reached = (marks: number): number => {
    let [before, now] = [0, marks];
    while (now !== before) {
      before = now;
      now |= (now & (star | any | folders)) << 1;
    }
    return now;
  };
  return (name) => {
    let here = reached(1);
    let inside = 0;
    for (const character of name) {
      const isSlash = character === '/';
      const moving = (literals.get(character) ?? 0) | (isSlash ? 0 : one);
      const staying = isSlash ? any : any | star;
      const next = ((here & moving) << 1) | (here & staying) | (isSlash ? inside : 0);
      inside = isSlash ? 0 : inside | (here & folders);
      here = reached(next);
      if (here === 0 && inside === 0) return false;
    }
    return (here & (1 << tokens.length)) !== 0;
  };
}

/**
 * Two places per token: before it, and within a folder that `folders` is passing over. `here` holds the places that the
 * text read so far may have reached.
 */
function placeMatcher(tokens: readonly Token[]): Matcher {
  const places = tokens.length + 1;
  let here = new Uint8Array(2 * places);
  let next = new Uint8Array(2 * places);
  return (name) => {
    here.fill(0);
    reach(tokens, here, 0);
    for (const character of name) {
      next.fill(0);
      if (!step(tokens, character, here, next)) return false;
      [here, next] = [next, here];
    }
    return here[tokens.length] === 1;
  };
}

/** Marks a place, and those behind tokens that may stand for nothing. True, for `step`. */
function reach(tokens: readonly Token[], marks: Uint8Array, from: number): true {
  for (let place = from; marks[place] !== 1; place++) {
    marks[place] = 1;
    const kind = tokens[place]?.kind;
    if (kind === undefined || kind === 'character' || kind === 'one') break;
  }
  return true;
}

/** False when no place is left. */
function step(tokens: readonly Token[], character: string, here: Uint8Array, next: Uint8Array): boolean {
  const places = tokens.length + 1;
  const isSlash = character === '/';
  let alive = false;
  for (let place = 0; place < tokens.length; place++) {
    const token = tokens[place];
    const passing = here[places + place] === 1;
    if (passing && isSlash) alive = reach(tokens, next, place);
    if (token === undefined || (here[place] !== 1 && !passing)) continue;
    const within = passing || token.kind === 'folders';
    if (within && !isSlash) {
      next[places + place] = 1;
      alive = true;
    }
    if (here[place] === 1 && !within)
      alive = stands(token, character) ? reach(tokens, next, after(token, place)) : alive;
  }
  return alive;
}

const after = (token: Token, place: number): number =>
  token.kind === 'any' || token.kind === 'star' ? place : place + 1;

function stands(token: Token, character: string): boolean {
  if (token.kind === 'character') return token.character === character;
  return token.kind === 'any' || character !== '/';
}
