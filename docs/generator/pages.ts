import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Page {
  /** Relative to the project's root. */
  path: string;
  text: string;
}

/** The pages for users and operators. */
export async function readPages(root: string): Promise<Page[]> {
  const paths = ['README.md'];
  for await (const path of glob('docs/**/*.md', { cwd: root })) paths.push(path);
  return Promise.all(paths.toSorted().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
}

const part = /<!-- generated: ([^>]+?) -->\n[\s\S]*?<!-- end of generated -->/g;

/** The page with its generated parts made anew. Throws when it names a part that nobody makes. */
export function fill(page: Page, parts: ReadonlyMap<string, string>): string {
  return page.text.replace(part, (_, name: string) => {
    const text = parts.get(name);
    if (text === undefined) throw new Error(`${page.path}: nobody makes the part “${name}”`);
    return `<!-- generated: ${name} -->\n${text}\n<!-- end of generated -->`;
  });
}

/** Names of the generated parts of a page. */
export function partsOf(page: Page): string[] {
  return [...page.text.matchAll(part)].map((match) => match[1] as string);
}
