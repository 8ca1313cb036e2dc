import { describe, expect, it } from 'vitest';
import type { NewFinding } from '../model.ts';
import type { SourceAnswer } from '../sources/source.ts';
import { type JudgedPullRequest, judgeCommit, type LyingThere, type Verdict } from './judge.ts';

const commit = 'a'.repeat(40);
const newer = 'b'.repeat(40);
const settings = { notEvaluatedIsNoData: false };

const finding = (key: string, over: Partial<NewFinding> = {}): NewFinding => ({
  key,
  kind: 'issue',
  path: 'src/a.ts',
  line: 1,
  severity: 'LOW',
  type: 'BUG',
  message: 'm',
  ...over,
});

type Gate = 'OK' | 'WARN' | 'ERROR' | 'NONE';

function analysed(
  status: Gate,
  over: { revision?: string; target?: string | null; findings?: NewFinding[]; evaluated?: boolean } = {},
): SourceAnswer {
  return {
    kind: 'analysed',
    target: over.target === undefined ? 'main' : over.target,
    notes: [],
    title: 'SonarQube',
    reporter: 'SonarQube',
    page: { projectKey: 'k', pullRequest: '1' },
    change: {
      projectKey: 'k',
      projectName: 'K',
      pullRequest: '1',
      revision: over.revision ?? commit,
      analyzedAt: new Date('2026-03-02T10:00:00Z'),
      gate: { status, evaluated: over.evaluated ?? true, conditions: [] },
      figures: { newIssues: 0, acceptedIssues: null, hotspots: null, coverage: null, duplication: null },
      findings: over.findings ?? [],
    },
  };
}

const missing = (reason: 'not_analysed' | 'not_read' | 'commit_unknown'): SourceAnswer => ({ kind: 'missing', reason });

const pull = (id: number, answer: SourceAnswer, over: Partial<JudgedPullRequest> = {}): JudgedPullRequest => ({
  id,
  number: String(id),
  open: true,
  head: commit,
  target: 'main',
  answer,
  ...over,
});

const nothing: LyingThere = { touched: false, passesFor: null };
const failing: LyingThere = { touched: true, passesFor: null };
const passing = (...ids: number[]): LyingThere => ({
  touched: true,
  passesFor: ids.map((id) => ({ id, target: 'main' })),
});

const judge = (pullRequests: JudgedPullRequest[], over: { lies?: LyingThere; noData?: boolean } = {}): Verdict =>
  judgeCommit({
    commit,
    pullRequests,
    settings: over.noData === true ? { notEvaluatedIsNoData: true } : settings,
    lies: over.lies ?? nothing,
    project: { projectKey: 'k', projectName: 'K' },
  });

const written = (verdict: Verdict) => {
  if (verdict.kind !== 'write') throw new Error(`nothing is to be written: ${JSON.stringify(verdict)}`);
  return verdict;
};

