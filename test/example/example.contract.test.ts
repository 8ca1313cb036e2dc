import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/product.ts';
import { filesOfExample, followRecipes, type Named, readRecipes, root } from './recipe.ts';
import { type Book, type Library, startLibrary } from './simulator.ts';

/** Books are read by windows of time: what came before this year, and what came since. */
const thisYear = new Date(Date.UTC(new Date().getUTCFullYear(), 0, 1)).toISOString();
const [old, today] = ['2020-02-03T04:05:06.000Z', new Date().toISOString()];

let copy: string;
let recipes: Named[];
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'plumbline-example-'));
  recipes = readRecipes(await readFile(join(root, 'CONTRIBUTING.md'), 'utf8'));
  await followRecipes(recipes, copy);
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** A program of the copy; its words when it fails. */
function run(...args: string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV)/.test(name)));
  const child = spawn(join(root, 'node_modules/.bin/node'), args, { cwd: copy, env });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(words) : reject(new Error(words.slice(-6_000)))));
  });
}

describe('the recipes of CONTRIBUTING', () => {
  it('take folders of their own and a few lines, in files that are named', async () => {
    const brought = await filesOfExample();
    expect(brought.length).toBeGreaterThan(10);
    expect(brought.filter((file) => !/^(src\/connectors|src\/features|web\/pages)\/example\//.test(file))).toEqual([]);
    const added = recipes.map(({ file, lines }) => `${file} ${lines.filter(({ kind }) => kind === 'added').length}`);
    expect(added).toEqual([
      'src/connectors/index.ts 2',
      'src/domain/stream-words.ts 2',
      'src/schema.ts 1',
      'src/hub/rooms.ts 2',
      'test/architecture/rules/rooms.ts 1',
      'test/architecture/landed-migrations.json 1',
      'web/app/areas.ts 2',
    ]);
  });

  it('make a code base whose types hold, on the server and in the browser', async () => {
    for (const [include, base] of [
      [['src', 'test/support'], './tsconfig.json'],
      [['web'], './web/tsconfig.json'],
    ] as const) {
      // Only what can be touched by the lines: what checks the rest need not be checked again.
      await writeFile(join(copy, 'part.json'), JSON.stringify({ extends: base, include, exclude: [] }));
      await run('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'part.json');
    }
  }, 300_000);

  it('keep every wall, and what is asked of migrations, words, names and help', async () => {
    const tests = ['test/architecture', 'src/connectors', 'src/hub', 'web/app'];
    const words = await run(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      '--reporter',
      'dot',
      ...tests,
    );
    expect(words).toMatch(/Test Files .*passed/);
  }, 300_000);
});

describe('a hub with the example', () => {
  let database: TestDatabase;
  let product: Product;
  let library: Library;
  beforeAll(async () => {
    library = await startLibrary(
      new Map<string, Book[]>([
        ['poetry', ['one', 'two', 'three'].map((title) => ({ isbn: `p-${title}`, title, addedAt: old, lentAt: null }))],
        ['travel', [{ isbn: 't-1', title: 'Far away', addedAt: old, lentAt: '2026-01-02T03:04:05Z' }]],
      ]),
    );
    database = await cloneDatabase();
    product = await startProduct({ root: copy, databaseUrl: database.connectionString });
  }, 300_000);
  afterAll(async () => {
    await product?.close();
    await database?.drop();
    await library?.close();
  });

  const api = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const { status, text } = await product.api(path, body === undefined ? {} : { method: 'POST', body });
    expect({ path, status, text }).toMatchObject({ status: expect.closeTo(200, -1) });
    return JSON.parse(text) as Record<string, unknown>;
  };
  const titles = async (): Promise<string[]> =>
    ((await api('api/v1/example/books'))['books'] as { title: string }[]).map(({ title }) => title);

  it('reads both streams whole, one by windows of time, and shows the rows through its route', async () => {
    const settings = { url: library.url };
    await api('api/v1/integrations', { kind: 'example', name: 'library', settings, secrets: { token: library.token } });
    const { status, out, err } = await product.plumbline(['sync', 'library', '--wait']);
    expect({ status, out, err }).toMatchObject({ status: 0 });
    const { books } = await api('api/v1/example/books');
    expect(books).toMatchObject([
      { isbn: 'p-one', shelf: 'poetry', lentAt: null },
      { isbn: 'p-three' },
      { isbn: 'p-two' },
      { isbn: 't-1', shelf: 'travel', title: 'Far away', lentAt: '2026-01-02T03:04:05.000Z' },
    ]);
    library.journal.expectNoUnexpected();
    expect(library.journal.entries.every(({ tokenKind }) => tokenKind === 'reader')).toBe(true);
  });

  it('reads what a signed webhook tells of, and believes no other', async () => {
    const { url, secret } = await api('api/v1/integrations/library/webhook-secret', { adapter: '' });
    library.shelves.get('travel')?.push({ isbn: 't-2', title: 'Back again', addedAt: today, lentAt: null });
    const address = new URL(new URL(String(url)).pathname, product.url()).href;
    expect(await library.tell(address, 'another-secret', 'travel')).toBe(401);
    expect(await titles()).not.toContain('Back again');
    expect(await library.tell(address, String(secret), 'travel')).toBeLessThan(300);
    await vi.waitFor(async () => expect(await titles()).toContain('Back again'), { timeout: 30_000, interval: 200 });
  });

  it('marks what the library has no more as gone, and audits without a difference', async () => {
    library.shelves.get('poetry')?.pop();
    expect((await product.plumbline(['sync', 'library', '--full', '--wait'])).status).toBe(0);
    expect(await titles()).toEqual(['one', 'two', 'Far away', 'Back again']);
    const audit = await product.plumbline(['audit', 'library']);
    expect(audit).toMatchObject({ status: 0 });
  });

  it('takes each window for what it proves: what cannot be proven of one leaves its rows, and the other ends its own', async () => {
    library.shelves.get('poetry')?.pop();
    library.shelves.get('travel')?.pop();
    Object.assign(library.hidden, { before: thisYear, count: 1 });
    expect((await product.plumbline(['sync', 'library', '--full', '--wait'])).status).not.toBe(0);
    expect(await titles()).toEqual(['one', 'two', 'Far away']);
    library.hidden.count = 0;
    expect((await product.plumbline(['sync', 'library', '--full', '--wait'])).status).toBe(0);
    expect(await titles()).toEqual(['one', 'Far away']);
    expect((await product.plumbline(['audit', 'library'])).status).toBe(0);
  });

  it('serves its page, which is loaded when somebody goes there', async () => {
    expect((await fetch(new URL('example/books', product.url()))).status).toBe(200);
    const manifest = JSON.parse(await readFile(join(copy, 'dist/web/.vite/manifest.json'), 'utf8')) as Record<
      string,
      { isDynamicEntry?: boolean; file: string }
    >;
    const page = manifest['pages/example/books-page.tsx'];
    expect(page).toMatchObject({ isDynamicEntry: true });
    expect((await fetch(new URL(page?.file ?? '', product.url()))).status).toBe(200);
  });

  it('removes its rows with the integration', async () => {
    const removed = await product.plumbline(['integration', 'remove', 'library', '--yes']);
    expect(removed).toMatchObject({ status: 0 });
    await vi.waitFor(async () => expect(await titles()).toEqual([]), { timeout: 30_000, interval: 200 });
  });
});
