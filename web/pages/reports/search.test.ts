import { expect, test } from 'vitest';
import { definitionOf, reportParameters, reportsSearch, searchOf, withReport } from './search.ts';

test('what a report keeps by name opens as it was', () => {
  const search = reportsSearch({
    report: 'effort',
    x: 'author',
    stack: 'severity',
    author: 'Jones\\, Ann,Bob',
    notType: 'bug',
    project: '3,1',
    granularity: 'month',
  });
  expect(definitionOf(search)).toMatchObject({ author: ['Bob', 'Jones, Ann'], notType: ['bug'], project: [1, 3] });
  expect(searchOf(definitionOf(search))).toEqual(search);
  // What the hub fills in needs no word in the address.
  expect(searchOf({ report: 'effort', preset: '6m', granularity: 'week', branchScope: 'main' })).toEqual(
    reportsSearch({ report: 'effort' }),
  );
});

test('another report keeps only what it takes', () => {
  const search = reportsSearch({
    report: 'issues',
    x: 'author',
    stack: 'type',
    severity: 'high',
    project: '1',
    group: 'a',
  });
  expect(withReport(search, 'metrics')).toEqual(reportsSearch({ report: 'metrics', project: '1' }));
  expect(withReport(search, 'issues-trend')).toEqual(
    reportsSearch({ report: 'issues-trend', stack: 'type', severity: 'high', project: '1' }),
  );
});

test('what is looked behind is no part of the report, and days stand before a usual range', () => {
  expect(
    reportParameters(
      reportsSearch({ group: 'x', at: '2026-01-01', preset: '12m', from: '2026-01-01', treeAt: '2026-01-01' }),
    ),
  ).toEqual(reportParameters(reportsSearch({ from: '2026-01-01' })));
});
