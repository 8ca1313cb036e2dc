import { targetSeverities, type TargetSeverity } from '../../../src/domain/age-targets.ts';

export const targetNames: readonly TargetSeverity[] = targetSeverities;

/** As a person enters them. */
export type TargetTexts = Record<TargetSeverity, string>;

export const targetText = (days: number | null): string => (days === null ? '' : String(days));

/** Of a node: empty is as above it. */
export const ownTargetText = (days: number | null | undefined): string =>
  days === undefined ? '' : days === null ? 'none' : String(days);

/** Undefined: nothing was entered. Null: none is wanted. */
export function daysFromText(text: string): number | null | undefined | 'wrong' {
  const told = text.trim().toLowerCase();
  if (told === '') return undefined;
  if (told === 'none') return null;
  return /^\d{1,4}$/.test(told) && Number(told) <= 3650 ? Number(told) : 'wrong';
}
