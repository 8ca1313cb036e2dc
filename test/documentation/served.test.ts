import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPages } from '../../docs/generator/pages.ts';
import { readDocumentation } from '../../src/features/help/pages.ts';
import { root } from './project-root.ts';

const served = await readDocumentation(root);

it('every page of the documentation is served, once, with a title', async () => {
  const written = (await readPages(root)).map(({ path }) =>
    path === 'README.md'
      ? 'readme'
      : path
          .replace(/^docs\//, '')
          .replace(/\.md$/, '')
          .toLowerCase(),
  );
  expect(served.map(({ name }) => name).toSorted()).toEqual(written.toSorted());
  expect(served.filter(({ title }) => title === '')).toEqual([]);
  expect(served[0]?.name).toBe('readme');
});

it.each(served.map((page) => [page.name, page] as const))(
  'no link of %s is broken where it is served',
  async (_, page) => {
    const broken: string[] = [];
    for (const [, href = ''] of page.html.matchAll(/href="help\/([^"]*)"/g)) {
      const [name, id] = decodeURI(href).split('#');
      const target = served.find((one) => one.name === name);
      if (target === undefined || (id !== undefined && !target.html.includes(`id="doc-${id}"`))) broken.push(href);
    }
    for (const [, name = ''] of page.html.matchAll(/src="api\/v1\/help\/pictures\?name=([^"]*)"/g)) {
      if ((await stat(join(root, 'docs/pictures', name)).catch(() => undefined)) === undefined) broken.push(name);
    }
    expect(broken).toEqual([]);
    // Nothing else is loaded, and there is nothing that the content security policy would refuse.
    expect(page.html).not.toMatch(/<(?:script|style|iframe|object|form)|style="|src="(?!api\/v1\/help\/)/);
  },
);
