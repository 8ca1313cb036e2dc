const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

const clock = (at: Date): string => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
const sameDay = (a: Date, b: Date): boolean => a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10);

/** `21 Nov 2026, 08:41:02 UTC` */
export function formatExact(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${clock(at)}:${two(at.getUTCSeconds())} UTC`;
}

/** `08:41 UTC` on the day itself, `21 Nov, 08:41 UTC` in the same year, else with the year. */
export function formatMoment(iso: string, now: Date): string {
  const at = new Date(iso);
  if (sameDay(at, now)) return `${clock(at)} UTC`;
  const year = at.getUTCFullYear() === now.getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}${year}, ${clock(at)} UTC`;
}

/** `21 Nov 08:26` without the zone, for columns whose heading says UTC. */
export function formatStamp(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${clock(at)}`;
}

/** `21 Nov 08:26 → 08:41`, the day said once when it is the same. */
export function formatSpan(from: string, to: string): string {
  const end = new Date(to);
  return `${formatStamp(from)} → ${sameDay(new Date(from), end) ? clock(end) : formatStamp(to)}`;
}

/** `25 May` or `25 May 2025` when the year is another than `now`’s. Takes a day (`2026-05-25`). */
export function formatDay(day: string, now: Date): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  const year = at.getUTCFullYear() === now.getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}${year}`;
}

/** `May 2026` */
export function formatMonth(day: string): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  return `${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** `Q2 2026` */
export function formatQuarter(day: string): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  return `Q${Math.floor(at.getUTCMonth() / 3) + 1} ${at.getUTCFullYear()}`;
}

const steps: readonly [limit: number, unit: number, word: string][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [14 * 86_400, 86_400, 'day'],
  [60 * 86_400, 7 * 86_400, 'week'],
  [730 * 86_400, 30.44 * 86_400, 'month'],
  [Number.POSITIVE_INFINITY, 365.25 * 86_400, 'year'],
];

/** `3 days ago`, `in 5 minutes`, `just now`. */
export function formatRelative(iso: string, now: Date): string {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return seconds >= 0 ? 'just now' : 'in a moment';
  const [, unit, word] = steps.find(([limit]) => distance < limit) ?? steps[steps.length - 1]!;
  const count = Math.max(1, Math.round(distance / unit));
  const text = `${count} ${word}${count === 1 ? '' : 's'}`;
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

/** `240 ms`, `4 s`, `2 min 10 s`, `1 h 5 min`, `3 d 2 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(seconds, 60, 'min', 1, 's');
  if (seconds < 86_400) return pair(seconds, 3600, 'h', 60, 'min');
  return pair(seconds, 86_400, 'd', 3600, 'h');
}

function pair(seconds: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const bigs = Math.floor(seconds / big);
  const smalls = Math.floor((seconds % big) / small);
  return smalls === 0 ? `${bigs} ${bigUnit}` : `${bigs} ${bigUnit} ${smalls} ${smallUnit}`;
}
