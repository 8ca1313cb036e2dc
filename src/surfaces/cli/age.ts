import { InvalidArgumentError } from 'commander';
import { longestAge } from '../../domain/longest-age.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `90s`, `30m`, `2h` or `7d`. Throws commander’s error for anything else. */
export function secondsOfAge(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,8})([smhd])$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * (units[unit] ?? 0);
  if (seconds > 0 && seconds <= longestAge) return seconds;
  throw new InvalidArgumentError('It is a number with s, m, h or d behind it, up to 366d, for example 2h.');
}
