import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IssueRecord } from '../records.ts';
import { deriveIssueStatus, integer, mapIssue, mapTextRange, pathOf, textOf } from './map-issue.ts';

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

  test('is this record, member by member', () => {
    const whole = {
      ...issue,
      author: 'ada',
      assignee: 'bob',
      resolution: 'FIXED',
      externalRuleEngine: 'x',
      closeDate: issue.creationDate,
    };
    const attributes = { cleanCodeAttribute: 'CLEAR', cleanCodeAttributeCategory: 'INTENTIONAL' };
    expect(mapIssue({ ...whole, ...attributes })).toEqual({
      key: issue.key,
      rule: issue.rule,
      type: 'BUG',
      severity: 'CRITICAL',
      status: 'OPEN',
      issueStatus: 'OPEN',
      resolution: 'FIXED',
      impacts: { security: 'unknown', reliability: 'HIGH', maintainability: null },
      cleanCodeAttribute: 'CLEAR',
      cleanCodeAttributeCategory: 'INTENTIONAL',
      component: issue.component,
      path: 'src/a.js',
      line: 2,
      textRange: issue.textRange,
      message: 'm',
      effort: '5min',
      debt: '5min',
      assignee: 'bob',
      author: 'ada',
      tags: ['bad-practice', 'cwe'],
      createdAt: '2026-11-21T07:06:21.000Z',
      updatedAt: '2026-11-21T07:06:21.000Z',
      closedAt: '2026-11-21T07:06:21.000Z',
      scope: 'MAIN',
      externalRuleEngine: 'x',
      hash: '9a197b',
    });
  });

  test('keeps every word of type, severity and impact that is known', () => {
    const of = (more: object) => mapIssue({ ...issue, ...more }) as IssueRecord;
    for (const type of ['CODE_SMELL', 'BUG', 'VULNERABILITY']) expect(of({ type }).type).toBe(type);
    for (const severity of ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER'])
      expect(of({ severity }).severity).toBe(severity);
    for (const severity of ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'BLOCKER']) {
      const [security, reliability, maintainability] = ['SECURITY', 'RELIABILITY', 'MAINTAINABILITY'].map(
        (softwareQuality) => of({ impacts: [{ softwareQuality, severity }] }).impacts,
      );
      const none = { security: null, reliability: null, maintainability: null };
      expect(security).toEqual({ ...none, security: severity });
      expect(reliability).toEqual({ ...none, reliability: severity });
      expect(maintainability).toEqual({ ...none, maintainability: severity });
    }
    const nothing = { security: null, reliability: null, maintainability: null };
    for (const impacts of [undefined, {}, [null], [{ softwareQuality: 'OTHER', severity: 'HIGH' }]])
      expect(of({ impacts }).impacts).toEqual(nothing);
  });

  test('of an older server has no severity, a status from two members, and was updated when it was made', () => {
    const { severity: _, issueStatus: __, updateDate: ___, ...old } = issue;
    expect(mapIssue({ ...old, status: 'RESOLVED', resolution: 'WONTFIX' })).toMatchObject({
      severity: null,
      issueStatus: 'ACCEPTED',
      updatedAt: '2026-11-21T07:06:21.000Z',
    });
    expect(mapIssue({ ...old, status: undefined })).toMatchObject({ status: 'unknown', issueStatus: 'unknown' });
    expect(mapIssue({ ...old, message: 7, tags: [7, 'b', 'a'] })).toMatchObject({ message: '', tags: ['a', 'b'] });
    expect(mapIssue({ ...old, tags: ['only'] })).toMatchObject({ tags: ['only'] });
    expect(mapIssue({ ...old, tags: 'cwe' })).toMatchObject({ tags: [] });
  });

  test.each([
    [{ key: '' }, 'an issue has no usable key'],
    [{ key: 'x'.repeat(401) }, 'an issue has no usable key'],
    [{ rule: 7 }, 'the issue names no rule'],
    [{ component: null }, 'the issue names no component'],
    [{ creationDate: null }, 'the issue has no creation date'],
  ])('with %j says “%s”', (more, reason) => {
    expect(mapIssue({ ...issue, ...more })).toBe(reason);
  });

  test('may have a key of 400 characters', () => {
    expect(mapIssue({ ...issue, key: 'x'.repeat(400) })).toMatchObject({ key: 'x'.repeat(400) });
    for (const none of [null, undefined, 'text', 7]) expect(mapIssue(none)).toBe('an issue is no object');
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
  expect(pathOf('my:project:a.js', 'my:proj')).toBeNull();
  expect(pathOf('other:x:a.js', 'my:proj')).toBeNull();
  expect(pathOf('my:proj:a.js', undefined)).toBeNull();
});

test('a range has two lines, and offsets of nothing where the server says none', () => {
  expect(mapTextRange({ startLine: 2, endLine: 3 })).toEqual({
    startLine: 2,
    endLine: 3,
    startOffset: 0,
    endOffset: 0,
  });
  expect(mapTextRange({ startLine: 2, endLine: 3, startOffset: 4, endOffset: 5 })).toMatchObject({
    startOffset: 4,
    endOffset: 5,
  });
  for (const none of [null, undefined, 7, {}, { startLine: 2 }, { endLine: 2 }, { startLine: 2, endLine: 2.5 }])
    expect(mapTextRange(none)).toBeNull();
});

test('a text is one with something in it, a number is a whole one', () => {
  expect(['', 'x', ' ', 7, null, undefined].map(textOf)).toEqual([null, 'x', ' ', null, null, null]);
  expect([0, -7, 1.5, 2 ** 53, Number.NaN, '7', null].map(integer)).toEqual([0, -7, null, null, null, null, null]);
});
