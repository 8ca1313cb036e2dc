import { expect, it } from 'vitest';
import { createChoices, includes } from './choices.ts';

const chosen = createChoices([
  { tree: 1, team: null, section: 'code_quality', integrations: [4, 5] },
  { tree: 1, team: 7, section: 'code_quality', integrations: [5] },
  { tree: 1, team: 8, section: 'code_quality', integrations: [] },
  { tree: 2, team: null, section: 'deployment', integrations: [9] },
]);

const counting = (tree: number, team: number, section: 'code_quality' | 'deployment') => {
  const found = chosen({ tree, team, section });
  return [found.from, ...[4, 5, 9].filter((integration) => includes(found, integration))];
};

it('takes what a team says, else what its tree says, else all', () => {
  expect(counting(1, 7, 'code_quality')).toEqual(['team', 5]);
  expect(counting(1, 6, 'code_quality')).toEqual(['tree', 4, 5]);
  expect(counting(1, 6, 'deployment')).toEqual(['nobody', 4, 5, 9]);
  expect(counting(2, 6, 'deployment')).toEqual(['tree', 9]);
});

it('takes none where a team says so: that is not the same as saying nothing', () => {
  expect(counting(1, 8, 'code_quality')).toEqual(['team']);
});
