import { expect, test } from 'vitest';
import { filterParameters } from '../findings/search.ts';
import { sameFindings } from './same-findings.ts';

const asked = (parameters: Record<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(filterParameters(sameFindings(parameters))).filter(([, value]) => value !== undefined),
  );

test('each list of the page is the same list of findings', () => {
  expect(asked({})).toEqual({ status: ['open'], type: ['vulnerability'] });
  expect(asked({ list: 'accepted', severity: ['critical', 'low'], projects: [3, 1] })).toEqual({
    status: ['accepted'],
    type: ['vulnerability'],
    severity: ['critical', 'low'],
    project: [1, 3],
  });
  expect(asked({ list: 'hotspots', branchScope: 'all', counting: 'other' })).toEqual({
    status: ['open'],
    type: ['hotspot'],
    branchScope: 'all',
    counting: 'other',
  });
  expect(asked({ age: ['31-90', '91-365', 'over-365'], assetType: ['iac_file'] })).toEqual({
    status: ['open'],
    type: ['vulnerability'],
    age: ['31-90', '91-365', 'over-365'],
    assetType: ['iac_file'],
  });
});
