import { spawn } from 'node:child_process';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { labContext } from '../../context.ts';

/** A stranger's program, exactly as its registry has it. */
export interface OutsideProgram {
  name: string;
  version: string;
  /** Written before the commands run. */
  files: Readonly<Record<string, string>>;
  /** What installs it, in its directory. */
  commands: readonly (readonly [string, ...string[]])[];
}

export interface Ran {
  code: number | null;
  output: string;
}

interface RunOptions {
  directory: string;
  env?: Readonly<Record<string, string>>;
  limitMs?: number;
}

/** Runs a command to its end; one that takes too long is ended and has no code. */
export function run([executable, ...args]: readonly [string, ...string[]], options: RunOptions): Promise<Ran> {
  const { directory, env = {}, limitMs = 120_000 } = options;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    // The Node that runs this, which may be newer than the machine's.
    const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
    const all = { ...process.env, PATH: path, ...env };
    const child = spawn(executable, args, { cwd: directory, env: all, timeout: limitMs });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Two minutes on a quiet machine; beside other stages several times as long. */
const longestInstallationMs = 600_000;

/**
 * Installs a program once and keeps it in the cache. Returns its directory, or why it is not there: no network, no
 * interpreter, or more time than a busy machine needs.
 */
export async function installed(program: OutsideProgram): Promise<{ directory: string } | { reason: string }> {
  const { name, version, files, commands } = program;
  const directory = join(labContext(process.env).cacheDirectory, 'outside', `${name}-${version}`);
  const mark = join(directory, 'installed');
  if (await stat(mark).catch(() => undefined)) return { directory };
  await rm(directory, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  const until = Date.now() + longestInstallationMs;
  for (const command of commands) {
    const { code, output } = await run(command, { directory, limitMs: Math.max(1, until - Date.now()) });
    const last = output.trim().split('\n').at(-1) ?? '';
    if (code !== 0) return { reason: `${name} ${version} was not installed: ${command.join(' ')}: ${last}` };
  }
  await writeFile(mark, '');
  return { directory };
}
