import { expect, it } from 'vitest';
import { groupsThatFit } from './address.ts';

it('keeps every value once, in order, and no group longer than its room', () => {
  const values = Array.from({ length: 300 }, (_, index) => `metric_${'x'.repeat(index % 40)}_${index}`);
  const groups = [...groupsThatFit(values, 200)];
  expect(groups.flat()).toEqual(values);
  expect(groups.length).toBeGreaterThan(1);
  for (const group of groups) expect(encodeURIComponent(group.join(',')).length).toBeLessThanOrEqual(200);
});

it('counts what a value takes once it is encoded', () => {
  expect([...groupsThatFit(['äää', 'b'], 21)]).toEqual([['äää'], ['b']]);
});

it('fills the room to its last character', () => {
  expect([...groupsThatFit(['a', 'b', 'c'], 8)]).toEqual([['a', 'b'], ['c']]);
});

it('leaves a value alone that is longer than the room', () => {
  expect([...groupsThatFit(['a'.repeat(50), 'b'], 10)]).toEqual([['a'.repeat(50)], ['b']]);
});

it('takes no more values into a group than asked for', () => {
  expect([...groupsThatFit(['a', 'b', 'c'], 1_000, 2)]).toEqual([['a', 'b'], ['c']]);
});

it('gives nothing for nothing', () => {
  expect([...groupsThatFit([], 10)]).toEqual([]);
});
