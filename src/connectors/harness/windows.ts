/** Windows of time, in milliseconds since 1970; `to` is not in it any more. */
export interface Window {
  from: number;
  to: number;
  /** Stable, so that an interrupted reading knows which it has. */
  scope: string;
  unit: Unit;
}

const hour = 3_600_000;
const units = { block: 28 * 24 * hour, week: 7 * 24 * hour, day: 24 * hour, hour } as const;
export type Unit = keyof typeof units | 'recent';

/** Most executions that are read in one go: deep pages are slow, and a window that moves is read again. */
const most: Readonly<Record<Unit, number>> = { block: 100, week: 1_000, day: 1_000, recent: 1_000, hour: Infinity };

const smaller: Readonly<Record<Unit, keyof typeof units | null>> = {
  block: 'week',
  week: 'day',
  recent: 'day',
  day: 'hour',
  hour: null,
};

/** Blocks of 28 days from `since` to `now`, the newest first: whoever waits sees the last weeks soon. */
export const historyWindows = (since: Date, now: Date): Window[] =>
  aligned('block', { from: since.getTime(), to: now.getTime() }).toReversed();

/** How far what was read before is looked at again: runs that began without being told of at once. */
const overlapMs = 24 * hour;
/** What is read before the past was. */
const firstMs = 7 * 24 * hour;
/** A run that has ended changes once more when it is rolled back: as far as Harness offers that, and so often. */
const deepMs = 30 * 24 * hour;
const deepEveryMs = 24 * hour;

export interface LastLook {
  /** Up to when everything that began is proven to be there. */
  end: string;
  /** When what had ended before was last looked at, too. */
  deepAt: string;
}

export const isDeepDue = ({ deepAt }: Pick<LastLook, 'deepAt'>, now: Date): boolean =>
  now.getTime() - Date.parse(deepAt) >= deepEveryMs;

/** What began since the end of the last reading and a day before it, once a day a month before it. */
export function recentWindow(last: LastLook | null, now: Date): Window & { isDeep: boolean } {
  const to = now.getTime();
  const window = { to, scope: 'recent', unit: 'recent' } as const;
  // The past is read beside it.
  if (last === null) return { ...window, from: to - firstMs, isDeep: true };
  const from = Math.min(Date.parse(last.end), to) - overlapMs;
  const isDeep = isDeepDue(last, now);
  return { ...window, from: isDeep ? Math.min(from, to - deepMs) : from, isDeep };
}

/** Smaller windows that together are this one; empty where it is read as it stands. */
export const partsOf = (window: Window, total: number | null): Window[] =>
  total === null || total <= most[window.unit] ? [] : divide(window);

/** The next smaller ones; empty where there are none. */
export function divide(window: Window): Window[] {
  const unit = smaller[window.unit];
  return unit === null ? [] : aligned(unit, window);
}

/** A window is named by its beginning; people see it behind “of”. */
const words = { block: 'four weeks from', week: 'week from', day: 'day', hour: 'hour' } as const;

/** Whole units from the one that holds `from`; those at the edges are cut where `to`, or a window they divide, ends. */
function aligned(unit: keyof typeof units, { from, to }: { from: number; to: number }): Window[] {
  const length = units[unit];
  const first = Math.floor(from / length) * length;
  const count = Math.max(0, Math.ceil((to - first) / length));
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * length;
    const scope = `${words[unit]} ${new Date(start).toISOString().slice(0, unit === 'hour' ? 13 : 10)}`;
    return { from: Math.max(start, unit === 'block' ? start : from), to: Math.min(start + length, to), scope, unit };
  });
}

/** As Harness filters: both ends are in it. */
export const timeRange = ({ from, to }: Pick<Window, 'from' | 'to'>): { startTime: number; endTime: number } => ({
  startTime: from,
  endTime: to - 1,
});

export const isInside = ({ from, to }: Pick<Window, 'from' | 'to'>, time: number): boolean => time >= from && time < to;
