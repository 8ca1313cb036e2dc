import { expect } from 'vitest';
import { listProcesses } from '../../lab/processes.ts';
import type { Database } from '../../src/platform/database/index.ts';
import type { Product } from '../support/product.ts';
import { administrator, type ConnectedProduct } from './connected-product.ts';

/** Looks for secrets where none may be: logs, every answer of the API, the whole database, the process list. */
export async function expectNoSecret({ product, db }: ConnectedProduct, tokens: readonly string[]): Promise<void> {
  const secrets = [...tokens, administrator.password];
  await product.api('api/v1/session', { method: 'POST', body: administrator });
  await product.api('api/v1/integrations/sonar-lab/check', { method: 'POST' });
  const texts: Record<string, string> = {
    'the log': product.log(),
    'the process list': (await listProcesses()).map(({ commandLine }) => commandLine).join('\n'),
    ...(await answers(product)),
  };
  const shown = Object.keys(texts).filter((place) =>
    secrets.some((secret) => forms(secret).some((form) => texts[place]?.includes(form))),
  );
  expect([...shown, ...(await tablesWith(db, secrets.flatMap(forms)))]).toEqual([]);
  // A search that finds nothing must be able to find something.
  expect(await tablesWith(db, [administrator.email])).not.toEqual([]);
}

/** As it is, as Basic credentials, as part of an address, and as PostgreSQL prints bytes. */
function forms(secret: string): string[] {
  return [
    secret,
    Buffer.from(`${secret}:`).toString('base64').replace(/=+$/, '').slice(0, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
  ];
}

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

/** What every GET route says, each path parameter filled with the first of its kind. */
async function answers(product: Product): Promise<Record<string, string>> {
  const document = JSON.parse((await product.api('api/v1/openapi.json')).text) as OpenApi;
  const paths = Object.entries(document.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []));
  expect(paths.length).toBeGreaterThan(20);
  const texts: Record<string, string> = {};
  for (const path of paths) {
    const filled = path.replace(/^\//, '').replaceAll(/\{[^}]+\}/g, '1');
    texts[path] = (await product.api(filled)).text;
  }
  return texts;
}

/** Every row of every table as text, searched by the database itself. */
async function tablesWith(db: Database, forbidden: readonly string[]): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    // Temporary tables of another session can be gone before they are read.
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') and schemaname not like 'pg\\_temp%' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(40);
  const patterns = forbidden.map((text) => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await db.one<{ rows: number }>(
      `select count(*) as rows from ${name} as t where t::text like any ($1::text[])`,
      [patterns],
    );
    if (rows > 0) found.push(`table ${name}`);
  }
  return found;
}
