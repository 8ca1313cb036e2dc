import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lab/simulators/sonarqube/index.ts';
import { type Rule, rules } from '../../../lab/simulators/sonarqube/rules.ts';
import { branchChecks } from './simulated/branches.ts';
import { cloudChecks } from './simulated/cloud.ts';
import { editingChecks } from './simulated/editing.ts';
import { recordedChecks } from './simulated/recorded.ts';
import { settingChecks, type SimulatedChecks } from './simulated/settings.ts';
import { sharedChecks } from './suite.ts';

const checks: SimulatedChecks = {
  ...settingChecks,
  ...editingChecks,
  ...cloudChecks,
  ...branchChecks,
  ...recordedChecks,
};

/** The rules that no real server in reach can show, and the proof that every rule has its test. */
export function describeSimulatedRules(): void {
  let open: Simulator[] = [];
  const start: typeof startSimulator = async (options) => {
    const simulator = await startSimulator(options);
    open.push(simulator);
    return simulator;
  };
  afterEach(async () => {
    await Promise.all(open.map((simulator) => simulator.close()));
    open = [];
  });
  describe('rules of the simulator alone', { timeout: 60_000 }, () => {
    for (const rule of rules as readonly Rule[]) {
      const check = checks[rule.id as keyof SimulatedChecks];
      if (check) it(`${rule.section} ${rule.id}: ${rule.sentence}`, () => check(start));
    }
  });
  it('has exactly one test for every rule', () => {
    const tested = [...Object.keys(sharedChecks), ...Object.keys(checks)].sort();
    expect(tested).toEqual(rules.map((rule) => rule.id).sort());
    const alone = (rules as readonly Rule[]).filter((rule) => rule.simulatorOnly !== undefined);
    expect(alone.map((rule) => rule.id).sort()).toEqual(Object.keys(checks).sort());
  });
}
