/** A day as `YYYY-MM-DD`, UTC. */
export type Day = string;

export type Granularity = 'week' | 'month' | 'quarter';

export interface TimeBucket {
  /** First and last day, both included; cut to the range asked for. */
  from: Day;
  to: Day;
  /** False for the bucket that `today` lies in, and for any after it. */
  complete: boolean;
}

export const presets = ['4w', '12w', '3m', '6m', '12m', '24m'] as const;
export type Preset = (typeof presets)[number];

const dayMs = 86_400_000;

/** The UTC day of a moment. */
export function dayOf(at: Date): Day {
  return at.toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(Date.parse(day) + days * dayMs));
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/** The same day of another month, or that month's last day. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = parts(day);
  const lastOfTarget = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return dayOf(new Date(Date.UTC(year, month + months, Math.min(date, lastOfTarget))));
}

/** First day of the bucket a day lies in. Weeks begin on Monday. */
export function bucketStart(day: Day, granularity: Granularity): Day {
  const [year, month] = parts(day);
  if (granularity === 'week') return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
  return dayOf(new Date(Date.UTC(year, granularity === 'month' ? month : month - (month % 3), 1)));
}

/** Last day of the bucket a day lies in. */
export function bucketEnd(day: Day, granularity: Granularity): Day {
  const start = bucketStart(day, granularity);
  if (granularity === 'week') return addDays(start, 6);
  return addDays(addMonths(start, granularity === 'month' ? 1 : 3), -1);
}

/** The buckets of a range of days, oldest first; the first and the last are cut to the range. */
export function timeBuckets(range: { from: Day; to: Day }, granularity: Granularity, today: Day): TimeBucket[] {
  const buckets: TimeBucket[] = [];
  for (let start = range.from; start <= range.to; ) {
    const end = bucketEnd(start, granularity);
    buckets.push({ from: start, to: end < range.to ? end : range.to, complete: end < today });
    start = addDays(end, 1);
  }
  return buckets;
}

/** The range a preset means: it ends today, and its first day begins a bucket, so that the first bucket is whole. */
export function presetRange(preset: Preset, granularity: Granularity, today: Day): { from: Day; to: Day } {
  const amount = Number(preset.slice(0, -1));
  const from = preset.endsWith('w') ? addDays(today, -7 * amount + 1) : addDays(addMonths(today, -amount), 1);
  return { from: bucketStart(from, granularity), to: today };
}

/** The instant a day is over, for “open at the end of the day”. */
export function endOfDay(day: Day): Date {
  return new Date(Date.parse(day) + dayMs);
}

function parts(day: Day): [year: number, month: number, date: number] {
  const at = new Date(day);
  return [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
}
