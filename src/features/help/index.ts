import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Route, route, StreamedAnswer } from '../access/index.ts';
import * as contract from './contract.ts';
import { type DocumentationPage, readDocumentation } from './pages.ts';
import { searchDocumentation } from './search.ts';

const tag = 'Help';

/** The documentation that belongs to this version, served by the hub itself; it holds nothing of anybody. */
export function createHelp({ root }: { root: string }): { routes: Route[] } {
  let read: Promise<DocumentationPage[]> | undefined;
  const pages = (): Promise<DocumentationPage[]> => {
    read ??= readDocumentation(root).catch((error: unknown) => {
      read = undefined;
      throw error;
    });
    return read;
  };
  return { routes: [...pageRoutes(pages), pictureRoute(root)] };
}

function pageRoutes(pages: () => Promise<DocumentationPage[]>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/help',
      permission: 'signed_in',
      scope: 'own',
      summary: 'Lists the pages of the documentation.',
      tag,
      response: contract.HelpIndex,
      handle: async () => ({ pages: (await pages()).map(({ name, title }) => ({ name, title })) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/help/page',
      permission: 'signed_in',
      scope: 'own',
      summary: 'Shows a page of the documentation as HTML, with its headings.',
      tag,
      errors: ['not_found'],
      query: contract.HelpPageQuery,
      response: contract.HelpPage,
      async handle({ query }) {
        const page = (await pages()).find(({ name }) => name === query.name);
        if (page === undefined) throw new PlumblineError('not_found');
        const { name, title, html, headings } = page;
        return { name, title, html, headings };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/help/search',
      permission: 'signed_in',
      scope: 'own',
      summary: 'Finds the sections of the documentation that hold every word.',
      tag,
      query: contract.HelpSearchQuery,
      response: contract.HelpHits,
      handle: async ({ query }) => ({ hits: searchDocumentation(await pages(), query.text) }),
    }),
  ];
}

function pictureRoute(root: string): Route {
  return route({
    method: 'GET',
    path: '/api/v1/help/pictures',
    permission: 'signed_in',
    scope: 'own',
    summary: 'A picture of the documentation.',
    tag,
    errors: ['not_found'],
    query: contract.HelpPictureQuery,
    async handle({ query }) {
      // Nothing but a name: the folder has no folders.
      if (!/^[a-z0-9-]+\.png$/.test(query.name)) throw new PlumblineError('not_found');
      const file = join(root, 'docs/pictures', query.name);
      await access(file).catch((cause: unknown) => {
        throw new PlumblineError('not_found', { cause });
      });
      return new StreamedAnswer('image/png', createReadStream(file));
    },
  });
}
