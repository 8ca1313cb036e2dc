import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.ts';

let directory = '';
const options = { waitMs: 5000, waiting: () => undefined };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-lock-'));
});
afterEach(async () => rm(directory, { recursive: true }));

describe('withLock', () => {
  it('lets one work at a time and leaves nothing behind, not even after a failure', async () => {
    const events: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      events.push(`${name} begins`);
      await new Promise(setImmediate);
      events.push(`${name} ends`);
      if (name === 'a') throw new Error('failed');
    };
    const ends = await Promise.allSettled([
      withLock(directory, options, work('a')),
      withLock(directory, options, work('b')),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes over from a process that died', async () => {
    // Above the largest pid that Linux gives.
    await writeFile(join(directory, '.lock'), '4194999');
    expect(await withLock(directory, options, async () => 'done')).toBe('done');
  });

  it('gives up on a living holder and names it', async () => {
    await writeFile(join(directory, '.lock'), String(process.pid));
    await expect(withLock(directory, { ...options, waitMs: 0 }, async () => 'done')).rejects.toMatchObject({
      code: 'lab_busy',
      message: expect.stringContaining(String(process.pid)),
    });
  });
});
