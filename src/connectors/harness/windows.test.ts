import { describe, expect, it } from 'vitest';
import { historyWindows, isInside, partsOf, recentWindow, timeRange, type Window } from './windows.ts';

const now = new Date('2026-06-15T10:20:30.123Z');
const since = new Date('2025-12-15T00:00:00Z');
const hour = 3_600_000;

/** Adjoining, in ascending order, from here to there. */
function expectToCover(windows: readonly Window[], from: number, to: number): void {
  const sorted = windows.toSorted((a, b) => a.from - b.from);
  expect(sorted[0]?.from).toBeLessThanOrEqual(from);
  expect(sorted.at(-1)?.to).toBe(to);
  for (const [index, window] of sorted.entries()) {
    expect(window.to).toBeGreaterThan(window.from);
    if (index > 0) expect(window.from).toBe(sorted[index - 1]?.to);
  }
  expect(new Set(windows.map(({ scope }) => scope)).size).toBe(windows.length);
}

describe('the past', () => {
  it('is covered without a gap, the newest first', () => {
    const windows = historyWindows(since, now);
    expectToCover(windows, since.getTime(), now.getTime());
    expect(windows[0]?.to).toBe(now.getTime());
    expect(windows).toHaveLength(8);
  });

  it('has windows of the same names tomorrow, so that an interrupted reading goes on', () => {
    const names = (at: Date) => historyWindows(since, at).map(({ scope }) => scope);
    expect(names(new Date(now.getTime() + hour)).slice(-6)).toEqual(names(now).slice(-6));
    expect(names(now)[0]).toMatch(/^four weeks from \d{4}-\d\d-\d\d$/);
  });

  it('that is not wanted has no window', () => {
    expect(historyWindows(now, new Date(now.getTime() - 40 * 24 * hour))).toEqual([]);
  });
});

/** Of a look that ended then; what had ended before was looked at just now. */
const last = (end: Date, deepAt = now) => ({ end: end.toISOString(), deepAt: deepAt.toISOString() });

describe('what began lately', () => {
  it('reaches back a month once a day, as what has ended may be rolled back', () => {
    const at = (hours: number) => recentWindow(last(now, new Date(now.getTime() - hours * hour)), now);
    expect(at(23.9)).toMatchObject({ from: now.getTime() - 24 * hour, isDeep: false });
    expect(at(24)).toMatchObject({ from: now.getTime() - 30 * 24 * hour, isDeep: true });
    const longAgo = new Date(now.getTime() - 90 * 24 * hour);
    expect(recentWindow(last(longAgo, longAgo), now).from).toBe(longAgo.getTime() - 24 * hour);
  });

  it('reaches a day behind the end of the last reading, however long ago that was', () => {
    const end = new Date(now.getTime() - 100 * 24 * hour);
    expect(recentWindow(last(end), now)).toMatchObject({
      from: end.getTime() - 24 * hour,
      to: now.getTime(),
      scope: 'recent',
    });
  });

  it('is not less than a day where clocks went back', () => {
    const later = new Date(now.getTime() + 50 * hour);
    expect(recentWindow(last(later), now).from).toBe(now.getTime() - 24 * hour);
  });

  it('is a week at first, as the past brings the rest', () => {
    expect(recentWindow(null, now).from).toBe(now.getTime() - 7 * 24 * hour);
  });
});

describe('a window with much in it', () => {
  it('is divided until it fits, without a gap', () => {
    const [block] = historyWindows(since, now).slice(1);
    const weeks = partsOf(block!, 101);
    expect(weeks).toHaveLength(4);
    expectToCover(weeks, block!.from, block!.to);
    const days = partsOf(weeks[0]!, 1_001);
    expect(days).toHaveLength(7);
    expectToCover(days, weeks[0]!.from, weeks[0]!.to);
    const hours = partsOf(days[0]!, 1_001);
    expect(hours).toHaveLength(24);
    expectToCover(hours, days[0]!.from, days[0]!.to);
    expect(partsOf(hours[0]!, 1_000_000)).toEqual([]);
  });

  it('of the last days is divided at midnights, and cut where it ends', () => {
    const recent = recentWindow(last(new Date(now.getTime() - 2 * 24 * hour)), now);
    const days = partsOf(recent, 5_000);
    expectToCover(days, recent.from, recent.to);
    expect(days[0]?.from).toBe(recent.from);
    expect(days).toHaveLength(4);
  });

  it('is read as it stands where it fits, or where nobody counts', () => {
    const [block] = historyWindows(since, now);
    expect(partsOf(block!, 100)).toEqual([]);
    expect(partsOf(block!, null)).toEqual([]);
    expect(partsOf(recentWindow(null, now), 1_000)).toEqual([]);
  });
});

it('both ends of a filter are in it, and no moment is in two windows', () => {
  const window = { from: 1_000, to: 2_000 };
  expect(timeRange(window)).toEqual({ startTime: 1_000, endTime: 1_999 });
  expect([999, 1_000, 1_999, 2_000].map((time) => isInside(window, time))).toEqual([false, true, true, false]);
});
