import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './project-root.ts';

interface Step {
  name: string;
  folder: string;
  text: string;
}

let steps: Step[];
beforeAll(async () => {
  const page = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, walk = ''] = /^## One record.*?$([\s\S]*?)^## /m.exec(page) ?? [];
  steps = [...walk.matchAll(/^\d+\. (`(\w+)` \(`([\w/-]+)`\).*)$/gm)].map(([, text = '', name = '', folder = '']) => ({
    name,
    folder,
    text,
  }));
});

/** Texts of the code in a folder, without tests. */
async function codeIn(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const path of glob(`${folder}/**/*.{ts,tsx}`, { cwd: root }))
    if (!path.includes('.test.')) texts.push(await readFile(join(root, path), 'utf8'));
  return texts;
}

const declares = (name: string) => (text: string) =>
  new RegExp(`\\b(?:function\\*?|const|class) ${name}\\b`).test(text);

describe('the walk of one record in CONTRIBUTING', () => {
  it('has ten lines, from the worker to a page', () => {
    expect(steps).toHaveLength(10);
    expect(steps[0]?.folder).toBe('src/connectors/work');
    expect(steps.at(-1)?.folder).toMatch(/^web\/pages\//);
  });

  it('goes by names that the code has, each once in its folder', async () => {
    for (const { name, folder } of steps) {
      const declaring = (await codeIn(folder)).filter(declares(name));
      expect({ name, folder, times: declaring.length }).toEqual({ name, folder, times: 1 });
    }
  });

  it('names nothing else in code that is nowhere', async () => {
    const all = (await Promise.all(['src', 'web'].map(codeIn))).flat();
    for (const { text } of steps)
      for (const [, name = ''] of text.matchAll(/`(\w+)`/g))
        expect({ name, declared: all.some(declares(name)) }).toEqual({ name, declared: true });
  });

  it('follows the calls: each step is used where the one before it, or the hub, puts it together', async () => {
    const all = (await Promise.all(['src', 'web'].map(codeIn))).flat();
    for (const { name } of steps) {
      const uses = all.filter((text) => new RegExp(`\\b${name}\\b`).test(text));
      expect({ name, used: uses.length > 1 || name.endsWith('Page') }).toEqual({ name, used: true });
    }
  });
});
