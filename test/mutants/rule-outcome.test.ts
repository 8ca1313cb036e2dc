import { expect, it } from 'vitest';
import { outcomeOf } from './rule-outcome.ts';

const report = (...assertionResults: { status: string; failureMessages?: string[] }[]) => ({
  testResults: [{ assertionResults }],
});

it('a broken rule is seen when one of its tests fails, and unseen when all pass', () => {
  expect(outcomeOf(report({ status: 'passed' }, { status: 'failed' }, { status: 'skipped' }))).toBe('seen');
  expect(outcomeOf(report({ status: 'passed' }, { status: 'skipped' }))).toBe('unseen');
});

it('nothing is found out by tests that did not run or took too long, nor by a statement that the database refuses', () => {
  expect(outcomeOf(undefined)).toBe('no_test');
  expect(outcomeOf({ testResults: [] })).toBe('no_test');
  expect(outcomeOf(report({ status: 'skipped' }))).toBe('no_test');
  expect(outcomeOf(report({ status: 'failed', failureMessages: ['Error: Test timed out in 60000ms.'] }))).toBe(
    'no_test',
  );
  const refused = { status: 'failed', failureMessages: ['error: syntax error at or near "where"'] };
  expect(outcomeOf(report({ status: 'passed' }, refused))).toBe('no_test');
});
