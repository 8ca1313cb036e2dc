import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const root = join(import.meta.dirname, '..');

// What a clone has before anything is installed, with a program that only shows how it was called. Nothing to install
// either, so npm needs no network.
const program = `
const [word, value] = process.argv.slice(2);
if (word === 'wait') setInterval(() => {}, 1000);
if (word === 'wait') process.on('SIGTERM', () => process.exit(7));
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), node: process.versions.node }));
if (word === 'exit') process.exit(Number(value));
`;

async function bareClone(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'plumbline-bare-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  await chmod(parent, 0o755);
  const clone = join(parent, 'clone');
  await mkdir(join(clone, 'src'), { recursive: true });
  await cp(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true });
  await cp(join(root, 'plumbline'), join(clone, 'plumbline'));
  const about = { name: 'bare', version: '1.0.0', type: 'module' };
  const scripts = { start: 'node scripts/launch.mjs exit' };
  await writeFile(join(clone, 'package.json'), JSON.stringify({ ...about, scripts }));
  const lock = { ...about, lockfileVersion: 3, requires: true, packages: { '': about } };
  await writeFile(join(clone, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(clone, 'src/main.ts'), program);
  return clone;
}

interface Outcome {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Running {
  child: ChildProcess;
  outcome: Promise<Outcome>;
  out(): string;
}

function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; uid?: number; env?: object } = {},
): Running {
  // The pinned Node first, however these tests were started; npm comes from the machine.
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const env = { PATH: path, HOME: tmpdir(), npm_config_update_notifier: 'false', ...options.env };
  const child = spawn(file, args, { cwd: options.cwd ?? '/', env, ...(options.uid ? { uid: options.uid } : {}) });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  onTestFinished(() => void child.kill('SIGKILL'));
  const outcome = new Promise<Outcome>((resolve) =>
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr })),
  );
  return { child, outcome, out: () => stdout };
}

const launch = (clone: string, ...args: string[]): Promise<Outcome> => run(join(clone, 'plumbline'), args).outcome;

