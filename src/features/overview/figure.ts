import { catalogue, isPlumblineError } from '../../platform/errors/index.ts';
import type { Figure, FigureName, Why } from './contract.ts';
import type { Behind } from './freshness.ts';

export interface Counted {
  value: number;
  of?: number;
  unsaid?: number;
  change30Days?: number | null;
  asOf: string | null;
  /** What is not whole about it, beside what was never read; null: nothing. */
  gap: Why | null;
}

/** A number with how far it can be trusted. What is not whole is at least that much, and never 0. */
export function figureOf(name: FigureName, rows: string, behind: Behind, counted: Counted): Figure {
  const { value, of = null, unsaid = 0, change30Days = null, asOf } = counted;
  if (!behind.connected) return { ...nothing(name, rows), state: 'not_connected' };
  const why = behind.whole ? counted.gap : neverWhole;
  const known = why === null;
  return {
    name,
    rows,
    state: known ? 'known' : 'incomplete',
    value: known || value > 0 ? value : null,
    of,
    unsaid,
    change30Days: known ? change30Days : null,
    asOf,
    stale: behind.stale,
    why,
  };
}

/** A number that could not be read. */
export function unknownFigure(name: FigureName, rows: string, error: unknown): Figure {
  return { ...nothing(name, rows), state: 'unknown', why: whyOf(error) };
}

export function whyOf(error: unknown): Why {
  if (isPlumblineError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  const { title, remedy } = catalogue.internal_server_error;
  return { code: 'internal_server_error', message: title, remedy };
}

const nothing = (name: FigureName, rows: string): Omit<Figure, 'state'> => ({
  name,
  rows,
  value: null,
  of: null,
  unsaid: 0,
  change30Days: null,
  asOf: null,
  stale: null,
  why: null,
});

const neverWhole: Why = {
  code: 'first_reading',
  message: 'Something it is counted from has not been read whole yet.',
  remedy: 'Wait for the first run, or look at Monitoring for what it could not read.',
};

export const stillReading: Why = {
  code: 'still_reading',
  message: 'Not every project has been read yet.',
  remedy: 'Wait for the run, or look at Monitoring for what it could not read.',
};

export const stillJudging: Why = {
  code: 'still_judging',
  message: 'Not every image has been judged yet.',
  remedy: 'Wait a moment: images are judged in the background.',
};

export const stillDeriving: Why = {
  code: 'still_deriving',
  message: 'Deployments are made again since an upgrade.',
  remedy: 'Wait until the page of deployments no longer says so.',
};
