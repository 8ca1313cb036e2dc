import { describe, expect, it } from 'vitest';
import { chunk, costOf, exactTotal, gap, isPartition, parameterOf, range } from './slice-counts.ts';

const counts = (...values: [string, number][]): ReadonlyMap<string, number> => new Map(values);

describe('how many there are', () => {
  it('is what the closed field adds up to where a total stops before', () => {
    expect(exactTotal(20, { types: counts(['BUG', 15], ['CODE_SMELL', 16]) })).toBe(31);
    expect(exactTotal(40, { types: counts(['BUG', 15]) })).toBe(40);
    expect(exactTotal(20, { files: counts(['a.js', 99]) })).toBe(20);
  });
});

describe('what a split costs', () => {
  const limits = { window: 20, pageSize: 5, totalsCapped: false, width: () => 1 };

  it('is its pages, and four times as many for a value that has to be split again', () => {
    expect(costOf(counts(), limits)).toBe(0);
    expect(costOf(counts(['a', 1], ['b', 5], ['c', 6]), limits)).toBe(4);
    expect(costOf(counts(['a', 19]), limits)).toBe(4);
    expect(costOf(counts(['a', 20]), limits)).toBe(16);
    expect(costOf(counts(['a', 21], ['b', 1]), limits)).toBe(21);
  });
});

describe('a field splits a listing', () => {
  const values = counts(['BUG', 3], ['CODE_SMELL', 4]);

  it('only when the counts of its values add up to the total', () => {
    expect(isPartition('types', values, 7)).toBe(true);
    for (const total of [6, 8]) expect(isPartition('types', values, total)).toBe(false);
  });

  it('only when it has several values, each of which can be asked for', () => {
    expect(isPartition('types', counts(['BUG', 7]), 7)).toBe(false);
    expect(isPartition('files', counts(...values, ['a,b', 1]), 8)).toBe(false);
    expect(isPartition('files', counts(...values, ['', 1]), 8)).toBe(false);
    expect(isPartition('assignees', counts(...values, ['', 1]), 8)).toBe(true);
    expect(isPartition('assignees', counts(...values, ['a,b', 1]), 8)).toBe(false);
  });

  it('by a parameter of its name, but for nobody, who has one of its own', () => {
    expect(parameterOf('files', 'a.js')).toEqual({ files: 'a.js' });
    expect(parameterOf('assignees', 'ada')).toEqual({ assignees: 'ada' });
    expect(parameterOf('assignees', '')).toEqual({ assigned: 'false' });
    expect(parameterOf('author', '')).toEqual({ author: '' });
  });
});

it('a gap proves nothing, and says how many of how many issues of what', () => {
  expect(gap({ files: 'a.js' }, 3, 4)).toEqual({
    count: 3,
    proven: false,
    gaps: ['3 of 4 issues of {"files":"a.js"}'],
  });
});

it('numbers and parts come in order, none twice and none left out', () => {
  expect([...range(2, 4)]).toEqual([2, 3, 4]);
  expect([...range(2, 2)]).toEqual([2]);
  expect([...range(2, 1)]).toEqual([]);
  expect(chunk([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunk([1, 2, 3, 4], 2)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(chunk([], 2)).toEqual([]);
});
