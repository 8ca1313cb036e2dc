import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CrashOutcome,
  type CrashSource,
  crashAndRecover,
  drawCrashes,
  startCrashSource,
  undisturbed,
} from './crashes.ts';

const seed = Number(process.env['PLUMBLINE_CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** One in each phase here; `PLUMBLINE_CRASHES_PER_PHASE=5` draws the 25 of the long form. */
const perPhase = Number(process.env['PLUMBLINE_CRASHES_PER_PHASE'] ?? 1);
const crashes = drawCrashes(seed, perPhase);

let source: CrashSource;
let expected: CrashOutcome;

beforeAll(async () => {
  console.log(`crash seed ${seed}: PLUMBLINE_CRASH_SEED=${seed} repeats these moments`);
  source = await startCrashSource();
  expected = await undisturbed(source);
});
afterAll(() => source.simulator.close());

describe('kill -9 of hub and database', () => {
  it('has something to compare with', () => {
    expect(expected.audit).toBe(0);
    expect(expected.contents['sonarqube_issues']?.rows).toBeGreaterThan(6_000);
    expect(expected.contents['sonarqube_project_metrics']?.rows).toBeGreaterThan(100);
    expect(expected.contents['sonarqube_analyses']?.rows).toBeGreaterThan(10);
  });

  it.each(crashes)(
    'in phase $phase (number $count, $delayMs ms later) loses nothing and doubles nothing',
    async (crash) => {
      const outcome = await crashAndRecover(source, crash);
      console.log(
        `${crash.phase} ${crash.count}: ${outcome.killed ? 'killed' : 'was over before'}, audit exit ${outcome.audit}`,
      );
      expect(outcome.killed).toBe(true);
      expect(outcome.audit).toBe(0);
      expect(outcome.contents).toEqual(expected.contents);
    },
  );
});
