import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CrashOutcome,
  type CrashSource,
  crashAndRecover,
  drawCrashes,
  phasesOfFirstSync,
  phasesOfLaterSync,
  startCrashSource,
  syncChanges,
  undisturbed,
} from './crashes.ts';

const seed = Number(process.env['PLUMBLINE_CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** One in each phase here; `PLUMBLINE_CRASHES_PER_PHASE=5` draws the 25 and 20 of the long form. */
const perPhase = Number(process.env['PLUMBLINE_CRASHES_PER_PHASE'] ?? 1);

beforeAll(() => {
  process.stdout.write(`crash seed ${seed}: PLUMBLINE_CRASH_SEED=${seed} repeats these moments\n`);
});

function expectEqual(name: string, outcome: CrashOutcome, expected: CrashOutcome): void {
  process.stdout.write(`${name}: ${outcome.killed ? 'killed' : 'was over before'}, audit exit ${outcome.audit}\n`);
  expect(outcome.killed).toBe(true);
  expect(outcome.audit).toBe(0);
  expect(outcome.contents).toEqual(expected.contents);
}

describe('kill -9 of hub and database during the first sync', () => {
  let source: CrashSource;
  let expected: CrashOutcome;
  beforeAll(async () => {
    source = await startCrashSource();
    expected = await undisturbed(source);
  });
  afterAll(() => source.close());

  it('has something to compare with', () => {
    expect(expected.audit).toBe(0);
    expect(expected.contents['sonarqube_issues']?.rows).toBeGreaterThan(6_000);
    expect(expected.contents['sonarqube_project_metrics']?.rows).toBeGreaterThan(100);
    expect(expected.contents['sonarqube_analyses']?.rows).toBeGreaterThan(10);
  });

  it.each(drawCrashes(phasesOfFirstSync, seed, perPhase))(
    'in phase $phase (number $count, $delayMs ms later) loses nothing and doubles nothing',
    async (crash) => {
      expectEqual(`first sync, ${crash.phase} ${crash.count}`, await crashAndRecover(source, crash), expected);
    },
  );
});

describe('kill -9 of hub and database during a sync of changes', () => {
  let expected: CrashOutcome;
  beforeAll(async () => {
    expected = await syncChanges();
  });

  it('has something to compare with', () => {
    expect(expected.audit).toBe(0);
    expect(expected.contents['sonarqube_issues']?.rows).toBeGreaterThanOrEqual(5 * 1_300 + 700);
  });

  it.each(drawCrashes(phasesOfLaterSync, seed, perPhase))(
    'in phase $phase (number $count, $delayMs ms later) loses nothing and doubles nothing',
    async (crash) => {
      expectEqual(`later sync, ${crash.phase} ${crash.count}`, await syncChanges(crash), expected);
    },
  );
});
