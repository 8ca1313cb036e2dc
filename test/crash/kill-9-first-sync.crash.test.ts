import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CrashOutcome,
  type CrashSource,
  crashAndRecover,
  drawCrashes,
  phasesOfFirstSync,
  startCrashSource,
  undisturbed,
} from './crashes.ts';
import { crashesPerPhase, crashSeed, expectEqual } from './drawn-crashes.ts';

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

  it.each(drawCrashes(phasesOfFirstSync, crashSeed, crashesPerPhase))(
    'in phase $phase (number $count, $delayMs ms later) loses nothing and doubles nothing',
    async (crash) => {
      expectEqual(`first sync, ${crash.phase} ${crash.count}`, await crashAndRecover(source, crash), expected);
    },
  );
});
