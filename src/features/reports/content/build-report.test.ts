import { describe, expect, it } from 'vitest';
import type { AnalysedChange, NewFinding } from '../model.ts';
import { changedLines } from './changed-lines.ts';
import { buildReport, type Judgement, type ReportFrame } from './build-report.ts';

const findings: NewFinding[] = ['a', 'b', 'c'].map((key, at) => ({
  key,
  kind: 'issue',
  path: 'src/a.ts',
  line: at + 1,
  severity: 'MEDIUM',
  type: 'BUG',
  message: 'm',
}));

const change: AnalysedChange = {
  projectKey: 'pay-ledger',
  projectName: 'Ledger',
  pullRequest: '17',
  revision: '9'.repeat(40),
  analyzedAt: new Date(1_767_229_200_000),
  gate: {
    status: 'ERROR',
    evaluated: true,
    conditions: [
      {
        metric: 'new_coverage',
        name: 'Coverage on new code',
        unit: 'percent',
        operator: 'LT',
        threshold: '80',
        actualValue: '61.2',
        status: 'ERROR',
      },
    ],
  },
  figures: { newIssues: 3, acceptedIssues: 0, hotspots: 1, coverage: 61.2, duplication: 0.8 },
  findings,
};
const frame: ReportFrame = {
  monoProject: null,
  title: 'SonarQube',
  reporter: 'SonarQube',
  links: { base: 'https://s', projectKey: 'pay-ledger', pullRequest: '17' },
  annotations: true,
};
const failed: Judgement = { result: 'FAIL', headline: 'Quality Gate failed', notes: [] };
const changed = changedLines([
  { path: 'src/a.ts', oldPath: null, hunks: [{ oldLine: 0, oldSpan: 0, newLine: 3, newSpan: 1 }] },
]);

describe('a report', () => {
  it('says the gate, the conditions that failed, the figures, and where more is said', () => {
    expect(buildReport(change, failed, frame, changed).report(3)).toEqual({
      title: 'SonarQube',
      reporter: 'SonarQube',
      result: 'FAIL',
      details: 'Quality Gate failed\n- Coverage on new code: 61.2% (required >= 80%)',
      link: 'https://s/dashboard?id=pay-ledger&pullRequest=17',
      createdDate: 1_767_229_200_000,
      data: expect.arrayContaining([{ title: 'New issues', type: 'NUMBER', value: 3 }]),
    });
  });

  it('names its project in a mono repository, cut where that is too long', () => {
    const named = (monoProject: string) =>
      buildReport(change, failed, { ...frame, monoProject }, changed).report(0).title;
    expect(named('Ledger')).toBe('SonarQube - Ledger');
    expect(named('L'.repeat(900))).toHaveLength(450);
  });

  it('gives up what is not on changed lines first, and says how many are shown', () => {
    const { annotations, report } = buildReport(change, failed, frame, changed);
    expect(annotations.map(({ externalId }) => externalId)).toEqual(['c', 'a', 'b']);
    expect(report(1).details).toContain('Shown 1 of 3 new findings.');
  });

  it('without annotations shows none, and does not call that a cut', () => {
    const { annotations, report } = buildReport(change, failed, { ...frame, annotations: false }, changed);
    expect(annotations).toEqual([]);
    expect(report(0).details).not.toContain('Shown');
  });

  it('with a problem never passes, and names it before all else', () => {
    const passed: Judgement = { result: 'PASS', headline: 'Quality Gate passed', notes: ['A note.'] };
    const { report } = buildReport(change, passed, frame, changed);
    expect(report(3).result).toBe('PASS');
    expect(report(3, 'It broke.')).toMatchObject({ result: 'FAIL' });
    expect(report(3, 'It broke.').details.split('\n').slice(0, 3)).toEqual([
      'Quality Gate passed',
      'It broke.',
      'A note.',
    ]);
  });
});
