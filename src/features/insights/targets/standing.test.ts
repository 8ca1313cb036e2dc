import { expect, test } from 'vitest';
import { addDays } from '../../../domain/time-buckets.ts';
import { findingTarget, noTargets, standingOf, targetsOfProject, withOwn } from './standing.ts';

const today = '2026-11-20';
const at = (age: number, days: number | null, warnPercent = 25) =>
  standingOf(addDays(today, -age), days, { today, warnPercent });

test('the last day of a target keeps it, the day after breaks it', () => {
  expect([at(7, 7), at(8, 7)]).toEqual(['due_soon', 'broken']);
  expect([at(0, 0), at(1, 0)]).toEqual(['due_soon', 'broken']);
  expect(findingTarget('2026-11-13', 7, { today, warnPercent: 25 })).toEqual({
    standing: 'due_soon',
    days: 7,
    dueOn: today,
  });
});

test('about to break is the last share of a target, rounded up to whole days', () => {
  expect([at(5, 7), at(6, 7)]).toEqual(['within', 'due_soon']);
  expect([at(22, 30), at(23, 30)]).toEqual(['within', 'due_soon']);
  expect([at(7, 7, 0), at(0, 7, 100), at(1, 7, 100)]).toEqual(['within', 'within', 'due_soon']);
});

test('without a target nothing is kept and nothing broken', () => {
  expect(at(4000, null)).toBe('none');
  expect(findingTarget('2000-01-01', null, { today, warnPercent: 25 }).dueOn).toBeNull();
});

test('what is dated after today is as young as what is of today', () => {
  expect([at(-3, 0), at(-3, 1)]).toEqual(['due_soon', 'within']);
});

const organization = { ...noTargets, critical: 7, high: 30 };

test('what a node leaves out is as above it; a target taken away is none', () => {
  expect(withOwn(organization, { critical: null, low: 90 })).toEqual({ ...organization, critical: null, low: 90 });
});

test('a project of several teams has the shortest of their targets; trees that say nothing are left out', () => {
  expect(targetsOfProject(organization, [])).toEqual(organization);
  expect(targetsOfProject(organization, [[{}]])).toEqual(organization);
  expect(targetsOfProject(organization, [[{ critical: 14 }]])).toEqual({ ...organization, critical: 14 });
  expect(targetsOfProject(organization, [[{ critical: 14 }, {}]])).toEqual(organization);
  expect(targetsOfProject(organization, [[{ critical: 14 }], [{}]])).toEqual({ ...organization, critical: 14 });
  expect(targetsOfProject(organization, [[{ critical: null, high: 3 }], [{ critical: 20 }]])).toEqual({
    ...organization,
    critical: 20,
    high: 3,
  });
});
