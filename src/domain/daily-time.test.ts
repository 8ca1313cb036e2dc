import { expect, test } from 'vitest';
import { isDailyTime, nextDailyTime } from './daily-time.ts';

const next = (text: string, at: string): string | undefined => nextDailyTime(text, new Date(at))?.toISOString();

test('a time of day is a time and a zone', () => {
  expect(['03:00 UTC', '3:30 Europe/Berlin'].every(isDailyTime)).toBe(true);
  expect(['', '03:00', '24:00 UTC', '03:60 UTC', '03:00 Mars/Base', 'noon UTC'].some(isDailyTime)).toBe(false);
});

test('a time of day is nothing before it and nothing behind it, with any space between', () => {
  expect(['23:59 UTC', ' 03:00   UTC '].every(isDailyTime)).toBe(true);
  expect(['103:00 UTC', 'at 03:00 UTC', '03:00 UTC daily'].some(isDailyTime)).toBe(false);
  expect(next('03:20 UTC', '2026-06-01T00:00:00Z')).toBe('2026-06-01T03:20:00.000Z');
  expect(next('at noon', '2026-06-01T00:00:00Z')).toBeUndefined();
});

test('the next one is today or tomorrow, never now', () => {
  expect(next('03:00 UTC', '2026-06-01T02:59:30Z')).toBe('2026-06-01T03:00:00.000Z');
  expect(next('03:00 UTC', '2026-06-01T03:00:00Z')).toBe('2026-06-02T03:00:00.000Z');
  expect(next('03:00 Europe/Berlin', '2026-01-01T00:00:00Z')).toBe('2026-01-01T02:00:00.000Z');
});

test('follows the clocks when they change', () => {
  expect(next('12:00 Europe/Berlin', '2026-03-28T11:00:00Z')).toBe('2026-03-29T10:00:00.000Z');
  expect(next('12:00 Europe/Berlin', '2026-10-24T10:00:00Z')).toBe('2026-10-25T11:00:00.000Z');
  // Skipped that night: clocks go from 2 to 3.
  expect(Date.parse(next('02:30 Europe/Berlin', '2026-03-28T12:00:00Z') ?? '')).toBeGreaterThan(
    Date.parse('2026-03-28T12:00:00Z'),
  );
});
