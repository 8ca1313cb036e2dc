import { describe, expect, it } from 'vitest';
import { conditionVerdict } from '../../../domain/gate.ts';
import type { ChangedCode } from './changed-code.ts';
import { type CountedIssue, evaluateGate, type NewCode } from './evaluate-gate.ts';

const issue = (more: Partial<CountedIssue> = {}): CountedIssue => ({
  standardClass: 'code_smell',
  standardLevel: 'MAJOR',
  security: null,
  reliability: null,
  maintainability: 'MEDIUM',
  ...more,
});
const bug = issue({ standardClass: 'bug', standardLevel: 'CRITICAL', reliability: 'HIGH', maintainability: null });
const hole = issue({ standardClass: 'vulnerability', standardLevel: 'MINOR', security: 'LOW' });
const code = (more: Partial<NewCode> = {}): NewCode => ({
  issues: [issue(), bug, hole],
  hotspots: { toReview: 1, reviewed: 3 },
  changed: null,
  ...more,
});
const condition = (metric: string, threshold = '0', operator: 'GT' | 'LT' = 'GT') => ({
  metric,
  operator,
  threshold,
  name: metric,
  unit: 'number' as const,
});
const valueOf = (metric: string, of = code()) => evaluateGate([condition(metric)], of).conditions[0]?.actualValue;

describe('a condition on new code', () => {
  it.each([
    ['new_violations', '3'],
    ['new_bugs', '1'],
    ['new_vulnerabilities', '1'],
    ['new_code_smells', '1'],
    ['new_critical_violations', '1'],
    ['new_major_violations', '1'],
    ['new_blocker_violations', '0'],
    ['new_software_quality_security_issues', '1'],
    ['new_software_quality_reliability_issues', '1'],
    ['new_software_quality_maintainability_issues', '2'],
    ['new_software_quality_high_issues', '1'],
    ['new_software_quality_medium_issues', '2'],
    ['new_security_rating', '2'],
    ['new_reliability_rating', '4'],
    ['new_software_quality_security_rating', '2'],
    ['new_software_quality_reliability_rating', '4'],
    ['new_security_hotspots', '1'],
    ['new_security_hotspots_reviewed', '75'],
    ['new_security_review_rating', '2'],
  ])('%s is %s', (metric, value) => {
    expect(valueOf(metric)).toBe(value);
  });

  it.each([
    'new_coverage',
    'new_duplicated_lines_density',
    'new_maintainability_rating',
    'new_unheard_of',
    'new_constructor',
  ])('%s is not evaluated, and never passed for it', (metric) => {
    expect(evaluateGate([condition(metric)], code())).toEqual({
      status: 'OK',
      evaluated: false,
      conditions: [{ ...condition(metric), actualValue: null, status: 'NO_VALUE' }],
    });
  });

  it('on hotspots is not evaluated where they were not read, nor their review where there is none', () => {
    expect(valueOf('new_security_hotspots', code({ hotspots: null }))).toBeNull();
    expect(valueOf('new_security_hotspots_reviewed', code({ hotspots: null }))).toBeNull();
    expect(valueOf('new_security_hotspots_reviewed', code({ hotspots: { toReview: 0, reviewed: 0 } }))).toBeNull();
  });
});

const changed = (more: Partial<ChangedCode> = {}): ChangedCode => ({
  lines: 40,
  toCover: 20,
  covered: 10,
  conditions: 4,
  coveredConditions: 2,
  duplicated: 2,
  ignoresSmall: true,
  ...more,
});

describe('a condition on changed lines', () => {
  it.each([
    ['new_coverage', '50'],
    ['new_line_coverage', '50'],
    ['new_branch_coverage', '50'],
    ['new_duplicated_lines_density', '5'],
    ['new_duplicated_lines', '2'],
  ])('%s is %s where they are known', (metric, value) => {
    expect(valueOf(metric, code({ changed: changed() }))).toBe(value);
  });

  it('on coverage has no value where nothing can be run, which is no 100 %', () => {
    const none = changed({ toCover: 0, covered: 0, conditions: 0, coveredConditions: 0 });
    expect(valueOf('new_coverage', code({ changed: none }))).toBeNull();
  });

  const coverage = [condition('new_coverage', '80', 'LT')];
  const judge = (more: Partial<ChangedCode>) => evaluateGate(coverage, code({ changed: changed(more) }));

  it('fails from 20 new lines on; below, it is ignored as the server ignores it, and says so', () => {
    expect(judge({ lines: 20 }).status).toBe('ERROR');
    const few = judge({ lines: 19 });
    expect([few.status, few.conditions[0] && conditionVerdict(few.conditions[0])]).toEqual(['OK', 'ignored']);
    expect(judge({ lines: 19, ignoresSmall: false }).status).toBe('ERROR');
  });

  it('on issues is never ignored', () => {
    const gate = [condition('new_violations')];
    expect(evaluateGate(gate, code({ changed: changed({ lines: 1 }) })).status).toBe('ERROR');
  });
});

describe('a gate', () => {
  it('fails by one condition, and passes where each that was evaluated holds', () => {
    const gate = [condition('new_violations'), condition('new_coverage', '80', 'LT')];
    expect(evaluateGate(gate, code())).toMatchObject({ status: 'ERROR', evaluated: true });
    expect(evaluateGate(gate, code({ issues: [] }))).toMatchObject({ status: 'OK', evaluated: true });
    expect(evaluateGate([condition('new_security_hotspots_reviewed', '100', 'LT')], code())).toMatchObject({
      status: 'ERROR',
    });
  });

  it('looks at new code alone, and came to nothing where it has no such condition', () => {
    expect(evaluateGate([condition('coverage', '80', 'LT')], code())).toEqual({
      status: 'OK',
      evaluated: false,
      conditions: [],
    });
  });

  it('does not pass by a threshold that is no number', () => {
    expect(evaluateGate([condition('new_violations', 'many')], code())).toMatchObject({ evaluated: false });
  });
});
