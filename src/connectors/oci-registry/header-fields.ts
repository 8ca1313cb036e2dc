/**
 * Reads the parts that structured header fields are made of (RFC 9110, RFC 8288), from left to right and each character
 * once. Several lines of one field arrive joined by commas, so commas inside quotes must not split anything.
 */
export interface FieldReader {
  /** True when nothing is left. */
  atEnd(): boolean;
  /** The next character, '' at the end. */
  peek(): string;
  /** Skips spaces and what else is in `more`. */
  skip(more?: string): void;
  /** Takes this character if it comes next. */
  take(character: string): boolean;
  /** A token; '' when none comes next. */
  token(): string;
  /** A quoted string without its quotes and escapes, or the bare text up to a space or one of `ends`. */
  value(ends: string): string;
  /** Everything up to a character, which is taken as well; undefined, and nothing taken, when it does not come. */
  upTo(character: string): string | undefined;
  /** Credentials or a challenge without parameters, e.g. `Negotiate a87421==`; '' when none comes next. */
  token68(): string;
}

const tokenCharacters = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const token68Characters = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;

export function readField(text: string): FieldReader {
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const quoted = (): string => {
    let value = '';
    for (at += 1; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\') at += 1;
      value += text[at] ?? '';
    }
    at += 1;
    return value;
  };
  return {
    atEnd: () => at >= text.length,
    peek: () => text[at] ?? '',
    skip(more = '') {
      while (at < text.length && ` \t\r\n${more}`.includes(text[at] ?? '')) at += 1;
    },
    take(character) {
      if (text[at] !== character) return false;
      at += 1;
      return true;
    },
    token: () => match(tokenCharacters),
    value(ends) {
      if (text[at] === '"') return quoted();
      const start = at;
      while (at < text.length && !` \t\r\n${ends}`.includes(text[at] ?? '')) at += 1;
      return text.slice(start, at);
    },
    upTo(character) {
      const end = text.indexOf(character, at);
      if (end === -1) return undefined;
      const found = text.slice(at, end);
      at = end + 1;
      return found;
    },
    token68: () => match(token68Characters),
  };
}
