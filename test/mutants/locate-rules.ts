import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokenRule } from './broken-rules.ts';
import { root } from './scope.ts';

/** Where a rule and the test of it lie. */
export interface LocatedRule extends BrokenRule {
  file: string;
  test: string;
}

const known = new Map<string, string>();

/** Read once: each rule looks through all tests. */
function read(file: string): string {
  const text = known.get(file) ?? readFileSync(join(root, file), 'utf8');
  known.set(file, text);
  return text;
}

/** Files of a folder, or the file itself, in which the text lies; one as often as it lies there. */
function holding(files: readonly string[], text: string): string[] {
  return files.flatMap((file) => Array.from({ length: read(file).split(text).length - 1 }, () => file));
}

const sources = (within: string): string[] =>
  globSync([`${within}/**/*.ts`, `${within}/**/*.sql`], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted();

const tests = globSync('{src,test}/**/*.{room,contract}.test.ts', { cwd: root }).toSorted();

/** Throws unless the text and the title of the test lie in one place each: else nobody knows what is broken. */
export function locate(rule: BrokenRule): LocatedRule {
  const [file, ...more] = holding(sources(rule.within), rule.text);
  if (file === undefined || more.length > 0)
    throw new Error(
      `“${rule.rule}”: its text lies ${more.length + (file === undefined ? 0 : 1)} times in ${rule.within}`,
    );
  const [test, ...others] = holding(tests, `'${rule.noticedBy}'`);
  if (test === undefined || others.length > 0)
    throw new Error(
      `“${rule.rule}”: ${others.length + (test === undefined ? 0 : 1)} tests are called “${rule.noticedBy}”`,
    );
  return { ...rule, file, test };
}
