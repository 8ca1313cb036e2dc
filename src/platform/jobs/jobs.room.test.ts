import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { silentLog } from '../telemetry/log.ts';
import { createJobs, type Jobs } from './index.ts';

let clone: TestDatabase;
let jobs: Jobs;
const handled: string[] = [];
let release: () => void = () => undefined;
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  clone = await cloneDatabase();
  jobs = await createJobs({
    connectionString: clone.connectionString,
    log: silentLog,
    reactions: [
      {
        name: 'recount',
        async handle(key) {
          handled.push(key);
          await gate;
          if (key === 'broken' && handled.filter((one) => one === key).length < 2) throw new Error('broken');
        },
      },
      {
        name: 'together',
        gatherSeconds: 1,
        handle: async (key) => void handled.push(`alone ${key}`),
        async handleTogether(keys) {
          handled.push(`together ${keys.toSorted().join(' ')}`);
          if (keys.includes('bad')) throw new Error('bad');
        },
      },
      { name: 'gathered', gatherSeconds: 2, handle: async (key) => void handled.push(key) },
    ],
  });
  await jobs.startWorking();
});
afterAll(async () => {
  await jobs.stop();
  await clone.drop();
});

describe('jobs', () => {
  it('carries out a reaction enqueued in a transaction that commits, and none of one that rolls back', async () => {
    await clone.db.transaction((tx) => jobs.enqueue(tx, 'recount', 'committed'));
    await clone.db
      .transaction(async (tx) => {
        await jobs.enqueue(tx, 'recount', 'rolled back');
        throw new Error('undo');
      })
      .catch(() => undefined);
    await vi.waitFor(() => expect(handled).toContain('committed'), { timeout: 10_000 });
    const { n } = await clone.db.one<{ n: number }>(
      "select count(*) as n from jobs.job where data ->> 'key' = 'rolled back'",
    );
    expect(n).toBe(0);
  });

  it('makes a burst for one key one running and one waiting', async () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
    await clone.db.transaction((tx) => jobs.enqueue(tx, 'recount', 'burst'));
    await vi.waitFor(() => expect(handled.filter((key) => key === 'burst')).toHaveLength(1), { timeout: 10_000 });
    for (let index = 0; index < 20; index++) await clone.db.transaction((tx) => jobs.enqueue(tx, 'recount', 'burst'));
    const open = await clone.db.one<{ n: number }>(
      "select count(*) as n from jobs.job where data ->> 'key' = 'burst' and state in ('created', 'active', 'retry')",
    );
    expect(open.n).toBe(2);
    release();
    await vi.waitFor(() => expect(handled.filter((key) => key === 'burst')).toHaveLength(2), { timeout: 10_000 });
  });

  it('carries out many waiting ones, and tries one that fails again without the others', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `many ${at}`);
    await clone.db.transaction(async (tx) => {
      for (const key of [...keys.slice(0, 5), 'broken', ...keys.slice(5)]) await jobs.enqueue(tx, 'recount', key);
    });
    await vi.waitFor(() => expect(handled.filter((key) => key === 'broken')).toHaveLength(2), { timeout: 20_000 });
    await vi.waitFor(() => expect(handled).toEqual(expect.arrayContaining(keys)), { timeout: 20_000 });
    expect(handled.filter((key) => key.startsWith('many '))).toHaveLength(keys.length);
  });

  it('carries out several keys together, and each alone when that fails', async () => {
    const enqueue = (...keys: string[]): Promise<void> =>
      clone.db.transaction(async (tx) => {
        for (const key of keys) await jobs.enqueue(tx, 'together', key);
      });
    await enqueue('a', 'b');
    await vi.waitFor(() => expect(handled).toContain('together a b'), { timeout: 10_000 });
    await enqueue('bad', 'c');
    await vi.waitFor(() => expect(handled).toEqual(expect.arrayContaining(['alone bad', 'alone c'])), {
      timeout: 10_000,
    });
    expect(handled).toContain('together bad c');
    expect(handled).not.toContain('alone a');
  });

  it('gathers a burst where the reaction asks for it', async () => {
    for (let index = 0; index < 5; index++) await clone.db.transaction((tx) => jobs.enqueue(tx, 'gathered', 'late'));
    const { n } = await clone.db.one<{ n: number }>(
      "select count(*) as n from jobs.job where data ->> 'key' = 'late' and state = 'created' and start_after > created_on",
    );
    expect(n).toBe(1);
    await vi.waitFor(() => expect(handled).toContain('late'), { timeout: 20_000 });
    expect(handled.filter((key) => key === 'late')).toHaveLength(1);
  });

  it('refuses a name without a reaction', async () => {
    await expect(clone.db.transaction((tx) => jobs.enqueue(tx, 'nobody', 'x'))).rejects.toThrow(
      'no reaction is named nobody',
    );
  });
});
