import { beforeAll, describe, expect, it } from 'vitest';
import { type CrashOutcome, drawCrashes, phasesOfLaterSync, syncChanges } from './crashes.ts';
import { crashesPerPhase, crashSeed, expectEqual } from './drawn-crashes.ts';

describe('kill -9 of hub and database during a sync of changes', () => {
  let expected: CrashOutcome;
  beforeAll(async () => {
    expected = await syncChanges();
  });

  it('has something to compare with', () => {
    expect(expected.audit).toBe(0);
    expect(expected.contents['sonarqube_issues']?.rows).toBeGreaterThanOrEqual(5 * 1_300 + 700);
  });

  it.each(drawCrashes(phasesOfLaterSync, crashSeed, crashesPerPhase))(
    'in phase $phase (number $count, $delayMs ms later) loses nothing and doubles nothing',
    async (crash) => {
      expectEqual(`later sync, ${crash.phase} ${crash.count}`, await syncChanges(crash), expected);
    },
  );
});
