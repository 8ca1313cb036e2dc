import { getEventListeners } from 'node:events';
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

test('a place is free again after each, and taken by who waited for it', async () => {
  const inTurn = createTurns(1);
  expect(await inTurn(never, async () => 'first')).toBe('first');
  expect(await inTurn(never, async () => 'again')).toBe('again');
  const ends: (() => void)[] = [];
  const held = () => inTurn(never, () => new Promise<void>((resolve) => void ends.push(resolve)));
  const works = [held(), held()];
  await new Promise((resolve) => setImmediate(resolve));
  ends[0]?.();
  await works[0];
  // The second has the place now: a third waits.
  works.push(held());
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await works[1];
  await new Promise((resolve) => setImmediate(resolve));
  ends[2]?.();
  await works[2];
});

test('nothing is left at the signal, whether its turn came or not', async () => {
  const inTurn = createTurns(1);
  let end = (): void => undefined;
  const first = inTurn(never, () => new Promise<void>((resolve) => (end = resolve)));
  const [staying, leaving] = [new AbortController(), new AbortController()];
  const second = inTurn(staying.signal, async () => 'second');
  const third = inTurn(leaving.signal, async () => 'third');
  leaving.abort(new Error('gone'));
  await expect(third).rejects.toThrow('gone');
  end();
  await first;
  expect(await second).toBe('second');
  expect(getEventListeners(staying.signal, 'abort')).toHaveLength(0);
  expect(getEventListeners(leaving.signal, 'abort')).toHaveLength(0);
});
