import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readDocumentation } from '../../src/features/help/pages.ts';
import { knownRoutes } from './known-routes.ts';
import { createAppRouter } from './router.tsx';

const routes = knownRoutes(createAppRouter({ basepath: '/' }));
/** What they are, they say; the last is the documentation itself. */
const withoutHelp = ['/', '/setup', '/sign-in', '/help/$'];

it('every route names its place in the documentation, but those that need none', () => {
  expect(routes.filter(({ help }) => help === undefined).map(({ path }) => path)).toEqual([]);
  expect(
    routes
      .filter(({ help }) => help === null)
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(withoutHelp.toSorted());
});

it('every place is there: the page, and the heading on it', async () => {
  const pages = await readDocumentation(fileURLToPath(new URL('../..', import.meta.url)));
  const missing = routes.filter(({ help }) => {
    const [name, id] = (help ?? 'findings').split('#');
    const page = pages.find((one) => one.name === name);
    return page === undefined || (id !== undefined && !page.headings.some((heading) => heading.id === id));
  });
  expect(missing).toEqual([]);
});
