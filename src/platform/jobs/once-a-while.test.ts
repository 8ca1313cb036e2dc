import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onceAWhile } from './once-a-while.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('calls at once, and for all that comes soon after it together', () => {
  const called: string[] = [];
  const { call } = onceAWhile(250, (name) => called.push(name));
  for (let at = 0; at < 100; at += 1) call('a');
  call('b');
  expect(called).toEqual(['a', 'b']);
  vi.advanceTimersByTime(250);
  expect(called).toEqual(['a', 'b', 'a']);
  // The second look begins a while of its own.
  call('a');
  expect(called).toEqual(['a', 'b', 'a']);
  vi.advanceTimersByTime(250);
  expect(called).toEqual(['a', 'b', 'a', 'a']);
  vi.advanceTimersByTime(10_000);
  expect(called).toHaveLength(4);
  call('a');
  expect(called).toHaveLength(5);
});

it('calls nothing once it was stopped', () => {
  const called: string[] = [];
  const whiles = onceAWhile(250, (name) => called.push(name));
  whiles.call('a');
  whiles.call('a');
  whiles.stop();
  whiles.call('b');
  vi.advanceTimersByTime(1_000);
  expect(called).toEqual(['a']);
});
