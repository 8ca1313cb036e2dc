import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageNameOf, resolveLink } from './links.ts';
import { type RenderedPage, renderPage } from './render.ts';

export interface DocumentationPage extends RenderedPage {
  name: string;
}

/** Every page of the documentation, in the order in which the README names them. */
export async function readDocumentation(root: string): Promise<DocumentationPage[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const order = namesIn(readme);
  const found: { path: string; name: string }[] = [{ path: 'README.md', name: 'readme' }];
  for await (const file of glob('docs/**/*.md', { cwd: root })) {
    const path = file.replaceAll('\\', '/');
    const name = pageNameOf(path);
    if (name !== undefined) found.push({ path, name });
  }
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  found.sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1));
  return Promise.all(
    found.map(async ({ path, name }) => ({
      name,
      ...renderPage(path, path === 'README.md' ? readme : await readFile(join(root, path), 'utf8')),
    })),
  );
}

/** The first page itself, then those that its table of pages names. */
function namesIn(readme: string): string[] {
  const table = readme.slice(Math.max(0, readme.indexOf('\n## Pages')));
  const links = [...table.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => resolveLink('README.md', match[1] ?? ''));
  return ['readme', ...links.flatMap((link) => (link.kind === 'page' ? [link.name] : []))];
}
