import { expect, it } from 'vitest';
import { type Origin, ownReports } from './own-reports.ts';

const project = { projectId: 1, projectKey: 'shop', projectName: 'Shop', mono: false, prefix: '', chosenKey: null };
const place = { base: 'https://bb.example.com', project: 'PAY', slug: 'ledger' };
const bound = { kind: 'bitbucket', base: 'https://bb.example.com/', project: 'pay', repository: 'Ledger', mono: false };
const origin: Origin = { bound, links: [], pullRequests: true };

it('SonarQube reports under the same key on what it is bound to', () => {
  expect(ownReports(origin, project, place)).toBe('same_key');
  expect(ownReports({ ...origin, bound: { ...bound, mono: true } }, { ...project, mono: true }, place)).toBe(
    'same_key',
  );
});

it('an edition that is not told is taken for one that reports', () => {
  expect(ownReports({ ...origin, pullRequests: null }, project, place)).toBe('same_key');
});

it('what was not asked yet is not known', () => {
  expect(ownReports(null, project, place)).toBe('unknown');
});

it.each<[string, Partial<Origin>, object]>([
  ['without a binding of its own', { bound: null }, {}],
  ['bound to another system', { bound: { ...bound, kind: 'github' } }, {}],
  ['in an edition without pull requests', { pullRequests: false }, {}],
  ['bound to another repository', { bound: { ...bound, repository: 'other' } }, {}],
  ['bound to one of another server', { bound: { ...bound, base: 'https://other.example.com' } }, {}],
  ['under a key of its own', {}, { chosenKey: 'ours' }],
  ['one report for the repository, beside one of a project', {}, { mono: true }],
])('SonarQube does not disturb: %s', (_, more, change) => {
  expect(ownReports({ ...origin, ...more }, { ...project, ...change }, place)).toBe('none');
});
