import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pooled } from './pool.ts';

test('keeps its width full, and no more results than twice the width while nobody takes them', async () => {
  let running = 0;
  let most = 0;
  let started = 0;
  const task = async (item: number): Promise<number> => {
    started += 1;
    running += 1;
    most = Math.max(most, running);
    await after(1);
    running -= 1;
    return item;
  };
  const items = Array.from({ length: 50 }, (_, index) => index);
  const results: number[] = [];
  for await (const result of pooled(items, () => 4, task)) {
    if (results.length === 0) {
      while (running > 0) await after(1);
      // The one that was taken and eight that wait to be: it went on while nobody looked.
      expect(started).toBe(9);
    }
    results.push(result);
  }
  expect(results.sort((a, b) => a - b)).toEqual(items);
  expect(most).toBe(4);
});

test('throws the first fault, starts nothing more, and leaves no rejection unhandled', async () => {
  let started = 0;
  const task = async (item: number): Promise<number> => {
    started += 1;
    await after(1);
    if (item >= 2) throw new Error(`fault ${item}`);
    return item;
  };
  const read = async (): Promise<void> => {
    for await (const _ of pooled([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], () => 2, task));
  };
  await expect(read()).rejects.toThrow('fault 2');
  const soon = started;
  await after(10);
  expect(started).toBe(soon);
});
