import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dayProblem, utcDay } from './day-words.ts';

describe('a day', () => {
  const limits = { min: '2026-01-31', max: '2026-11-21' };

  it.each(['2026-01-31', '2026-06-01', '2026-11-21'])('%s lies within its limits', (day) => {
    expect(dayProblem(day, limits)).toBeUndefined();
  });

  it('outside of them says which it may be', () => {
    expect(dayProblem('2026-01-30', limits)).toBe('Not before 2026-01-31.');
    expect(dayProblem('2026-11-22', limits)).toBe('Not after 2026-11-21.');
  });

  it('is that of UTC, not that of the reader', () => {
    expect(utcDay(new Date('2026-11-21T23:30:00-05:00'))).toBe('2026-11-22');
    expect(utcDay(new Date('2026-11-21T01:30:00+14:00'))).toBe('2026-11-20');
  });
});

describe('fields of the browser for days and times', () => {
  // They speak the reader's zone and order of day and month; the product's own control speaks UTC.
  it('are nowhere in the application', async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const found: string[] = [];
    for await (const file of glob('**/*.tsx', { cwd: root })) {
      const native = /type=["'{]+(date|time|datetime-local|month|week)\b/;
      if (native.test(await readFile(join(root, file), 'utf8'))) found.push(file);
    }
    expect(found).toEqual([]);
  });
});
