export interface DayLimits {
  min?: string | undefined;
  max?: string | undefined;
}

/** Why a day (`2026-11-21`) cannot be taken; undefined when it can. Days compare as their texts do. */
export function dayProblem(day: string, { min, max }: DayLimits): string | undefined {
  if (min !== undefined && day < min) return `Not before ${min}.`;
  if (max !== undefined && day > max) return `Not after ${max}.`;
  return undefined;
}

/** The day it is in UTC, wherever the reader sits. */
export const utcDay = (at: Date = new Date()): string => at.toISOString().slice(0, 10);
