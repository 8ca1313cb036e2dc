import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { connectors } from '../../src/connectors/index.ts';
import { readDocumentation } from '../../src/features/help/pages.ts';
import { type KnownRoute, knownRoutes } from './known-routes.ts';
import { createAppRouter } from './router.tsx';

const routes = knownRoutes(createAppRouter({ basepath: '/' }));
/** What they are, they say; the last is the documentation itself. */
const withoutHelp = ['/setup', '/sign-in', '/sign-in/back', '/help/$'];

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
  const missing = routes.flatMap(topicsOf).filter((topic) => {
    const [name, id] = topic.split('#');
    const page = pages.find((one) => one.name === name);
    return page === undefined || (id !== undefined && !page.headings.some((heading) => heading.id === id));
  });
  expect(missing).toEqual([]);
});

it('a page that is about one integration has a place for each kind of system, in the pages about that kind', () => {
  const kinds = Object.keys(pageOf).toSorted();
  expect(connectors.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
  const ofAny = routes.filter(({ path }) => /^\/integrations\/(add\/\$kind|\$id)/.test(path));
  expect(ofAny.length).toBeGreaterThan(5);
  for (const { path, help } of ofAny) {
    expect([path, Object.keys(help ?? {}).toSorted()]).toEqual([path, kinds]);
    const astray = Object.entries(help ?? {}).filter(([kind, topic]) => !isAbout(kind, topic));
    expect([path, astray]).toEqual([path, []]);
  }
});

/** The page of its own kind, or the one about the webhooks of all. */
const isAbout = (kind: string, topic: string): boolean => [pageOf[kind], 'webhooks'].includes(topic.split('#')[0]);

/** The pages about kinds of systems. A kind without one has no link, rather than one that leads astray. */
const pageOf: Readonly<Record<string, string>> = {
  sonarqube: 'sonarqube',
  'oci-registry': 'registries',
  'bitbucket-server': 'bitbucket',
  harness: 'harness',
};

function topicsOf({ help }: KnownRoute): string[] {
  if (help === null || help === undefined) return [];
  return typeof help === 'string' ? [help] : Object.values(help);
}
