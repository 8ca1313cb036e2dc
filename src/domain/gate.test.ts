import { describe, expect, it } from 'vitest';
import {
  conditionsInForce,
  conditionVerdict,
  type GateConditionFacts,
  gateEvaluated,
  missesThreshold,
} from './gate.ts';

const condition = (over: Partial<GateConditionFacts> = {}): GateConditionFacts => ({
  operator: 'GT',
  threshold: '0',
  actualValue: '0',
  status: 'OK',
  ...over,
});

describe('a gate', () => {
  it('was evaluated when one condition had a value', () => {
    const conditions = [condition({ status: 'NO_VALUE', actualValue: null }), condition()];
    expect(gateEvaluated({ conditions, warnings: [] })).toBe(true);
  });

  it('was not evaluated without conditions, as after a first analysis', () => {
    expect(gateEvaluated({ conditions: [], warnings: [] })).toBe(false);
  });

  it('was not evaluated when no condition had a value', () => {
    const none = condition({ status: 'NO_VALUE', actualValue: null });
    expect(gateEvaluated({ conditions: [none, none], warnings: [] })).toBe(false);
  });

  it('was not evaluated when conditions are OK without a value, as after a manual change', () => {
    expect(gateEvaluated({ conditions: [condition({ actualValue: null })], warnings: [] })).toBe(false);
  });

  it('was not evaluated for a pull request whose base git does not know', () => {
    const warnings = [
      "Could not find ref 'ghost' in refs/heads, refs/remotes, refs/remotes/upstream or refs/remotes/origin. You may see unexpected issues.",
    ];
    expect(gateEvaluated({ conditions: [condition()], warnings })).toBe(false);
  });

  it('says nothing when the server said nothing', () => {
    expect(gateEvaluated({ conditions: null, warnings: ['This analysis is slow.'] })).toBeNull();
  });
});

describe('a condition', () => {
  it.each([
    [condition(), 'passed'],
    [condition({ status: 'ERROR', actualValue: '2' }), 'failed'],
    [condition({ status: 'WARN', actualValue: '2' }), 'warning'],
    [condition({ status: 'NO_VALUE', actualValue: null }), 'not_evaluated'],
    [condition({ actualValue: null }), 'not_evaluated'],
    [condition({ operator: 'LT', threshold: '80', actualValue: '33.3' }), 'ignored'],
    [condition({ operator: 'LT', threshold: '80', actualValue: '80' }), 'passed'],
    [condition({ operator: 'GT', threshold: '3', actualValue: '5.1' }), 'ignored'],
    [condition({ threshold: null, actualValue: '5' }), 'passed'],
    [condition({ threshold: 'high', actualValue: '5' }), 'passed'],
  ])('%j is %s', (facts, verdict) => {
    expect(conditionVerdict(facts)).toBe(verdict);
  });
});

describe('the conditions of a gate in force', () => {
  const defined = [
    { metric: 'new_violations', operator: 'GT', threshold: '0' },
    { metric: 'new_coverage', operator: 'LT', threshold: '80' },
  ] as const;

  it('are all of its definition: what the server left out was not evaluated', () => {
    expect(conditionsInForce(defined, [])).toEqual([
      { ...defined[0], actualValue: null, status: 'NO_VALUE' },
      { ...defined[1], actualValue: null, status: 'NO_VALUE' },
    ]);
  });

  it('have what the analysis came to, by the threshold of its day', () => {
    const evaluated = { ...condition({ actualValue: '2', status: 'ERROR', threshold: '1' }), metric: 'new_violations' };
    expect(conditionsInForce(defined, [evaluated])).toEqual([
      evaluated,
      { ...defined[1], actualValue: null, status: 'NO_VALUE' },
    ]);
  });

  it('are unknown where neither the definition nor a result is', () => {
    expect(conditionsInForce(null, [])).toBeNull();
    expect(conditionsInForce([], [])).toEqual([]);
    expect(conditionsInForce(null, [{ ...condition(), metric: 'bugs' }])).toHaveLength(1);
  });
});

describe('a condition without a value', () => {
  it('was not evaluated, whichever of its two signs says so', () => {
    const one = [condition({ status: 'NO_VALUE' }), condition({ actualValue: null })];
    for (const facts of one) {
      expect(gateEvaluated({ conditions: [facts], warnings: [] })).toBe(false);
      expect(conditionVerdict(facts)).toBe('not_evaluated');
    }
  });

  it.each([
    [null, '1', 'LT'],
    ['', '-1', 'LT'],
    [' ', '-1', 'LT'],
    ['1', null, 'LT'],
    ['1', '', 'LT'],
    ['1', ' ', 'LT'],
    ['x', '1', 'LT'],
    ['1', 'x', 'LT'],
    ['Infinity', '1', 'LT'],
    ['1', '-Infinity', 'LT'],
  ] as const)(
    'of threshold %j and value %j, which are no two numbers, misses nothing',
    (threshold, actualValue, operator) => {
      expect(missesThreshold({ operator, threshold, actualValue })).toBe(false);
    },
  );
});
