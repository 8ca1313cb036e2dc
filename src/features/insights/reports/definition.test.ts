import { expect, test } from 'vitest';
import { ReportQuery } from './contract.ts';
import { isAdditive, unitOf } from '../../../domain/report-kinds.ts';
import { axisOf, problemsOf, statesOf } from './definition.ts';
import { middle } from './middle.ts';

const asked = (query: Record<string, unknown>) => ReportQuery.parse(query);
const problems = (query: Record<string, unknown>): number => problemsOf(asked(query)).length;

test('each report takes what belongs to it, and says what does not', () => {
  expect(problems({ report: 'issues', x: 'author', stack: 'severity', notType: 'bug', author: 'a\\,b' })).toBe(0);
  expect(problems({ report: 'issues-trend', stack: 'status', status: 'open,accepted' })).toBe(0);
  expect(problems({ report: 'metrics', metric: 'tests', project: '1' })).toBe(0);
  expect(problems({ report: 'issues', stack: 'project' })).toBe(1);
  expect(problems({ report: 'issues', metric: 'coverage' })).toBe(1);
  expect(problems({ report: 'issues-trend', x: 'type' })).toBe(1);
  // Of the past nobody tells whose it was, and what was fixed is not there any more.
  expect(problems({ report: 'issues-trend', stack: 'author' })).toBe(1);
  expect(problems({ report: 'issues-trend', notAuthor: 'x' })).toBe(1);
  expect(problems({ report: 'issues-trend', status: 'fixed' })).toBe(1);
  expect(problems({ report: 'metrics', severity: 'high' })).toBe(1);
  expect(problems({ report: 'metrics', branchScope: 'all' })).toBe(1);
  expect(problems({ report: 'metrics', metric: 'complexity' })).toBe(1);
  expect(problems({ report: 'effort-trend', metric: 'sqale_index' })).toBe(1);
  expect(problems({ report: 'metrics', at: '2026-11-01' })).toBe(1);
  expect(problems({ report: 'metrics-trend', at: '2026-11-01' })).toBe(0);
});

test('what is open is counted, unless states are chosen or looked for', () => {
  expect(statesOf(asked({ report: 'issues' }))).toEqual(['open']);
  expect(statesOf(asked({ report: 'issues', status: 'fixed' }))).toEqual(['fixed']);
  expect(statesOf(asked({ report: 'issues', x: 'status' }))).toBeUndefined();
  expect(statesOf(asked({ report: 'issues', stack: 'status' }))).toBeUndefined();
});

test('the usual X axis is the project; a trend has time', () => {
  expect([axisOf(asked({ report: 'issues' })), axisOf(asked({ report: 'effort-trend' }))]).toEqual(['project', 'time']);
});

test('shares and ratings have no sum', () => {
  const units = (['coverage', 'new_duplicated_lines_density', 'sqale_rating', 'sqale_index', 'tests'] as const).map(
    unitOf,
  );
  expect(units).toEqual(['percent', 'percent', 'rating', 'minutes', 'count']);
  expect(units.map(isAdditive)).toEqual([false, false, false, true, true]);
});

test('a median is in the middle; of nothing there is none', () => {
  expect([middle([]), middle([3]), middle([1, 2]), middle([1, 2, 9])]).toEqual([null, 3, 1.5, 2]);
});
