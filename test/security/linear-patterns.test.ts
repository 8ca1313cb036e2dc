import { glob, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { checkSync } from 'recheck';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface Pattern {
  source: string;
  flags: string;
}

interface Found {
  /** Each pattern once, with where it stands. */
  patterns: Map<string, Pattern & { at: string }>;
  /** Patterns put together at run time: nobody can say what they become. */
  made: string[];
}

function findPatterns(file: string, text: string, found: Found): void {
  const at = (start: number): string => `${file}:${text.slice(0, start).split('\n').length}`;
  const isRegExp = (callee: { type: string; name?: unknown }): boolean =>
    callee.type === 'Identifier' && callee.name === 'RegExp';
  const visitor = new Visitor({
    Literal(node) {
      if (!('regex' in node) || node.regex === undefined) return;
      const { pattern: source, flags } = node.regex;
      const key = `/${source}/${flags}`;
      if (!found.patterns.has(key)) found.patterns.set(key, { source, flags, at: at(node.start) });
    },
    NewExpression(node) {
      if (isRegExp(node.callee)) found.made.push(at(node.start));
    },
    CallExpression(node) {
      if (isRegExp(node.callee)) found.made.push(at(node.start));
    },
  });
  visitor.visit(parseSync(file, text).program);
}

async function productPatterns(): Promise<Found> {
  const found: Found = { patterns: new Map(), made: [] };
  for await (const file of glob('{src,web}/**/*.{ts,tsx}', { cwd: root })) {
    if (/\.test\.tsx?$/.test(file)) continue;
    findPatterns(file, await readFile(resolve(root, file), 'utf8'), found);
  }
  return found;
}

/**
 * What the checker cannot prove it tries with texts that it draws. It is held to steps, never to time: what a busy machine
 * could not finish in time it would call worse than linear. The draw is always the same, because a draw of one letter
 * alone, long enough, makes it take many alternatives in a row for more than linear.
 */
const bySteps = {
  timeout: 500_000,
  randomSeed: 1,
  attackLimit: 3_000_000,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
} as const;

/** Undefined when its time grows with the length of the text and no faster. Not to know is no proof. */
function objection({ source, flags }: Pattern): string | undefined {
  const result = checkSync(source, flags, bySteps);
  if (result.status === 'safe') return undefined;
  return result.status === 'unknown' ? `unknown: ${result.error.kind}` : result.complexity.summary;
}

describe('regular expressions over text of others', () => {
  it.each([
    ['<[^>]*>', 'g'],
    ['<(script|style)[\\s\\S]*?<\\/\\1>', 'gi'],
    ['\\s+$', ''],
    ['^(?:[^/]*a){12}[^/]*$', ''],
    ['^[^/]*a[^/]*b[^/]*c[^/]*$', ''],
    ['^(a+)+$', ''],
  ])('the checker objects to /%s/%s', (source, flags) => {
    expect(objection({ source, flags })).toBeDefined();
  });

  it('are written as literals, and take time in proportion to the text', { timeout: 600_000 }, async () => {
    const { patterns, made } = await productPatterns();
    expect(patterns.size).toBeGreaterThan(100);
    expect(made, 'patterns made at run time').toEqual([]);
    const faults = [...patterns].flatMap(([key, pattern]) => {
      const fault = objection(pattern);
      return fault === undefined ? [] : [`${pattern.at} ${key}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });
});
