import type { CodeBase, Import } from '../code-base.ts';

/** One wall of the code base. */
export interface Rule {
  name: string;
  /** What breaks it, as `file → what it reaches for`; empty where it holds. */
  offenders(code: CodeBase): string[];
}

/** A rule about single imports. */
export function importRule(name: string, forbids: (entry: Import) => boolean): Rule {
  return {
    name,
    offenders: (code) =>
      code.flatMap(({ imports }) => imports.filter(forbids).map(({ from, to }) => `${from} → ${to}`)),
  };
}

/** True for a file of ours, false for a package. */
export const isOurs = ({ to }: Import): boolean => /^(src|lab|web|test|bench)\//.test(to);

export const roomOf = (path: string): string | undefined => /^src\/features\/([^/]+)\//.exec(path)?.[1];