describe('the launcher', () => {
  it('installs once, then goes straight on, with arguments, directory and exit code', async () => {
    const clone = await bareClone();
    const first = await launch(clone, 'exit', '5', 'a b', '--c=$d');
    expect(first.stderr).toMatch(/^Installing dependencies.*done in \d+ s\.\n$/);
    expect(first.status).toBe(5);
    const second = await launch(clone, 'exit', '0', 'a b', '--c=$d');
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(second.stdout)).toMatchObject({ args: ['exit', '0', 'a b', '--c=$d'], cwd: '/' });
    const viaNode = await run(process.execPath, [join(clone, 'scripts/launch.mjs'), 'exit', '4']).outcome;
    expect(viaNode).toMatchObject({ status: 4, stderr: '' });
  });

  it('works through symbolic links and with npm start', async () => {
    const clone = await bareClone();
    await launch(clone, 'exit', '0');
    await symlink(join(clone, 'plumbline'), join(clone, '../absolute'));
    await symlink('absolute', join(clone, '../relative'));
    expect((await run(join(clone, '../relative'), ['exit', '3']).outcome).status).toBe(3);
    const npm = await run('npm', ['start', '--silent', '--', '6'], { cwd: clone }).outcome;
    expect(npm.status).toBe(6);
  });

  it('passes signals on, also while it stands in between', async () => {
    const clone = await bareClone();
    await launch(clone, 'exit', '0');
    const direct = run(join(clone, 'plumbline'), ['wait']);
    await vi.waitFor(() => expect(direct.out()).not.toBe(''), 10_000);
    direct.child.kill('SIGTERM');
    expect((await direct.outcome).status).toBe(7);
    // Under another Node than the chosen one the launcher stays and has a child.
    await rm(join(clone, 'node_modules/.plumbline/node'));
    await writeFile(join(clone, 'node_modules/.plumbline/node'), `#!/bin/sh\nexec ${process.execPath} "$@"\n`, {
      mode: 0o755,
    });
    const between = run(process.execPath, [join(clone, 'scripts/launch.mjs'), 'wait']);
    await vi.waitFor(() => expect(between.out()).not.toBe(''), 10_000);
    between.child.kill('SIGTERM');
    expect((await between.outcome).status).toBe(7);
    const killed = run(process.execPath, [join(clone, 'scripts/launch.mjs'), 'wait']);
    await vi.waitFor(() => expect(killed.out()).not.toBe(''), 10_000);
    killed.child.kill('SIGHUP');
    expect(await killed.outcome).toMatchObject({ status: null, signal: 'SIGHUP' });
  });

  it('installs once when started several times at once, and takes over from a killed one', async () => {
    const clone = await bareClone();
    await writeFile(join(clone, '.installing'), JSON.stringify({ pids: [2 ** 30], host: hostname() }));
    const outcomes = await Promise.all([1, 2, 3].map((status) => launch(clone, 'exit', String(status))));
    expect(outcomes.map((outcome) => outcome.status)).toEqual([1, 2, 3]);
    const installs = outcomes.filter((outcome) => outcome.stderr.includes('done in'));
    expect(installs).toHaveLength(1);
    expect((await readdir(clone)).filter((name) => name.startsWith('.installing'))).toEqual([]);
  });

  it('waits for a live one, and not for one of another machine that is long silent', async () => {
    const clone = await bareClone();
    const lock = join(clone, '.installing');
    await writeFile(lock, JSON.stringify({ pids: [process.pid], host: hostname() }));
    const waiting = run(join(clone, 'plumbline'), ['exit', '0']);
    let told = '';
    waiting.child.stderr?.on('data', (chunk) => (told += chunk));
    await vi.waitFor(() => expect(told).toContain(`Waiting for process ${process.pid}`), 10_000);
    await rm(lock);
    expect((await waiting.outcome).status).toBe(0);
    await rm(join(clone, 'node_modules'), { recursive: true, force: true });
    await writeFile(lock, JSON.stringify({ pids: [process.pid], host: 'another' }));
    await utimes(lock, new Date(0), new Date(0));
    expect((await launch(clone, 'exit', '0')).status).toBe(0);
  });

  it('takes what npm ci left without scripts, and installs again when the lock changed', async () => {
    const clone = await bareClone();
    await run('npm', ['ci', '--ignore-scripts', '--silent'], { cwd: clone }).outcome;
    // npm makes no node_modules for nothing at all; with packages it notes them in this file.
    await mkdir(join(clone, 'node_modules'), { recursive: true });
    await writeFile(join(clone, 'node_modules/.package-lock.json'), JSON.stringify({ packages: {} }));
    expect(await launch(clone, 'exit', '0')).toMatchObject({ status: 0, stderr: '' });
    const lock = JSON.parse(await readFile(join(clone, 'package-lock.json'), 'utf8')) as { packages: object };
    lock.packages = { ...lock.packages, 'node_modules/left-pad': { version: '1.0.0', integrity: 'sha512-x' } };
    await writeFile(join(clone, 'package-lock.json'), JSON.stringify(lock));
    expect((await launch(clone, 'exit', '0')).stderr).toContain('Installing dependencies');
  });

  it('says what is wrong when npm fails', async () => {
    const clone = await bareClone();
    const about = { name: 'bare', version: '1.0.0', type: 'module', dependencies: { 'no-such-thing': '1.0.0' } };
    await writeFile(join(clone, 'package.json'), JSON.stringify(about));
    const env = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' };
    const failed = await run(join(clone, 'plumbline'), ['exit', '0'], { env }).outcome;
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('plumbline: Dependencies could not be installed.');
    expect(failed.stderr).not.toContain('at Object');
  });

  it.runIf(process.getuid?.() === 0)(
    'lets another user start what root installed, and says what root must do',
    async () => {
      const clone = await bareClone();
      const nobody = 65_534;
      const as = () => run(join(clone, 'plumbline'), ['exit', '0'], { uid: nobody }).outcome;
      const refused = await as();
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('sudo chown -R');
      await launch(clone, 'exit', '0');
      expect(await as()).toMatchObject({ status: 0, stderr: '' });
    },
  );
});

it('package-lock.json has every platform’s packages, or npm ci refuses it', async () => {
  const { missingPlatformPackages } = (await import(join(root, 'scripts/complete-lock.mjs'))) as {
    missingPlatformPackages: (packages: object) => [string, object][];
  };
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { packages: object };
  expect(missingPlatformPackages(packages).map(([path]) => path)).toEqual([]);
  const parent = { version: '1.0.0', dev: true, optionalDependencies: { '@x/linux-x64-musl': '1.0.0' } };
  expect(missingPlatformPackages({ 'node_modules/a/node_modules/x': parent })).toEqual([
    [
      'node_modules/a/node_modules/@x/linux-x64-musl',
      { version: '1.0.0', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
    ],
  ]);
});
