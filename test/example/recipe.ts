import { createHash } from 'node:crypto';
import { cp, glob, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const tree = join(root, 'test/example/tree');

/** The lines that one file takes, each after or before a line that is there. */
export interface Named {
  file: string;
  lines: readonly { kind: 'there' | 'added'; text: string }[];
}

/** Every block of the recipes, in the order of the page. */
export function readRecipes(page: string): Named[] {
  return [...page.matchAll(/^```diff (\S+)\n([\s\S]*?)^```$/gm)].map(([, file = '', block = '']) => ({
    file,
    lines: block
      .trimEnd()
      .split('\n')
      .map((line) => ({ kind: line.startsWith('+') ? 'added' : 'there', text: line.slice(1) })),
  }));
}

/** The file with its lines. Throws when a line that should be there is not, or is there twice. */
export function withLines(content: string, { file, lines }: Named): string {
  const written = content.split('\n');
  let at: number | undefined;
  const waiting: string[] = [];
  for (const { kind, text } of lines) {
    if (kind === 'added') {
      // Before the first line that is there nothing says where it belongs.
      if (at === undefined) waiting.push(text);
      else written.splice((at += 1), 0, text);
      continue;
    }
    const found = written.flatMap((line, index) => (line === text ? [index] : []));
    if (found.length !== 1) throw new Error(`${file} has the line “${text}” ${found.length} times`);
    at = found[0] as number;
    written.splice(at, 0, ...waiting);
    at += waiting.splice(0).length;
  }
  return written.join('\n');
}

/** Files that the example brings. */
export async function filesOfExample(): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of glob('**/*.*', { cwd: tree })) files.push(entry);
  return files.toSorted();
}

const parts = ['src', 'web', 'lab', 'test', 'docs', 'bench', 'scripts', 'examples'];
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts', 'README.md', 'CHANGELOG.md'];

/** A copy of the code base with the example in it, by the recipes. */
export async function followRecipes(recipes: readonly Named[], to: string): Promise<void> {
  await Promise.all([...parts, ...files].map((part) => cp(join(root, part), join(to, part), { recursive: true })));
  await symlink(join(root, 'node_modules'), join(to, 'node_modules'));
  await cp(tree, to, { recursive: true });
  const migration = await readFile(join(to, 'src/features/example/migrations/0048-example.sql'));
  const checksum = createHash('sha256').update(migration).digest('hex');
  for (const named of recipes) {
    const path = join(to, named.file);
    const content = withLines(await readFile(path, 'utf8'), named);
    await writeFile(path, content.replace('<sha256>', checksum));
  }
}
