import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fastDirectory } from './fast-directory.ts';

const ownRoot = fileURLToPath(new URL('../..', import.meta.url));
const node = join(ownRoot, 'node_modules/.bin/node');

export interface CommandResult {
  status: number;
  out: string;
  err: string;
}

export interface ProductOptions {
  /** Of the code base to run; this one when left out. */
  root?: string;
  /** Where to make the state directory; a fast directory for temporary files when left out. */
  parent?: string;
  /** Of an empty or migrated database; the embedded PostgreSQL when left out. */
  databaseUrl?: string;
  /** Further variables of the hub's environment. */
  env?: Readonly<Record<string, string>>;
  /** `web` and `worker` need a database of several processes. */
  role?: 'all' | 'web' | 'worker';
  /** State directory whose key file it gets a copy of. */
  keyFileOf?: string;
}

/** The product as people run it: a hub process with a state directory of its own, and commands as processes. */
export interface Product {
  /** Its state directory. */
  home: string;
  /** Where the hub listens, a worker with its probes; another port after each start. */
  url(): string;
  /** Of the hub process that runs. */
  pid(): number;
  /** What every hub process of this product wrote so far, both streams. */
  log(): string;
  /** `plumbline <args>` on the hub's own machine. Never throws for an exit code. */
  plumbline(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** A call of the API with the hub's local token; path without a leading slash. */
  api(
    path: string,
    init?: { method?: string; body?: unknown; token?: string },
  ): Promise<{ status: number; text: string }>;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
  /** Further variables count for this start only. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGKILL, and waits for its end. An embedded PostgreSQL lives on. */
  kill(): Promise<void>;
  /** Resolves when the hub process ends, whoever ends it. */
  ended(): Promise<void>;
  /** Stops it and removes its state directory. */
  close(): Promise<void>;
}

/** A cold start builds the web application once per clone, on a busy machine with two cores. */
const startLimitMs = 180_000;

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const home = await mkdtemp(join(options.parent ?? (await fastDirectory()), 'plumbline-product-'));
  if (options.keyFileOf !== undefined) await copyFile(join(options.keyFileOf, 'vault.keys'), join(home, 'vault.keys'));
  const env = { ...cleanEnvironment(), PLUMBLINE_HOME: home };
  const database = options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl };
  const root = options.root ?? ownRoot;
  const words: string[] = [];
  let hub: Hub | undefined;
  const product: Product = {
    home,
    url: () => hub?.url ?? '',
    pid: () => hub?.pid ?? 0,
    log: () => words.join(''),
    plumbline: (args, more = {}) => command(root, args, { ...env, ...more }),
    api: (path, init) => callApi(home, hub?.url ?? '', path, init),
    async start(more = {}) {
      const ports = { PLUMBLINE_PORT: '0', PLUMBLINE_HEALTH_PORT: '0' };
      const variables = { ...env, ...database, ...ports, ...options.env, ...more };
      hub = await startHub({ root, env: variables, role: options.role ?? 'all' }, words);
    },
    async stop() {
      await hub?.stop();
      hub = undefined;
    },
    async kill() {
      await hub?.kill();
      hub = undefined;
    },
    ended: () => hub?.ended ?? Promise.resolve(),
    async close() {
      await product.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  try {
    await product.start();
  } catch (error) {
    await product.close();
    throw error;
  }
  return product;
}

/** The machine's environment without anything that would point the product elsewhere. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('PLUMBLINE_') && name !== 'DATABASE_URL',
  );
  // vitest's own variables change how libraries behave.
  return Object.fromEntries(kept.filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS)/.test(name))) as Record<
    string,
    string
  >;
}

interface Hub {
  url: string;
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

async function startHub(
  { root, env, role }: { root: string; env: Record<string, string>; role: string },
  words: string[],
): Promise<Hub> {
  const from = words.length;
  const child = spawn(node, ['src/main.ts', 'up', '--role', role], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  // A test run that dies must not leave a hub behind.
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  void ended.then(() => process.off('exit', killed));
  const url = await announced(child, () => words.slice(from).join(''));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  if (url !== undefined) return { url, pid: child.pid ?? 0, ended, stop, kill };
  await stop();
  throw new Error(`the hub did not start:\n${words.slice(from).join('').slice(-4000)}`);
}

async function announced(child: ChildProcess, words: () => string): Promise<string | undefined> {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const found = /Plumbline(?: worker)? is running at (\S+)/.exec(words())?.[1];
    if (found !== undefined) return found;
    await delay(50);
  }
  return undefined;
}

function command(root: string, args: readonly string[], env: Record<string, string>): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['src/main.ts', ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 128, out, err }));
  });
}

async function callApi(
  home: string,
  url: string,
  path: string,
  init: { method?: string; body?: unknown; token?: string } = {},
): Promise<{ status: number; text: string }> {
  const token = init.token ?? (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const response = await fetch(new URL(path, url), {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return { status: response.status, text: await response.text() };
}
