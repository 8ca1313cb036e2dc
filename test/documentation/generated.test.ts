import { describe, expect, it } from 'vitest';
import { fill, partsOf, readPages } from '../../docs/generator/pages.ts';
import { errorFamilies, generatedParts } from '../../docs/generator/parts.ts';
import { ok, words } from '../../src/connectors/sonarqube/check/result.ts';
import { catalogue } from '../../src/platform/errors/index.ts';
import { root } from './project-root.ts';

const pages = await readPages(root);
const parts = await generatedParts(root);
const textOf = (path: string): string => pages.find((candidate) => candidate.path === path)?.text ?? '';

describe('generated parts', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s is up to date (npm run docs)', (_, page) => {
    expect(page.text).toBe(fill(page, parts));
  });

  it('every part is on a page', () => {
    const used = new Set(pages.flatMap(partsOf));
    expect([...parts.keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  it('none is empty', () => {
    expect([...parts].filter(([, text]) => text.trim() === '' || text.endsWith('--- |'))).toEqual([]);
  });
});

describe('nothing is left out', () => {
  it('docs/errors.md has every code of the catalogue', () => {
    const inFamilies = Object.values(errorFamilies).flatMap((family) => Object.keys(family));
    expect(inFamilies.toSorted()).toEqual(Object.keys(catalogue).toSorted());
    for (const code of Object.keys(catalogue)) expect(textOf('docs/errors.md')).toContain(`| \`${code}\` |`);
  });

  it('docs/sonarqube.md describes every check of a connection, and names only codes that exist', () => {
    const text = textOf('docs/sonarqube.md');
    for (const name of words.names) expect(text).toContain(`| ${ok(name, '').title} |`);
    const start = text.indexOf('## What the validation checks');
    const section = text.slice(start, text.indexOf('\n## ', start + 1));
    const named = [...section.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] as string);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((code) => !(code in catalogue))).toEqual([]);
  });

  it('variables that pages name are variables of the program', () => {
    const known = parts.get('configuration') ?? '';
    const ofCommands = ['PLUMBLINE_URL', 'PLUMBLINE_TOKEN', 'PLUMBLINE_'];
    for (const { path, text } of pages) {
      const named = new Set(text.match(/\bPLUMBLINE_[A-Z_]*/g));
      const unknown = [...named].filter((name) => !ofCommands.includes(name) && !known.includes(`\`${name}\``));
      expect(unknown, path).toEqual([]);
    }
  });
});
