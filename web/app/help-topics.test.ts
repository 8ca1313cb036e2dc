import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readDocumentation } from '../../src/features/help/pages.ts';
import { helpTopics, withoutHelp } from './help-topics.ts';
import { createAppRouter } from './router.tsx';

const routes = [
  ...new Set(Object.keys(createAppRouter({ basepath: '/' }).routesByPath).map((path) => path.replace(/(.)\/$/, '$1'))),
];

it('every route names its place in the documentation, and no other is named', () => {
  const named = Object.keys(helpTopics);
  expect(routes.filter((route) => !named.includes(route) && !withoutHelp.includes(route))).toEqual([]);
  expect([...named, ...withoutHelp].filter((route) => !routes.includes(route))).toEqual([]);
});

it('every place is there: the page, and the heading on it', async () => {
  const pages = await readDocumentation(fileURLToPath(new URL('../..', import.meta.url)));
  const missing = Object.values(helpTopics).filter((topic) => {
    const [name, id] = topic.split('#');
    const page = pages.find((one) => one.name === name);
    return page === undefined || (id !== undefined && !page.headings.some((heading) => heading.id === id));
  });
  expect(missing).toEqual([]);
});
