import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type Page, readPages } from '../../docs/generator/pages.ts';
import { root } from './project-root.ts';

const pages = await readPages(root);
const others = [
  'lab/README.md',
  'src/connectors/sonarqube/README.md',
  'src/connectors/oci-registry/README.md',
  'SECURITY.md',
  'CHANGELOG.md',
];
const all: Page[] = [
  ...pages,
  ...(await Promise.all(others.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })))),
];

const withoutBlocks = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** Names of a page's headings as Git hosts make them: lower case, no punctuation, dashes for blanks. */
function anchorsOf(text: string): string[] {
  const headings = withoutBlocks(text).match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

async function isBroken(page: Page, link: string): Promise<boolean> {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? join(root, page.path) : join(root, dirname(page.path), decodeURI(file));
  if ((await stat(target).catch(() => undefined)) === undefined) return true;
  return anchor !== undefined && !anchorsOf(await readFile(target, 'utf8')).includes(anchor);
}

it.each(all.map((page) => [page.path, page] as const))('every link of %s leads somewhere', async (_, page) => {
  const targets = [...withoutBlocks(page.text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
  const dead: string[] = [];
  for (const target of targets) if (!/^[a-z]+:/.test(target) && (await isBroken(page, target))) dead.push(target);
  expect(dead).toEqual([]);
});

it('every page is reached from the README', () => {
  const byPath = new Map(pages.map((page) => [page.path, page.text]));
  const reached = new Set(['README.md']);
  for (const path of reached)
    for (const [, target] of (byPath.get(path) ?? '').matchAll(/\]\(([^)#]+\.md)/g))
      reached.add(join(dirname(path), target as string));
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

it('the README names every room and every connector', async () => {
  const readme = pages.find((page) => page.path === 'README.md')?.text ?? '';
  for (const folder of ['src/features', 'src/connectors']) {
    const line = readme.split('\n').find((one) => one.startsWith(`| \`${folder}/\` |`)) ?? '';
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.filter((name) => !line.includes(`\`${name}\``))).toEqual([]);
  }
});

it('pictures are small enough to load at once', async () => {
  const pictures = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => join(dirname(path), match[1] as string)),
  );
  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) expect((await stat(join(root, picture))).size, picture).toBeLessThanOrEqual(204_800);
});
