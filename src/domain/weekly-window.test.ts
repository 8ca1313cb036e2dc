import { describe, expect, test } from 'vitest';
import { endOfWindow, isWeeklyWindow } from './weekly-window.ts';

const end = (texts: string[], at: string): string | null => endOfWindow(texts, new Date(at))?.toISOString() ?? null;

describe('a weekly window', () => {
  test('is days, times and a time zone, and nothing else', () => {
    for (const text of [
      'Mon-Fri 08:00-18:00 Europe/Berlin',
      'sun 0:00-24:00 UTC',
      'Fri-Mon 22:00-06:00 America/New_York',
      'Mon-Tue 08:59-9:59 UTC',
      'Tue-Mon 00:00-8:00 UTC',
      '  Tue  08:00-18:00  UTC ',
    ])
      expect(isWeeklyWindow(text), text).toBe(true);
    for (const text of [
      '',
      'Mon 8-18 UTC',
      'Mon 08:00-18:00',
      'Mon 08:00-18:00 Mars/Base',
      'Mon 24:00-25:00 UTC',
      'Day 08:00-09:00 UTC',
      'Mon 08:60-09:00 UTC',
      'Mon 08:00-09:60 UTC',
      'Mon 24:00-06:00 UTC',
      'Mon 08:00-24:01 UTC',
      'Xyz-Mon 08:00-09:00 UTC',
      'Mon-Xyz 08:00-09:00 UTC',
      'every Mon 08:00-09:00 UTC',
      'Mon 08:00-09:00 UTC please',
    ])
      expect(isWeeklyWindow(text), text).toBe(false);
  });

  test('holds its start and not its end', () => {
    const texts = ['Mon-Fri 08:00-18:00 UTC'];
    expect(end(texts, '2026-06-01T07:59:59Z')).toBeNull();
    expect(end(texts, '2026-06-01T08:00:00Z')).toBe('2026-06-01T18:00:00.000Z');
    expect(end(texts, '2026-06-01T17:59:59Z')).toBe('2026-06-01T18:00:00.000Z');
    expect(end(texts, '2026-06-01T18:00:00Z')).toBeNull();
    expect(end(texts, '2026-06-06T12:00:00Z')).toBeNull();
  });

  test('is a time on the wall of its zone, also after the clocks changed', () => {
    const texts = ['Mon-Sun 22:00-06:00 Europe/Berlin'];
    expect(end(texts, '2026-01-15T20:59:00Z')).toBeNull();
    expect(end(texts, '2026-01-15T21:00:00Z')).toBe('2026-01-16T05:00:00.000Z');
    expect(end(texts, '2026-07-15T20:00:00Z')).toBe('2026-07-16T04:00:00.000Z');
  });

  test('goes on over midnight and over the end of the week', () => {
    const texts = ['Sun 20:00-04:00 UTC'];
    expect(end(texts, '2026-06-07T21:00:00Z')).toBe('2026-06-08T04:00:00.000Z');
    expect(end(texts, '2026-06-08T03:00:00Z')).toBe('2026-06-08T04:00:00.000Z');
    expect(end(texts, '2026-06-08T05:00:00Z')).toBeNull();
    expect(end(['Fri-Mon 00:00-24:00 UTC'], '2026-06-08T05:00:00Z')).toBe('2026-06-09T00:00:00.000Z');
  });

  test('begins and ends at its minute; from a time to the same it takes a whole day', () => {
    expect(end(['Mon 08:30-09:45 UTC'], '2026-06-01T08:29:59Z')).toBeNull();
    expect(end(['Mon 08:30-09:45 UTC'], '2026-06-01T08:30:59Z')).toBe('2026-06-01T09:45:00.000Z');
    expect(end(['Mon 08:30-09:45 UTC'], '2026-06-01T09:45:30Z')).toBeNull();
    expect(end(['Mon 08:00-08:00 UTC'], '2026-06-02T07:59:00Z')).toBe('2026-06-02T08:00:00.000Z');
  });

  test('whose days follow upon each other ends with the last of them, and one without an end in more than a week', () => {
    expect(end(['Mon-Fri 00:00-24:00 UTC'], '2026-06-01T05:00:00Z')).toBe('2026-06-06T00:00:00.000Z');
    expect(end(['Mon-Sun 00:00-24:00 UTC'], '2026-06-01T05:00:00Z')).toBe('2026-06-09T00:00:00.000Z');
  });

  test('is left out when it is none', () => {
    expect(end(['never', 'Mon 08:00-18:00 UTC'], '2026-06-01T08:00:00Z')).toBe('2026-06-01T18:00:00.000Z');
    expect(end(['never'], '2026-06-01T08:00:00Z')).toBeNull();
    expect(end([], '2026-06-01T08:00:00Z')).toBeNull();
  });

  test('that follows upon another makes one long one', () => {
    const texts = ['Mon 08:00-12:00 UTC', 'Mon 12:00-18:00 UTC'];
    expect(end(texts, '2026-06-01T09:00:00Z')).toBe('2026-06-01T18:00:00.000Z');
  });
});
