import { readdir, readFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { to as copyTo } from 'pg-copy-streams';
import { listProcesses } from '../../../lab/processes.ts';
import { decompress, readFrames } from '../../../src/features/operations/backup/frames.ts';
import type { Database } from '../../../src/platform/database/index.ts';
import type { Product } from '../../support/product.ts';
import { type Canary, search, type Sighting } from './canaries.ts';

/** Everything every table of every schema holds, as a dump would have it. */
export async function searchDatabase(db: Database, canaries: readonly Canary[]): Promise<Sighting[]> {
  const tables = await db.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname not in ('information_schema', 'pg_toast')
        and has_table_privilege(c.oid, 'select') order by 1`,
  );
  if (tables.length < 100) throw new Error(`only ${tables.length} tables were seen`);
  const found: Sighting[] = [];
  for (const { name } of tables) {
    const text = await db.transaction((tx) => readAll(tx.client.query(copyTo(`copy ${name} to stdout`))));
    found.push(...search(`table ${name}`, text, canaries));
  }
  return found;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

/** The file as it is, and what is compressed in it. */
export async function searchBackup(file: string, canaries: readonly Canary[]): Promise<Sighting[]> {
  const found = search('backup file', await readFile(file, 'latin1'), canaries);
  const tables = new Map<number, Buffer[]>();
  for await (const frame of readFrames(createReadStream(file), () => undefined)) {
    const body = frame.kind === 'data' ? await decompress(frame.body) : frame.body;
    tables.set(frame.table, [...(tables.get(frame.table) ?? []), body]);
  }
  for (const [table, bodies] of tables)
    found.push(...search(`backup, table ${table}`, Buffer.concat(bodies).toString('latin1'), canaries));
  return found;
}

/**
 * The arguments of every process, and the environment of those the hub started. The hub's own environment is left out:
 * that is where its operator hands it the key and the first password, and only its own user can read it.
 */
export async function searchProcesses(hubs: readonly number[], canaries: readonly Canary[]): Promise<Sighting[]> {
  const found: Sighting[] = [];
  for (const { pid, commandLine } of await listProcesses())
    found.push(...search(`command line of process ${pid}`, commandLine, canaries));
  for (const pid of await descendants(hubs)) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    found.push(...search(`environment of process ${pid}`, environment, canaries));
  }
  return found;
}

async function descendants(of: readonly number[]): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = new Set(of);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => !of.includes(pid));
}

/** PostgreSQL runs in a session of its own: nobody's child, and started by us all the same. */
export async function postmasterOf(product: Product): Promise<number> {
  const { home } = JSON.parse(await readFile(join(product.home, 'cluster.json'), 'utf8')) as { home: string };
  return Number((await readFile(resolve(product.home, home, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Every answer of every GET route, with the first of each kind in its path, and of what is asked wrongly. */
export async function searchAnswers(product: Product, canaries: readonly Canary[]): Promise<Sighting[]> {
  const document = JSON.parse((await product.api('api/v1/openapi.json')).text) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const found: Sighting[] = [];
  const paths = Object.entries(document.paths).filter(([, methods]) => 'get' in methods);
  if (paths.length < 40) throw new Error(`only ${paths.length} paths were seen`);
  for (const [path] of paths) {
    for (const id of ['1', 'nothing-of-this-name']) {
      const filled = path.replace(/^\//, '').replaceAll(/\{[^}]+\}/g, id);
      found.push(...search(`answer of ${path}`, (await product.api(filled)).text, canaries));
    }
  }
  return found;
}

export async function searchMetrics(product: Product, canaries: readonly Canary[]): Promise<Sighting[]> {
  return search('metrics', (await product.api('metrics')).text, canaries);
}

/** Without the one line that hands the set-up link to the person at the terminal: that is its way. */
export function searchLog(product: Product, canaries: readonly Canary[]): Sighting[] {
  const lines = product.log().split('\n');
  const text = lines.filter((line) => !/^ {2}https?:\/\/\S+\/setup#\S+$/.test(line)).join('\n');
  return search('log', text, canaries);
}
