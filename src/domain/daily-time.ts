import { wallMinute, isZone } from './wall-clock.ts';

const minutesPerDay = 1_440;

function parseTime(text: string): { minute: number; zone: string } | null {
  const parts = /^(\d\d?):(\d\d)\s+(\S+)$/.exec(text.trim());
  if (parts === null) return null;
  const [, hour, minutes, zone = ''] = parts;
  if (Number(hour) > 23 || Number(minutes) > 59 || !isZone(zone)) return null;
  return { minute: Number(hour) * 60 + Number(minutes), zone };
}

/** True for a time of day in a time zone by its IANA name, e.g. `03:00 Europe/Berlin`. */
export function isDailyTime(text: string): boolean {
  return parseTime(text) !== null;
}

/**
 * The next moment after `at` at which the clocks of the zone show the time; null for a text that is none. On a day whose
 * clocks skip the time, the moment they go on.
 */
export function nextDailyTime(text: string, at: Date): Date | null {
  const time = parseTime(text);
  if (time === null) return null;
  const from = Math.floor(at.getTime() / 60_000) * 60_000;
  const ahead = (time.minute - wallMinute(new Date(from), time.zone).minute + minutesPerDay) % minutesPerDay;
  const guess = new Date(from + (ahead === 0 ? minutesPerDay : ahead) * 60_000);
  // Clocks that change in between are off by what they changed.
  const off =
    ((time.minute - wallMinute(guess, time.zone).minute + 1.5 * minutesPerDay) % minutesPerDay) - minutesPerDay / 2;
  const moved = new Date(guess.getTime() + off * 60_000);
  return moved > at ? moved : guess;
}
