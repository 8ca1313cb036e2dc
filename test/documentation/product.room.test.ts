import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataTables } from '../../docs/generator/data-views.ts';
import { type Page, readPages } from '../../docs/generator/pages.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { root } from './project-root.ts';

// What pages say about a running hub: its routes, its tables, its queries.

const pages = await readPages(root);
const pageOf = (path: string): Page => pages.find((page) => page.path === path) as Page;
const blocksOf = (page: Page, language: string): string[] =>
  [...page.text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] as string,
  );

let database: TestDatabase;
let home: string;
let hub: Hub;
let token: string;

const start = (): Promise<Hub> =>
  startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-documentation-'));
  hub = await start();
  token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, hub.url), {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

describe('routes that pages name', () => {
  it('exist, with the method named', async () => {
    const answer = await call('/api/v1/openapi.json');
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
    // `/api/v1/runs/{id}` and `/api/v1/runs/:id` and `/api/v1/runs/<id>` are the same place.
    const known = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':')}`),
    );
    const own = ['GET /api/v1/openapi.json'];
    const named = pages.flatMap(({ path: page, text }) =>
      [...text.matchAll(/(?:(GET|POST|PUT|PATCH|DELETE) )?(\/api\/v1\/[\w/.:<>{}-]*[\w>}])/g)].map((match) => ({
        page,
        method: match[1],
        path: (match[2] as string).replaceAll(/:\w+|<\w+>|\{\w+\}/g, ':'),
      })),
    );
    const wrong = named.filter(({ method, path }) =>
      method === undefined
        ? ![...known, ...own].some((route) => route.endsWith(` ${path}`))
        : ![...known, ...own].includes(`${method} ${path}`),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });

  it.each(['/livez', '/readyz', '/metrics'])('%s answers', async (path) => {
    expect(pageOf('docs/operations.md').text).toContain(`\`${path}\``);
    expect((await call(path)).status).toBe(200);
  });
});

describe('docs/sql.md and docs/schema.md', () => {
  it('describe the tables and columns that the database has', async () => {
    const rows = await database.db.query<{ name: string; columns: string[] }>(
      `select c.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
         from information_schema.columns c where c.table_schema = 'data' group by 1 order by 1`,
    );
    const described = (await readDataTables(root)).map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => column.name).toSorted(),
    }));
    const present = rows.map(({ name, columns }) => ({ name, columns: columns.toSorted() }));
    expect(described.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(present);
  });

  const examples = blocksOf(pageOf('docs/sql.md'), 'sql');
  const typed = pages.flatMap(({ text }) =>
    [...text.matchAll(/plumbline sql "([^"]+)"/g)].map((match) => match[1] as string),
  );

  it.each([...examples, ...typed])('the query runs: %s', async (sql) => {
    const answer = await call('/api/v1/explorer/query', { method: 'POST', body: JSON.stringify({ sql }) });
    expect(await answer.json()).toMatchObject({ truncated: false });
    expect(answer.status).toBe(200);
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(5);
    expect(typed.length).toBeGreaterThan(1);
  });
});

describe('docs/operations.md', () => {
  it('the way out of a lost key works', async () => {
    await hub.stop();
    await rm(join(home, 'vault.keys'));
    await expect(start()).rejects.toMatchObject({ code: 'vault_key_missing' });
    const [statements = ''] = blocksOf(pageOf('docs/operations.md'), 'sql');
    for (const statement of statements.split(';').filter((text) => text.trim() !== ''))
      await database.db.execute(statement);
    hub = await start();
    token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
    expect((await call('/readyz')).status).toBe(200);
  });
});
