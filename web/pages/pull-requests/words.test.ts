import { describe, expect, it } from 'vitest';
import { ReportReason } from '../../../src/features/reports/contract.ts';
import {
  annotationsWords,
  attemptLook,
  gateLook,
  lyingWords,
  reasonWords,
  reportLook,
  shareWords,
  shellWord,
  worstGate,
  worstReport,
} from './words.ts';

type Reported = Parameters<typeof worstReport>[0][number];
const report = (more: Partial<Reported>): Reported => ({
  state: 'published',
  result: 'PASS',
  reason: null,
  gate: 'OK',
  evaluated: true,
  shown: 0,
  total: 0,
  error: null,
  ...more,
});

it('says what lies in Bitbucket where a report waits', () => {
  const words = (['waiting', 'failed', 'skipped', 'published'] as const).map((state) =>
    ([null, 'PASS', 'FAIL'] as const).map((result) => lyingWords({ state, result })),
  );
  const [earlier, fails] = ['a report of an earlier analysis, which passes', 'a report that fails'];
  const none = 'no report of this commit';
  expect(words).toEqual([
    [none, earlier, fails],
    ['not certain', earlier, fails],
    [none, earlier, fails],
    [null, null, null],
  ]);
});

describe('a report', () => {
  it('reads as passed only where that is known to lie on the server', () => {
    expect(reportLook(report({}))[0]).toBe('passed');
    for (const state of ['waiting', 'failed', 'skipped'] as const)
      expect(reportLook(report({ state }))[0]).not.toBe('passed');
    expect(reportLook(report({ result: null }))[0]).toBe('warn');
    expect(reportLook(report({ result: 'FAIL' }))[0]).toBe('failed');
  });

  it('names its gate as passed only where it was evaluated', () => {
    expect(gateLook(report({}))[0]).toBe('passed');
    expect(gateLook(report({ reason: 'gate_not_evaluated' }))).toEqual(['none', '○', 'Not evaluated (server: OK)']);
    // The setting has it pass all the same: that is what the report says, not the gate.
    expect(gateLook(report({ evaluated: false }))).toEqual(['none', '○', 'Not evaluated (server: OK)']);
    expect(gateLook(report({ gate: 'ERROR', evaluated: false }))[0]).toBe('failed');
    for (const gate of [null, 'NONE', 'SOMETHING']) expect(gateLook(report({ gate }))[0]).toBe('none');
  });

  it('says in words why it is not there, for every reason', () => {
    expect(Object.keys(reasonWords).toSorted()).toEqual([...ReportReason.options].toSorted());
  });

  it('whose attempt nobody saw end is under way', () => {
    expect(attemptLook({ outcome: 'published', result: 'PASS', endedAt: null })[0]).toBe('active');
  });
});

describe('of several reports of one pull request', () => {
  const reports = [
    report({}),
    report({ result: 'FAIL', gate: 'ERROR', shown: 1_000, total: 2_500 }),
    report({ state: 'failed', gate: 'OK', shown: null, total: null }),
  ];

  it('what needs a person stands for all, and never a pass for one that failed', () => {
    expect(worstReport(reports)?.state).toBe('failed');
    expect(worstReport(reports.slice(0, 2))?.result).toBe('FAIL');
    expect(worstGate(reports)?.gate).toBe('ERROR');
    expect(worstGate([report({}), report({ gate: null })])?.gate).toBeNull();
    expect(worstGate([report({}), report({ reason: 'gate_not_evaluated' })])?.reason).toBe('gate_not_evaluated');
    expect(worstGate([report({}), report({ evaluated: false })])?.evaluated).toBe(false);
    expect(worstReport([])).toBeUndefined();
  });

  it('the annotations are added up as far as they are known', () => {
    expect(annotationsWords(reports)).toBe('1,000 of 2,500');
    expect(annotationsWords([report({ shown: null, total: null })])).toBeNull();
  });

  it('it is said of how many one word is true', () => {
    expect(shareWords(reports)).toBe('1 of 3');
    expect(shareWords(reports.slice(0, 1))).toBeNull();
  });
});

it('what is pasted into a shell is one word of it', () => {
  expect(shellWord('PAY/ledger#102')).toBe('PAY/ledger#102');
  expect(shellWord("a'b; rm -rf $HOME")).toBe("'a'\\''b; rm -rf $HOME'");
  expect(shellWord('~jdoe/x#1')).toBe("'~jdoe/x#1'");
  expect(shellWord('')).toBe("''");
});
