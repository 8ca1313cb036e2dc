import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const never = new AbortController().signal;

test('no more than the places run at once, in the order they came, also after one failed', async () => {
  const inTurn = createTurns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  let inside = 0;
  let most = 0;
  const all = Array.from({ length: 6 }, (_, n) =>
    inTurn(never, async () => {
      begun.push(n);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise<void>((resolve) => ends.push(resolve));
      inside -= 1;
      if (n === 1) throw new Error('failed');
      return n;
    }),
  );
  const results = Promise.allSettled(all);
  while (begun.length < 6 || ends.length > 0) {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect((await results).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});

test('one that is given up while it waits never begins, and takes no place', async () => {
  const inTurn = createTurns(1);
  let end = (): void => undefined;
  const first = inTurn(never, () => new Promise<void>((resolve) => (end = resolve)));
  const leaving = new AbortController();
  let began = false;
  const given = inTurn(leaving.signal, async () => {
    began = true;
  });
  const third = inTurn(never, async () => 'third');
  leaving.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  end();
  await first;
  expect(await third).toBe('third');
  expect(began).toBe(false);
  await expect(inTurn(leaving.signal, async () => undefined)).rejects.toThrow('gone');
});
