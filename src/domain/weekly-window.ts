import { dayOf, isZone, wallMinute } from './wall-clock.ts';

const minutesPerDay = 1_440;
const minutesPerWeek = 7 * minutesPerDay;

/** What people are told when a text is none. */
export const weeklyWindowForm =
  'Write days, times and a time zone, e.g. “Mon-Fri 08:00-18:00 Europe/Berlin” or “Sun 00:00-24:00 UTC”.';

/** A time of the week in a time zone: minutes of its week, from Monday 00:00 on. */
interface WeeklyWindow {
  /** Half open; the last may go beyond the end of the week. */
  spans: { from: number; to: number }[];
  zone: string;
}

/**
 * Parses `Mon-Fri 22:00-06:00 Europe/Berlin`: one day or a range of days, a start and an end, a time zone by its IANA
 * name. An end not after its start lies on the next day. Null for anything else.
 */
function parseWindow(text: string): WeeklyWindow | null {
  const parts = /^([a-z]{3})(?:-([a-z]{3}))?\s+(\d\d?):(\d\d)-(\d\d?):(\d\d)\s+(\S+)$/i.exec(text.trim());
  if (parts === null) return null;
  const [, first = '', last = first, fromHour, fromMinute, toHour, toMinute, zone = ''] = parts;
  const from = minuteOf(fromHour, fromMinute);
  const to = minuteOf(toHour, toMinute);
  const [start, end] = [dayOf(first), dayOf(last)];
  if (from === null || to === null || from === minutesPerDay || start === -1 || end === -1 || !isZone(zone))
    return null;
  const count = ((end - start + 7) % 7) + 1;
  const length = to > from ? to - from : to - from + minutesPerDay;
  const spans = Array.from({ length: count }, (_, index) => {
    const at = ((start + index) % 7) * minutesPerDay + from;
    return { from: at, to: at + length };
  });
  return { spans, zone };
}

export function isWeeklyWindow(text: string): boolean {
  return parseWindow(text) !== null;
}

/** When the window that holds `at` ends (to the minute); null while none does. Texts that are no window are left out. */
export function endOfWindow(texts: readonly string[], at: Date): Date | null {
  let end = at.getTime();
  // The days of windows may follow upon each other, in a row at most as long as there are days in them.
  for (let round = 0; round <= 7 * texts.length; round += 1) {
    const next = Math.max(...texts.map((text) => endOf(parseWindow(text), end)), end);
    // Stryker disable next-line ConditionalExpression: more rounds come to the same, later
    if (next === end) break;
    end = next;
  }
  return end === at.getTime() ? null : new Date(end);
}

/** Not after `at` where the window does not hold it. */
function endOf(window: WeeklyWindow | null, at: number): number {
  if (window === null) return at;
  const wall = wallMinute(new Date(at), window.zone);
  const minute = wall.day * minutesPerDay + wall.minute;
  const ends = window.spans.flatMap(({ from, to }) =>
    // A span that begins on Sunday may reach into Monday.
    [minute, minute + minutesPerWeek].filter((now) => from <= now).map((now) => to - now),
  );
  const startOfMinute = Math.floor(at / 60_000) * 60_000;
  return startOfMinute + Math.max(...ends) * 60_000;
}

function minuteOf(hour: string | undefined, minute: string | undefined): number | null {
  const at = Number(hour) * 60 + Number(minute);
  return Number(minute) > 59 || at > minutesPerDay ? null : at;
}
