import { expect } from 'vitest';
import type { CrashOutcome } from './crashes.ts';

export const crashSeed = Number(process.env['PLUMBLINE_CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** One in each phase here; `PLUMBLINE_CRASHES_PER_PHASE=5` draws the 25 and 20 of the long form. */
export const crashesPerPhase = Number(process.env['PLUMBLINE_CRASHES_PER_PHASE'] ?? 1);

process.stdout.write(`crash seed ${crashSeed}: PLUMBLINE_CRASH_SEED=${crashSeed} repeats these moments\n`);

export function expectEqual(name: string, outcome: CrashOutcome, expected: CrashOutcome): void {
  process.stdout.write(`${name}: ${outcome.killed ? 'killed' : 'was over before'}, audit exit ${outcome.audit}\n`);
  expect(outcome.killed).toBe(true);
  expect(outcome.audit).toBe(0);
  expect(outcome.contents).toEqual(expected.contents);
}
