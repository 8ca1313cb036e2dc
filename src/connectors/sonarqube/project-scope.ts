import { compileWildcard } from '../../domain/glob.ts';

/** Which project keys the settings ask for: exact, case-sensitive keys and patterns with `*`. None at all means every one. */
export interface ProjectScope {
  /** True when the settings leave projects out. */
  limited: boolean;
  includes(key: string): boolean;
  /** Keys to be asked for one by one; patterns are not among them. */
  exact: readonly string[];
  /** What was asked for and no listed key answers. */
  unmatched(listed: Iterable<string>): string[];
}

const isPattern = (text: string): boolean => text.includes('*');

export function projectScope(wanted: readonly string[]): ProjectScope {
  const exact = new Set(wanted.filter((text) => !isPattern(text)));
  const patterns = wanted.filter(isPattern).map((text) => ({ text, fits: compileWildcard(text) }));
  return {
    limited: wanted.length > 0,
    includes: (key) => wanted.length === 0 || exact.has(key) || patterns.some(({ fits }) => fits(key)),
    exact: [...exact],
    unmatched(listed) {
      const keys = [...listed];
      const known = new Set(keys);
      return [
        ...[...exact].filter((key) => !known.has(key)),
        ...patterns.filter(({ fits }) => !keys.some(fits)).map(({ text }) => text),
      ];
    },
  };
}
