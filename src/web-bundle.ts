import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, glob, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from './platform/telemetry/log.ts';

/** What the bundle is made of, relative to the project's root. */
const sources = ['web/**/*.{ts,tsx,css,html,svg}', 'src/domain/**/*.ts', 'package-lock.json'];

/**
 * Path of the built web application (undefined when it cannot be built), built now when its sources changed since. Built beside and renamed, so a start
 * that is killed in the middle leaves the old one or none.
 */
export async function ensureWebBundle(root: string, stateDirectory: string, log: Log): Promise<string | undefined> {
  const stamp = await stampOf(root);
  const target = join((await writable(root)) ? join(root, 'dist') : stateDirectory, 'web');
  const built = await readFile(join(target, '.stamp'), 'utf8').catch(() => '');
  if (built === stamp) return target;
  log.info({}, 'building the web application');
  const fresh = `${target}.${process.pid}.new`;
  try {
    await mkdir(fresh, { recursive: true });
    await runVite(root, fresh);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Syncing and the API go on; the log says why there are no pages.
    log.error({ error: (error as Error).message }, 'the web application could not be built: pages are not served');
    return undefined;
  }
  await writeFile(join(fresh, '.stamp'), stamp);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
  return target;
}

/** In a process of its own: a bundler's memory would stay with the hub for the rest of its life. */
function runVite(root: string, outDir: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [
    vite,
    'build',
    '--config',
    join(root, 'web/vite.config.ts'),
    '--logLevel',
    'error',
    '--emptyOutDir',
    '--outDir',
    outDir,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(words.slice(0, 2_000)))));
  });
}

async function stampOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for (const pattern of sources) for await (const file of glob(pattern, { cwd: root })) files.push(file);
  for (const file of files.toSorted()) {
    if (file.includes('.test.')) continue;
    hash.update(`${file}\n`).update(await readFile(join(root, file)));
  }
  return hash.digest('hex');
}

/** A clone that belongs to another user is only read. */
async function writable(root: string): Promise<boolean> {
  const dist = join(root, 'dist');
  const place = (await stat(dist).catch(() => undefined)) === undefined ? root : dist;
  return access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
}
