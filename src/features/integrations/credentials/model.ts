import type { CredentialRow } from '../store/credentials.ts';

export const defaultLabel = 'default';

/** An end is warned of so many days before it. */
export const expiryWarningDays = 14;
const dayMs = 86_400_000;

/** The earlier of what the outside system told and a person declared. */
export function endOf(row: Pick<CredentialRow, 'expiresAt' | 'expirationDate'>): Date | null {
  const ends = [row.expiresAt, row.expirationDate].filter((date) => date !== null);
  return ends.length === 0 ? null : new Date(Math.min(...ends.map((date) => date.getTime())));
}

export type CredentialStanding = 'ready' | 'expiring' | 'expired' | 'disabled';

export function standingOf(
  row: Pick<CredentialRow, 'expiresAt' | 'expirationDate' | 'disabledAt'>,
  now: Date,
): CredentialStanding {
  if (row.disabledAt !== null) return 'disabled';
  const end = endOf(row);
  if (end === null) return 'ready';
  if (end <= now) return 'expired';
  return end.getTime() - now.getTime() <= expiryWarningDays * dayMs ? 'expiring' : 'ready';
}

/** Disabled by the outside system's refusal, which may have been a mistake; never by a person. */
export function wasRefused(row: Pick<CredentialRow, 'disabledCode'>): boolean {
  return row.disabledCode === 'invalid_credentials' || row.disabledCode === 'expired_credentials';
}

/**
 * Which one a task takes. `spread`: the one used longest ago of those that are fit, so that the load is shared. `same`:
 * the oldest of those, because what one credential lists must not be compared with what another lists. When none is
 * fit, the one that will be soonest: paused, then past its end, then refused (so that a server that refused by mistake
 * heals by itself). Undefined when there is none to try.
 */
export function chooseCredential(
  rows: readonly CredentialRow[],
  way: 'spread' | 'same',
  now: Date,
): CredentialRow | undefined {
  const byUse = (a: CredentialRow, b: CredentialRow): number => time(a.lastUsedAt) - time(b.lastUsedAt) || a.id - b.id;
  const byAge = (a: CredentialRow, b: CredentialRow): number => a.id - b.id;
  const byPause = (a: CredentialRow, b: CredentialRow): number => time(a.pausedUntil) - time(b.pausedUntil);
  const byEnd = (a: CredentialRow, b: CredentialRow): number => time(endOf(b)) - time(endOf(a));
  const enabled = rows.filter((row) => row.disabledAt === null);
  const current = enabled.filter((row) => standingOf(row, now) !== 'expired');
  const fit = current.filter((row) => row.pausedUntil === null || row.pausedUntil <= now);
  const choices = [
    fit.toSorted(way === 'spread' ? byUse : byAge),
    current.toSorted(byPause),
    enabled.toSorted(byEnd),
    rows.filter(wasRefused).toSorted(byUse),
  ];
  return choices.find((choice) => choice.length > 0)?.[0];
}

const time = (date: Date | null): number => date?.getTime() ?? 0;
