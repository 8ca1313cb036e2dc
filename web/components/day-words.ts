import type { ReactNode } from 'react';

export interface DayLimits {
  min?: string | undefined;
  max?: string | undefined;
}

export interface DayFieldProps extends DayLimits {
  label: string;
  /** `2026-11-21`, a day of UTC; undefined for none. */
  value: string | undefined;
  onChange: (day: string | undefined) => void;
  /** In a toolbar: the label is only read aloud. */
  compact?: boolean;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

/** Why a day (`2026-11-21`) cannot be taken; undefined when it can. Days compare as their texts do. */
export function dayProblem(day: string, { min, max }: DayLimits): string | undefined {
  if (min !== undefined && day < min) return `Not before ${min}.`;
  if (max !== undefined && day > max) return `Not after ${max}.`;
  return undefined;
}

/** The day it is in UTC, wherever the reader sits. */
export const utcDay = (at: Date = new Date()): string => at.toISOString().slice(0, 10);

/** The newest day that is over. */
export const dayBefore = (at: Date = new Date()): string => utcDay(new Date(at.getTime() - 86_400_000));

/** The end of a day, as times of the hub are. */
export const endOfDay = (day: string): string => `${day}T23:59:59.999Z`;
