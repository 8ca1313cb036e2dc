import { expect, it } from 'vitest';
import { cellsOf } from './cells.ts';

it('the cells of a report are six, in this order', () => {
  const figures = { newIssues: 3, acceptedIssues: 0, hotspots: 1, coverage: 61.24, duplication: 0.84 };
  expect(cellsOf(figures, 'https://s/dashboard')).toEqual([
    { title: 'New issues', type: 'NUMBER', value: 3 },
    { title: 'Accepted issues', type: 'NUMBER', value: 0 },
    { title: 'Security hotspots', type: 'NUMBER', value: 1 },
    { title: 'Coverage on new code', type: 'PERCENTAGE', value: 61.2 },
    { title: 'Duplication on new code', type: 'PERCENTAGE', value: 0.8 },
    { title: 'Analysis', type: 'LINK', value: { linktext: 'Open in SonarQube', href: 'https://s/dashboard' } },
  ]);
});

it('what was not measured is no data, never zero', () => {
  const figures = { newIssues: null, acceptedIssues: null, hotspots: null, coverage: null, duplication: Number.NaN };
  expect(
    cellsOf(figures, 'l')
      .slice(0, 5)
      .map(({ type, value }) => [type, value]),
  ).toEqual(Array.from({ length: 5 }, () => ['TEXT', 'no data']));
});
