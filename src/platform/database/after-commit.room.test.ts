import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';

let clone: TestDatabase;
beforeAll(async () => {
  clone = await cloneDatabase();
  await clone.db.execute('create table public.notes (text text)');
});
afterAll(() => clone.drop());

const notes = (): Promise<{ text: string }[]> => clone.db.query('select text from public.notes order by text');

it('what waits for the commit is called once others see what was written, in order', async () => {
  let seen: Promise<{ text: string }[]> | undefined;
  const called: string[] = [];
  await clone.db.transaction(async (tx) => {
    tx.afterCommit(() => {
      called.push('first');
      seen = notes();
    });
    tx.afterCommit(() => called.push('second'));
    await tx.execute("insert into public.notes values ('kept')");
    expect(called).toEqual([]);
  });
  expect(called).toEqual(['first', 'second']);
  expect(await seen).toEqual([{ text: 'kept' }]);
});

it('it is never called for what was taken back', async () => {
  const called: string[] = [];
  const undone = clone.db.transaction(async (tx) => {
    tx.afterCommit(() => called.push('undone'));
    await tx.execute("insert into public.notes values ('undone')");
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  // A check that waits for the end of the transaction fails in the commit itself.
  await clone.db.execute('alter table public.notes add constraint once unique (text) deferrable initially deferred');
  const refused = clone.db.transaction(async (tx) => {
    tx.afterCommit(() => called.push('refused'));
    await tx.execute("insert into public.notes values ('kept')");
  });
  await expect(refused).rejects.toThrow(/once/);
  expect(called).toEqual([]);
});

it('what comes last is done in order, within the transaction, and may put more behind it', async () => {
  const seen: unknown[] = [];
  await clone.db.transaction(async (tx) => {
    tx.beforeCommit(async () => {
      seen.push(
        await tx.query("select text from public.notes where text = 'whole'"),
        await clone.db.query("select from public.notes where text = 'whole'"),
      );
      tx.beforeCommit(async () => void seen.push('behind'));
    });
    tx.beforeCommit(async () => void seen.push('next'));
    tx.afterCommit(() => seen.push('committed'));
    await tx.execute("insert into public.notes values ('whole')");
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual([[{ text: 'whole' }], [], 'next', 'behind', 'committed']);
});

it('what comes last and fails takes everything back, and nothing behind it is begun', async () => {
  const seen: string[] = [];
  const refused = clone.db.transaction(async (tx) => {
    tx.beforeCommit(() => Promise.reject(new Error('no')));
    tx.beforeCommit(async () => void seen.push('begun'));
    tx.afterCommit(() => seen.push('committed'));
    await tx.execute("insert into public.notes values ('refused')");
  });
  await expect(refused).rejects.toThrow('no');
  expect(seen).toEqual([]);
  expect(await clone.db.query("select from public.notes where text = 'refused'")).toEqual([]);
});
