import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive } from './processes.ts';
import { lockStateDirectory } from './state-lock.ts';

async function directory(name = ''): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'plumbline-lock-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}

it('is held by one, who is named, and free again after', async () => {
  const path = await directory();
  const lock = await lockStateDirectory(path);
  await expect(lockStateDirectory(path)).rejects.toMatchObject({
    code: 'already_running',
    data: { pid: process.pid, address: null },
  });
  lock.setAddress('http://127.0.0.1:1');
  await expect(lockStateDirectory(path)).rejects.toThrow(/at http:\/\/127\.0\.0\.1:1: process \d+/);
  await lock.release();
  await (await lockStateDirectory(path)).release();
  expect(await readdir(path)).toEqual([]);
});

it('works however long the path is', async () => {
  const path = await directory('x'.repeat(150));
  const lock = await lockStateDirectory(path);
  await expect(lockStateDirectory(path)).rejects.toMatchObject({ code: 'already_running' });
  await lock.release();
});

it('of a killed process is free', async () => {
  const path = await directory();
  const module = join(import.meta.dirname, 'state-lock.ts');
  const script = `const { lockStateDirectory } = await import(${JSON.stringify(module)});
    await lockStateDirectory(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(lockStateDirectory(path)).rejects.toMatchObject({ data: { pid: child.pid } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const locks = await Promise.allSettled(Array.from({ length: 12 }, () => lockStateDirectory(path)));
  const held = locks.filter((lock) => lock.status === 'fulfilled');
  expect(held).toHaveLength(1);
  await held[0]?.value.release();
});

it('isAlive tells a process from one that ended', async () => {
  const child = spawn('sleep', ['60']);
  expect(await isAlive(child.pid ?? 0)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isAlive(child.pid ?? 0)).toBe(false);
});