describe('the report on a commit', () => {
  it.each([
    ['OK', 'PASS'],
    ['WARN', 'PASS'],
    ['ERROR', 'FAIL'],
  ] as const)('follows the gate: %s is %s', (gate, result) => {
    expect(written(judge([pull(1, analysed(gate))])).judgement.result).toBe(result);
  });

  it('is none while the head was not analysed, whatever another commit got', () => {
    expect(judge([pull(1, analysed('OK', { revision: newer }))])).toMatchObject({
      kind: 'wait',
      reason: 'head_not_analysed',
    });
    for (const reason of ['not_analysed', 'not_read', 'commit_unknown'] as const) {
      expect(judge([pull(1, missing(reason))])).toMatchObject({ kind: 'wait', reason });
    }
  });

  it('is that of the analysis where the commit is no head any more', () => {
    const verdict = written(judge([pull(1, analysed('OK'), { head: newer })]));
    expect([verdict.stale, verdict.judgement.result]).toEqual([true, 'PASS']);
  });

  it('is none where it is neither head nor analysed, or nobody is open', () => {
    expect(judge([pull(1, missing('not_analysed'), { head: newer })])).toMatchObject({ reason: 'superseded' });
    expect(judge([pull(1, analysed('OK'), { open: false })])).toMatchObject({ kind: 'skip', reason: 'closed' });
    expect(judge([])).toMatchObject({ kind: 'skip', reason: 'closed' });
  });

  it('passes for several pull requests only when each passed', () => {
    const cases: [SourceAnswer, SourceAnswer, string][] = [
      [analysed('OK'), analysed('OK'), 'PASS'],
      [analysed('OK'), analysed('ERROR'), 'FAIL'],
      [analysed('OK'), missing('not_analysed'), 'FAIL'],
      [analysed('OK'), analysed('OK', { revision: newer }), 'FAIL'],
      [analysed('OK'), analysed('NONE'), 'FAIL'],
    ];
    for (const [one, other, result] of cases) {
      expect(written(judge([pull(1, one), pull(2, other)])).judgement.result).toBe(result);
      expect(written(judge([pull(1, other), pull(2, one)])).judgement.result).toBe(result);
    }
  });

  it('says what the others say, and shows the findings of all, each once', () => {
    const alike = finding('one');
    const verdict = written(
      judge([
        pull(1, analysed('OK', { findings: [alike] })),
        pull(2, analysed('ERROR', { findings: [{ ...alike, key: 'its own key' }, finding('two', { line: 2 })] })),
      ]),
    );
    expect(verdict.judgement.headline).toBe('Quality Gate failed');
    expect(verdict.judgement.notes).toEqual(['This commit is also the head of pull request 1: Quality Gate passed.']);
    expect(verdict.analysed.change.findings.map(({ line }) => line).toSorted()).toEqual([1, 2]);
  });

  it('never says that the gate passed when another pull request did not', () => {
    const { judgement } = written(judge([pull(1, analysed('OK')), pull(2, missing('not_analysed'))]));
    expect(judgement).toMatchObject({ result: 'FAIL', headline: 'Not every pull request of this commit passed' });
  });

  describe('of an analysis for another branch than the one that the pull request goes to', () => {
    const elsewhere = (gate: Gate) => analysed(gate, { target: 'release/1' });

    it('never passes, and names both', () => {
      for (const gate of ['OK', 'WARN'] as const) {
        expect(written(judge([pull(1, elsewhere(gate))])).judgement).toEqual({
          result: 'FAIL',
          headline: 'Not analysed for the branch that it goes to',
          notes: ['Pull request 1 goes to main, and its newest analysis was made for release/1.'],
        });
      }
      expect(written(judge([pull(1, elsewhere('ERROR'))])).judgement).toEqual({
        result: 'FAIL',
        headline: 'Quality Gate failed',
        notes: ['Pull request 1 goes to main, and its newest analysis was made for release/1.'],
      });
      expect(judge([pull(1, elsewhere('NONE'))])).toMatchObject({ kind: 'skip', reason: 'gate_not_computed' });
    });

    it('passes for none of several with one head', () => {
      for (const pulls of [
        [pull(1, elsewhere('OK')), pull(2, analysed('OK'))],
        [pull(1, analysed('OK')), pull(2, elsewhere('OK'))],
        [pull(1, analysed('OK')), pull(2, analysed('OK'), { target: 'release/1' })],
      ]) {
        expect(written(judge(pulls)).judgement.result).toBe('FAIL');
      }
    });

    it('is not one whose branch is only called otherwise, or that nothing is said of', () => {
      for (const target of ['main', 'refs/heads/main', null]) {
        expect(written(judge([pull(1, analysed('OK', { target }))])).judgement).toMatchObject({
          result: 'PASS',
          notes: [],
        });
      }
      for (const target of ['Main', 'heads/main', 'refs/heads/refs/heads/main', '']) {
        expect(written(judge([pull(1, analysed('OK', { target }))])).judgement.result).toBe('FAIL');
      }
    });
  });

  it('is none where the gate came to nothing, but never stays as it was', () => {
    expect(judge([pull(1, analysed('NONE'))])).toMatchObject({ kind: 'skip', reason: 'gate_not_computed' });
    expect(written(judge([pull(1, analysed('NONE'))], { lies: failing })).judgement.result).toBe('FAIL');
    const unevaluated = analysed('OK', { evaluated: false });
    expect(written(judge([pull(1, unevaluated)])).judgement.result).toBe('PASS');
    expect(judge([pull(1, unevaluated)], { noData: true })).toMatchObject({
      kind: 'skip',
      reason: 'gate_not_evaluated',
    });
    expect(written(judge([pull(1, unevaluated)], { noData: true, lies: failing })).judgement.result).toBe('FAIL');
  });

  describe('that passed', () => {
    const elsewhere = analysed('OK', { revision: newer });

    it('for another pull request is taken back while the newest analysis of neither is of the commit', () => {
      for (const answer of [missing('not_analysed'), missing('not_read'), elsewhere]) {
        const verdict = written(judge([pull(1, elsewhere), pull(2, answer)], { lies: passing(1) }));
        expect(verdict.judgement).toMatchObject({
          result: 'FAIL',
          headline: 'Not analysed: this commit passed for another pull request',
          notes: ['The newest analysis of pull request 2 is not of this commit.'],
        });
        expect(verdict.analysed).toMatchObject({ reporter: 'Plumbline', change: { analyzedAt: null, findings: [] } });
      }
      expect(written(judge([pull(2, elsewhere)], { lies: passing(1) })).waitsFor).toBe('head_not_analysed');
      expect(written(judge([pull(2, missing('not_analysed'))], { lies: passing() })).waitsFor).toBe('not_analysed');
    });

    it('for the same pull requests stays, and so does what does not pass', () => {
      const wait = { kind: 'wait', reason: 'head_not_analysed' };
      expect(judge([pull(1, elsewhere)], { lies: passing(1) })).toMatchObject(wait);
      expect(judge([pull(1, elsewhere), pull(2, elsewhere)], { lies: passing(2, 1) })).toMatchObject(wait);
      expect(judge([pull(1, elsewhere), pull(2, elsewhere)], { lies: failing })).toMatchObject(wait);
      expect(judge([pull(1, elsewhere), pull(2, elsewhere)])).toMatchObject(wait);
    });

    it('for the same pull request that went to another branch then is taken back', () => {
      const moved = pull(1, elsewhere, { target: 'release/1' });
      expect(written(judge([moved], { lies: passing(1) })).judgement).toMatchObject({
        result: 'FAIL',
        headline: 'Not analysed: this commit passed for another target branch',
      });
      const both = { touched: true, passesFor: [...(passing(1).passesFor ?? []), { id: 1, target: 'release/1' }] };
      expect(judge([moved], { lies: both })).toMatchObject({ kind: 'wait' });
    });

    it('gives way to what is analysed, whomever it passed for', () => {
      const verdict = written(judge([pull(1, elsewhere), pull(2, analysed('OK'))], { lies: passing(1) }));
      expect([verdict.judgement.result, verdict.waitsFor]).toEqual(['FAIL', null]);
      expect(written(judge([pull(2, analysed('OK'))], { lies: passing(1) })).judgement.result).toBe('PASS');
    });
  });
});
