import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IssueRecord } from '../records.ts';
import { deriveIssueStatus, mapIssue, pathOf } from './map-issue.ts';

/** As 26.9 writes it. */
const issue = {
  key: '47af0b18-0000-4000-8000-000000000001',
  rule: 'external_gen:G1',
  severity: 'CRITICAL',
  type: 'BUG',
  component: 'my:proj:src/a.js',
  project: 'my:proj',
  line: 2,
  hash: '9a197b',
  textRange: { startLine: 2, endLine: 2, startOffset: 0, endOffset: 15 },
  status: 'OPEN',
  issueStatus: 'OPEN',
  message: 'm',
  effort: '5min',
  debt: '5min',
  author: '',
  tags: ['cwe', 'bad-practice'],
  creationDate: '2026-11-21T07:06:21+0000',
  updateDate: '2026-11-21T09:06:21+0200',
  scope: 'MAIN',
  impacts: [
    { softwareQuality: 'RELIABILITY', severity: 'HIGH' },
    { softwareQuality: 'SECURITY', severity: 'NEW_ONE' },
  ],
};

describe('an issue in our words', () => {
  test('keeps what the server says and says null where it says nothing', () => {
    expect(mapIssue(issue)).toMatchObject({
      path: 'src/a.js',
      author: null,
      assignee: null,
      closedAt: null,
      tags: ['bad-practice', 'cwe'],
      impacts: { reliability: 'HIGH', security: 'unknown', maintainability: null },
      createdAt: '2026-11-21T07:06:21.000Z',
      updatedAt: '2026-11-21T07:06:21.000Z',
    });
    expect(IssueRecord.parse(mapIssue(issue))).toEqual(mapIssue(issue));
  });

  test('has the members in the order of the record, on which its hash depends', () => {
    expect(Object.keys(mapIssue(issue))).toEqual(Object.keys(IssueRecord.shape));
  });

  test('an unknown word does not spoil it, a missing identity does', () => {
    expect(mapIssue({ ...issue, type: 'SMELL', severity: 7 })).toMatchObject({ type: 'unknown', severity: 'unknown' });
    expect(mapIssue({ ...issue, key: undefined })).toContain('key');
    expect(mapIssue({ ...issue, creationDate: 'yesterday' })).toContain('creation date');
    expect(mapIssue(null)).toContain('no object');
  });

  test('whatever a server sends, the result is a valid record or a reason', () => {
    const member = fc.constantFrom(...Object.keys(issue));
    fc.assert(
      fc.property(member, fc.jsonValue(), (name, value) => {
        const mapped = mapIssue({ ...issue, [name]: value });
        if (typeof mapped !== 'string') IssueRecord.parse(mapped);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['OPEN', null, 'OPEN'],
  ['REOPENED', null, 'OPEN'],
  ['CONFIRMED', null, 'CONFIRMED'],
  ['RESOLVED', 'WONTFIX', 'ACCEPTED'],
  ['RESOLVED', 'FALSE-POSITIVE', 'FALSE_POSITIVE'],
  ['RESOLVED', 'FIXED', 'FIXED'],
  ['CLOSED', 'REMOVED', 'FIXED'],
  ['IN_SANDBOX', null, 'IN_SANDBOX'],
])('before 10.4 %s %s means %s', (status, resolution, expected) => {
  expect(deriveIssueStatus(status, resolution)).toBe(expected);
});

test('a project’s own issue has no path, also when its key has colons', () => {
  expect(pathOf('my:proj', 'my:proj')).toBeNull();
  expect(pathOf('my:proj:a:b.js', 'my:proj')).toBe('a:b.js');
  expect(pathOf('other:a.js', 'my:proj')).toBeNull();
});
