import { createHash, randomBytes } from 'node:crypto';

/** A satellite that was not heard of for so long may be away; after the second it is. */
const onlineSeconds = 90;
const staleSeconds = 600;

export type Presence = 'online' | 'stale' | 'offline';

export function presenceOf(seenAt: Date, now: Date): Presence {
  const seconds = (now.getTime() - seenAt.getTime()) / 1_000;
  if (seconds < onlineSeconds) return 'online';
  return seconds < staleSeconds ? 'stale' : 'offline';
}

const keyForm = /^plbsat_[A-Za-z0-9_-]{43}$/;

/** 256 random bits, which nobody guesses from their hash. */
export const newKey = (): string => `plbsat_${randomBytes(32).toString('base64url')}`;

export const looksLikeKey = (text: string): boolean => keyForm.test(text);

export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Clocks that differ by more are worth a word. */
export const clockToleranceMs = 5 * 60_000;

/** Newer than another, by numbers; what cannot be read as a version is neither newer nor older. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  if (a === undefined || b === undefined) return false;
  for (const [at, number] of a.entries()) if (number !== b[at]) return number > (b[at] ?? 0);
  return false;
}

function numbersOf(version: string): number[] | undefined {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version);
  return match === null ? undefined : match.slice(1).map(Number);
}
