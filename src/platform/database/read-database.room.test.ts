import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { silentLog } from '../telemetry/log.ts';
import type { Queryable } from './database.ts';
import { openReadDatabase, type ReadDatabase } from './read-database.ts';

const newest = async (db: Queryable): Promise<Date | null> =>
  (await db.one<{ at: Date | null }>('select max(at) as at from public.beats')).at;

/** Two databases that stand for a primary and its replica: each says which it is and how new it is. */
async function two(secondsBehind: number): Promise<{ reads: ReadDatabase; lose(): Promise<void> }> {
  const [primary, replica] = [await cloneDatabase(), await cloneDatabase()];
  const at = new Date();
  for (const [clone, age] of [
    [primary, 0],
    [replica, secondsBehind],
  ] as const) {
    await clone.db.execute('create table public.beats (at timestamptz, name text)');
    await clone.db.execute('insert into public.beats values ($1, $2)', [
      new Date(at.getTime() - age * 1000),
      clone === primary ? 'primary' : 'replica',
    ]);
  }
  const reads = await openReadDatabase({
    primary: primary.db,
    replicaUrl: replica.connectionString,
    applicationName: 'test',
    log: silentLog,
    newest,
    checkMs: 50,
  });
  let lost = false;
  const lose = async (): Promise<void> => {
    lost = true;
    await replica.drop();
  };
  onTestFinished(async () => {
    await reads.close();
    if (!lost) await replica.drop();
    await primary.drop();
  });
  return { reads, lose };
}

const who = async (reads: ReadDatabase): Promise<string> =>
  (await reads.db.one<{ name: string }>('select name from public.beats')).name;

describe('read database', () => {
  it('reads from the replica and says how far it is behind', async () => {
    const { reads } = await two(7);
    expect(reads.state()).toEqual({ answers: true, lagSeconds: 7, reason: null });
    expect(await who(reads)).toBe('replica');
    expect(
      await reads.db.transaction(async (tx) => (await tx.one<{ name: string }>('select name from public.beats')).name),
    ).toBe('replica');
    await expect(reads.db.execute('delete from public.beats')).rejects.toMatchObject({ code: '25006' });
  });

  it('goes to the primary in the middle of everything when the replica is gone, and says why', async () => {
    const { reads, lose } = await two(0);
    expect(await who(reads)).toBe('replica');
    await lose();
    expect(await who(reads)).toBe('primary');
    expect(reads.state()).toMatchObject({ answers: false, reason: expect.stringContaining('does not answer') });
  });

  it('does not use a replica that tells of another day', async () => {
    const { reads } = await two(3_600);
    expect(await who(reads)).toBe('primary');
    expect(reads.state()).toEqual({ answers: false, lagSeconds: 3_600, reason: 'it is 3600 s behind' });
  });

  it('uses it again when it has caught up', async () => {
    const { reads } = await two(3_600);
    const target = reads.db.pool;
    await target.query(`update public.beats set at = at - interval '1 hour'`);
    while (!reads.state().answers) await delay(20);
    expect(await who(reads)).toBe('replica');
  });

  it('does not hide what is wrong with a query', async () => {
    const { reads } = await two(0);
    await expect(reads.db.query('select * from public.nothing')).rejects.toMatchObject({ code: '42P01' });
    expect(reads.state().answers).toBe(true);
  });
});
