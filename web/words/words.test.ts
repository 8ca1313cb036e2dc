import { describe, expect, it } from 'vitest';
import { countOf, formatBytes, formatChange, formatCount, formatRange } from './numbers.ts';
import {
  formatDay,
  formatDuration,
  formatExact,
  formatMoment,
  formatMonth,
  formatQuarter,
  formatRelative,
} from './times.ts';

const now = new Date('2026-11-21T10:00:00Z');

describe('numbers', () => {
  it('separates thousands and signs changes', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect([formatChange(12), formatChange(-37), formatChange(0)]).toEqual(['+12', '−37', 'no change']);
  });

  it('counts one and many', () => {
    expect([countOf(1, 'project'), countOf(1200, 'project'), countOf(0, 'entry', 'entries')]).toEqual([
      '1 project',
      '1,200 projects',
      '0 entries',
    ]);
  });

  it('writes sizes and ranges', () => {
    expect([formatBytes(0), formatBytes(999), formatBytes(20_000_000)]).toEqual(['0 B', '999 B', '20 MB']);
    expect(formatRange(2, 50, 50, 1204)).toBe('51 to 100 of 1,204');
    expect(formatRange(25, 50, 4, 1204)).toBe('1,201 to 1,204 of 1,204');
    expect(formatRange(1, 50, 0, 0)).toBe('');
  });
});

describe('times', () => {
  it('writes durations in two units at most', () => {
    expect([0, 240, 4000, 59_700, 130_000, 120_000, 3_900_000, 266_400_000].map(formatDuration)).toEqual([
      '0 ms',
      '240 ms',
      '4 s',
      '1 min',
      '2 min 10 s',
      '2 min',
      '1 h 5 min',
      '3 d 2 h',
    ]);
  });

  it('says how long ago', () => {
    const ago = (seconds: number): string =>
      formatRelative(new Date(now.getTime() - seconds * 1000).toISOString(), now);
    expect([5, 60, 3 * 86_400, 35 * 86_400, 120 * 86_400, 800 * 86_400, -300].map(ago)).toEqual([
      'just now',
      '1 minute ago',
      '3 days ago',
      '5 weeks ago',
      '4 months ago',
      '2 years ago',
      'in 5 minutes',
    ]);
  });

  it('always writes UTC and leaves out what is clear', () => {
    expect(formatExact('2026-11-21T08:41:02.120Z')).toBe('21 Nov 2026, 08:41:02 UTC');
    expect(formatMoment('2026-11-21T08:41:02Z', now)).toBe('08:41 UTC');
    expect(formatMoment('2026-11-20T23:59:00Z', now)).toBe('20 Nov, 23:59 UTC');
    expect(formatMoment('2025-11-20T23:59:00Z', now)).toBe('20 Nov 2025, 23:59 UTC');
    expect([formatDay('2026-05-25', now), formatDay('2025-12-29', now)]).toEqual(['25 May', '29 Dec 2025']);
    expect([formatMonth('2026-05-25'), formatQuarter('2026-05-25')]).toEqual(['May 2026', 'Q2 2026']);
  });
});
