import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endProcesses, isAlive, pause, spawnDetached } from './processes.ts';

let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'plumbline-processes-')));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a detached program', () => {
  const start = (script: string, executable = process.execPath): Promise<number> =>
    spawnDetached({ executable, args: ['-e', script], directory, env: { WORD: 'plumb' }, log: join(directory, 'log') });

  it('runs in its directory with no other environment, and its log has both outputs', async () => {
    const pid = await start('console.log(process.cwd(), Object.keys(process.env).join()); console.error("and this")');
    while (await isAlive(pid)) await pause(20);
    expect(await readFile(join(directory, 'log'), 'utf8')).toBe(`${directory} WORD\nand this\n`);
  });

  it('leads a session of its own until it is ended', async () => {
    const pid = await start('setInterval(() => {}, 1000)');
    try {
      const [, , , , session] = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(' ').slice(1);
      // Only Linux tells.
      if (session !== undefined) expect(Number(session)).toBe(pid);
      expect(await isAlive(pid)).toBe(true);
    } finally {
      await endProcesses([pid], { graceMs: 5_000 });
    }
    expect(await isAlive(pid)).toBe(false);
  });

  it('that does not exist is an error', async () => {
    await expect(start('', join(directory, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
