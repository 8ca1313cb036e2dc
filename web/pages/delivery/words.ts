import { formatDecimal } from '../../words/numbers.ts';
import { formatDay, formatDuration, formatMonth, formatQuarter } from '../../words/times.ts';

export const none = 'none';

export const seconds = (value: number | null): string => (value === null ? none : formatDuration(value * 1000));

export const share = (value: number | null): string => (value === null ? none : `${formatDecimal(value * 100)} %`);

export const aDay = (value: number | null): string => (value === null ? none : `${formatDecimal(value)} a day`);

export function bucketName(from: string, granularity: 'week' | 'month' | 'quarter', now: Date): string {
  if (granularity === 'quarter') return formatQuarter(from);
  return granularity === 'month' ? formatMonth(from) : formatDay(from, now);
}

export function bucketTitle(
  { from, to, complete }: { from: string; to: string; complete: boolean },
  now: Date,
): string {
  const range = from === to ? formatDay(from, now) : `${formatDay(from, now)} to ${formatDay(to, now)}`;
  return complete ? range : `${range}, so far`;
}
