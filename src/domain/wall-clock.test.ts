import { expect, it } from 'vitest';
import { dayOf, isZone, wallMinute } from './wall-clock.ts';

it.each([
  // 29 November 2026 is a Sunday.
  ['2026-11-29T00:00:00Z', 'UTC', 6, 0],
  ['2026-11-29T23:59:59Z', 'UTC', 6, 1_439],
  ['2026-11-29T23:30:00Z', 'Europe/Berlin', 0, 30],
  ['2026-11-30T04:15:00Z', 'America/New_York', 6, 1_395],
  ['2026-07-01T12:00:00Z', 'Europe/Berlin', 2, 840],
  ['2026-07-01T12:00:00Z', 'Asia/Kolkata', 2, 1_050],
])('at %s the clock of %s shows day %i, minute %i', (at, zone, day, minute) => {
  expect(wallMinute(new Date(at), zone)).toEqual({ day, minute });
});

it('the days of the week begin with Monday', () => {
  expect(['mon', 'Tue', 'WED', 'thu', 'fri', 'sat', 'sun'].map(dayOf)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(['', 'monday', 'xyz'].map(dayOf)).toEqual([-1, -1, -1]);
});

it('a zone is one that the clock knows, the first time and again', () => {
  for (let again = 0; again < 2; again += 1) {
    expect(['UTC', 'Europe/Berlin', 'america/new_york'].map(isZone)).toEqual([true, true, true]);
    expect(['', 'Mars/Olympus', 'Europe/Berlin '].map(isZone)).toEqual([false, false, false]);
  }
});
