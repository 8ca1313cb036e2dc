import { expect, it } from 'vitest';
import { completenessWords, countedSlices, storedTitle } from './completeness.ts';

const sums = { source: 60, stored: 59, slices: 2, complete: 1 };

it('names what is counted and what is read one by one, as the connector declares', () => {
  const sonarqube = { ...sums, counted: ['issues', 'hotspots'], listed: 'projects' };
  expect(completenessWords(sonarqube)).toBe('59 of 60 issues and hotspots stored · 1 of 2 projects complete');
  const bitbucket = { ...sums, counted: [], listed: 'code_repositories' };
  expect(completenessWords(bitbucket)).toBe('1 of 2 repositories complete');
});

it('counts one of them in the singular, and has words for what nobody named', () => {
  expect(countedSlices({ listed: 'projects' }, 1)).toBe('1 project');
  expect(countedSlices({ listed: null }, 3)).toBe('3 rows');
  expect(storedTitle({ counted: ['issues', 'hotspots'] })).toBe('Issues and hotspots stored');
});
