import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, lines, type Sample, startSample } from '../../../lab/simulators/bitbucket-server/testing.ts';
import type { Binding } from '../repositories/contract.ts';
import { callsBesideSyncs, reportCalls, type ReportStage, startReportStage } from '../../../test/reports/stage.ts';

let stage: ReportStage;
let sample: Sample;
let bitbucket: number;
type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;
let pull: Pull;

const key = 'com.sonarsource.sonarqube';
const minute = (at: number): string => `2026-03-02T11:${String(at).padStart(2, '0')}:00.000Z`;

/** A branch with one commit, and a pull request of it. */
async function open(branch: string, files: Record<string, string>): Promise<Pull> {
  const { repository } = sample;
  const { state } = sample.bitbucket;
  await state.push(repository, { branch, from: 'main', files });
  return state.openPullRequest({ title: branch, from: { repository, branch }, to: { repository, branch: 'main' } });
}

let binding: Promise<Binding> | undefined;
/** Binds the project once: each test stands alone. */
const bound = (): Promise<Binding> => {
  binding ??= stage.project('ledger', 'Ledger').then((project) => stage.bind({ project, repository: 'PAY/ledger' }));
  return binding;
};

const lying = (commit: string, at = key) => sample.repository.reports.get(commit)?.get(at);
const failed = {
  gate: 'ERROR',
  conditions: [
    { metric: 'new_coverage', operator: 'LT', threshold: '80', actualValue: '61.2', status: 'ERROR' },
    { metric: 'new_violations', operator: 'GT', threshold: '0', actualValue: '0', status: 'OK' },
  ],
} as const;

beforeAll(async () => {
  stage = await startReportStage();
  sample = await startSample({ contextPath: '/bitbucket' });
  bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  pull = await open('feature', { 'src/a.ts': lines(20, { 3: 'new' }) });
  await stage.sync(bitbucket);
});
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
});

describe('a report', () => {
  it('is wanted once a project is bound, and says what it waits for', async () => {
    const { id } = await bound();
    expect(await stage.reports(1)).toMatchObject([
      {
        binding: id,
        reportKey: key,
        commit: pull.from.commit,
        state: 'waiting',
        reason: 'not_analysed',
        result: null,
      },
    ]);
    expect(reportCalls(sample)).toEqual([]);
  });

  it('is published when the pull request was analysed, with what failed and each new issue on its line', async () => {
    await stage.analyse({
      pullRequest: '1',
      revision: pull.from.commit,
      at: minute(1),
      ...failed,
      issues: [{ key: 'i1', line: 3 }],
    });
    expect(await stage.reports(1)).toMatchObject([
      { state: 'published', reason: null, gate: 'ERROR', result: 'FAIL', shown: 1, total: 1, error: null },
    ]);
    const report = lying(pull.from.commit);
    expect(report).toMatchObject({ title: 'SonarQube', reporter: 'SonarQube', result: 'FAIL' });
    expect(report?.details).toBe('Quality Gate failed\n- Coverage on new code: 61.2% (required >= 80%)');
    expect(report?.link).toBe('https://sonar.example.com/sonar/dashboard?id=ledger&pullRequest=1');
    const [shown] = await sample.bitbucket.state.shownReports(pull);
    expect(shown?.annotations).toMatchObject([{ path: 'src/a.ts', line: 3, severity: 'HIGH', type: 'VULNERABILITY' }]);
    expect(reportCalls(sample)).toEqual(['GET report', 'PUT report', 'DELETE annotations', 'POST annotations']);
  });

  it('is not written again while it says the same, also after a restart', async () => {
    await bound();
    const same = { pullRequest: '1', revision: pull.from.commit, at: minute(1), ...failed };
    await stage.analyse({ ...same, issues: [{ key: 'i1', line: 3 }] });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', result: 'FAIL' }]);
    sample.bitbucket.journal.clear();
    await stage.analyse({ ...same, issues: [{ key: 'i1', line: 3 }] });
    await stage.settled();
    await stage.restart();
    await stage.analyse({ ...same, issues: [{ key: 'i1', line: 3 }] });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', result: 'FAIL' }]);
    expect(callsBesideSyncs(sample)).toEqual([]);
  });

  it('of a head that was not analysed is not there, whatever an older commit got', async () => {
    const { state } = sample.bitbucket;
    state.requireReport(sample.repository, { key, forbidden: 'none' });
    await stage.analyse({ pullRequest: '1', revision: pull.from.commit, at: minute(2) });
    await stage.settled();
    expect(state.vetoes(pull)).toEqual([]);
    const before = pull.from.commit;
    await state.push(sample.repository, { branch: 'feature', files: { 'src/a.ts': lines(20, { 3: 'newer' }) } });
    await stage.sync(bitbucket);
    expect(await stage.reports(1)).toMatchObject([
      { commit: pull.from.commit, state: 'waiting', reason: 'head_not_analysed', result: null },
    ]);
    expect(state.vetoes(pull)).toHaveLength(1);
    expect(lying(pull.from.commit)).toBeUndefined();
    expect(lying(before)).toMatchObject({ result: 'PASS' });
  });

  it('of a commit that is no head lies on the commit that was analysed', async () => {
    const { state } = sample.bitbucket;
    const analysed = pull.from.commit;
    await state.push(sample.repository, { branch: 'feature', files: { 'src/a.ts': lines(20, { 4: 'newest' }) } });
    await stage.sync(bitbucket);
    await stage.analyse({ pullRequest: '1', revision: analysed, at: minute(3) });
    expect(await stage.reports(1)).toMatchObject([{ state: 'waiting', reason: 'head_not_analysed' }]);
    expect(lying(analysed)).toMatchObject({ result: 'PASS' });
    expect(lying(pull.from.commit)).toBeUndefined();
    const rows = await stage.db.query('select state, reason from data.bitbucket_reports where commit = $1', [analysed]);
    expect(rows).toEqual([{ state: 'published', reason: 'stale_head' }]);
  });

  it('waits for issues that were not read to the end, and for the commit of the analysis', async () => {
    await bound();
    const revision = pull.from.commit;
    await stage.analyse({ pullRequest: '1', revision, at: minute(4), read: false });
    expect(await stage.reports(1)).toMatchObject([{ state: 'waiting', reason: 'not_read' }]);
    await stage.analyse({ pullRequest: '1', revision: null, at: minute(5) });
    expect(await stage.reports(1)).toMatchObject([{ state: 'waiting', reason: 'commit_unknown' }]);
    expect(lying(revision)).toBeUndefined();
    await stage.analyse({ pullRequest: '1', revision, at: minute(6) });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', result: 'PASS' }]);
  });

  it('that passed fails when the gate comes to nothing, and is none where nothing was written', async () => {
    await bound();
    const revision = pull.from.commit;
    await stage.analyse({ pullRequest: '1', revision, at: minute(6) });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', result: 'PASS' }]);
    await stage.analyse({ pullRequest: '1', revision, at: minute(7), gate: 'NONE' });
    expect(await stage.reports(1)).toMatchObject([{ state: 'published', gate: 'NONE', result: 'FAIL' }]);
    expect(lying(revision)?.details).toBe('Quality Gate not computed');
    const other = await open('other', { 'src/b.ts': lines(3) });
    await stage.sync(bitbucket);
    await stage.analyse({ pullRequest: String(other.id), revision: other.from.commit, at: minute(8), gate: 'NONE' });
    expect(await stage.reports(other.id)).toMatchObject([
      { state: 'skipped', reason: 'gate_not_computed', result: null },
    ]);
    expect(lying(other.from.commit)).toBeUndefined();
  });

  it('of a gate that evaluated nothing follows the setting of the policy', async () => {
    const pulled = await open('empty', { 'src/c.ts': lines(3) });
    await stage.sync(bitbucket);
    const nothing = [
      { metric: 'new_coverage', operator: 'LT', threshold: '80', actualValue: null, status: 'NO_VALUE' },
    ] as const;
    const wanted = { pullRequest: String(pulled.id), revision: pulled.from.commit, conditions: nothing };
    const settings = await stage.api<object>('GET', '/api/v1/policy/settings');
    await stage.api('PUT', '/api/v1/policy/settings', { ...settings, notEvaluatedIsNoData: true });
    await stage.analyse({ ...wanted, at: minute(9) });
    expect(await stage.reports(pulled.id)).toMatchObject([
      { state: 'skipped', reason: 'gate_not_evaluated', result: null },
    ]);
    await stage.api('PUT', '/api/v1/policy/settings', settings);
    await stage.analyse({ ...wanted, at: minute(9) });
    expect(await stage.reports(pulled.id)).toMatchObject([{ state: 'published', result: 'PASS' }]);
    expect(lying(pulled.from.commit)?.details).toContain('none of its conditions had a value');
  });

  it('of an analysis for another branch than the one it goes to now does not pass until it is analysed again', async () => {
    await bound();
    const { state } = sample.bitbucket;
    await state.push(sample.repository, { branch: 'stable', from: 'main', files: { 'src/s.ts': lines(3) } });
    const moved = await open('moved', { 'src/m.ts': lines(3) });
    await stage.sync(bitbucket);
    const analysis = { pullRequest: String(moved.id), revision: moved.from.commit };
    await stage.analyse({ ...analysis, at: minute(20), target: 'main' });
    expect(await stage.reports(moved.id)).toMatchObject([{ state: 'published', result: 'PASS' }]);
    const changed = await ask(sample.bitbucket, `api/latest/projects/PAY/repos/ledger/pull-requests/${moved.id}`, {
      method: 'PUT',
      token: sample.ada,
      body: { version: moved.version, toRef: { id: 'refs/heads/stable' } },
    });
    expect(changed.status).toBe(200);
    await stage.sync(bitbucket);
    expect(await stage.reports(moved.id)).toMatchObject([{ state: 'published', gate: 'OK', result: 'FAIL' }]);
    const said = `Pull request ${moved.id} goes to stable, and its newest analysis was made for main.`;
    expect(lying(moved.from.commit)?.details).toBe(`Not analysed for the branch that it goes to\n${said}`);
    expect((await stage.detail(moved.id)).reports[0]?.analysis?.notes).toEqual([said]);
    await stage.analyse({ ...analysis, at: minute(21), target: 'stable' });
    expect(await stage.reports(moved.id)).toMatchObject([{ state: 'published', result: 'PASS' }]);
  });

  it('that passed for another pull request is taken back while the newest analysis of neither is of the commit', async () => {
    await bound();
    const { state } = sample.bitbucket;
    const { repository } = sample;
    state.requireReport(repository, { key, forbidden: 'none' });
    const first = await open('first', { 'src/e.ts': lines(3) });
    const shared = first.from.commit;
    await stage.sync(bitbucket);
    await stage.analyse({ pullRequest: String(first.id), revision: shared, at: minute(11) });
    expect(await stage.reports(first.id)).toMatchObject([{ result: 'PASS' }]);
    await state.push(repository, { branch: 'second', from: 'first', files: {} });
    await state.push(repository, { branch: 'release', from: 'main', files: { 'src/f.ts': lines(3) } });
    await state.push(repository, { branch: 'first', files: { 'src/e.ts': lines(4) } });
    await stage.sync(bitbucket);
    await stage.analyse({ pullRequest: String(first.id), revision: first.from.commit, at: minute(12) });
    expect(await stage.reports(first.id)).toMatchObject([{ result: 'PASS' }]);
    const second = await state.openPullRequest({
      title: 'second',
      from: { repository, branch: 'second' },
      to: { repository, branch: 'release' },
    });
    second.from.commit = shared;
    expect(lying(shared)).toMatchObject({ result: 'PASS' });
    await stage.sync(bitbucket);
    const waiting = { state: 'waiting', reason: 'not_analysed', result: 'FAIL', gate: null };
    expect(await stage.reports(second.id)).toMatchObject([waiting]);
    expect(lying(shared)).toMatchObject({
      result: 'FAIL',
      reporter: 'Plumbline',
      details: `Not analysed: this commit passed for another pull request\nThe newest analysis of pull request ${second.id} is not of this commit.`,
    });
    expect(state.vetoes(second)).toHaveLength(1);
    sample.bitbucket.journal.clear();
    await stage.api('PUT', `/api/v1/bindings/${(await bound()).id}`, { mono: false, annotations: true, prefix: '' });
    expect(await stage.reports(second.id)).toMatchObject([waiting]);
    expect(reportCalls(sample)).toEqual([]);
    await stage.analyse({ pullRequest: String(second.id), revision: shared, at: minute(13) });
    expect(await stage.reports(second.id)).toMatchObject([{ state: 'published', result: 'PASS', foreign: null }]);
    expect(state.vetoes(second)).toEqual([]);
  });

  it('of a closed pull request is not written', async () => {
    await bound();
    const pulled = await open('declined', { 'src/d.ts': lines(3) });
    await stage.sync(bitbucket);
    // The server closes it, and the store does not know yet.
    sample.bitbucket.state.decline(pulled);
    await stage.analyse({ pullRequest: String(pulled.id), revision: pulled.from.commit, at: minute(10) });
    expect(await stage.reports(pulled.id)).toMatchObject([{ state: 'skipped', reason: 'closed', result: null }]);
    expect(lying(pulled.from.commit)).toBeUndefined();
  });

  it('is written again when a person asks, which the audit trail says', async () => {
    const { pullRequest } = await stage.detail(1);
    sample.bitbucket.journal.clear();
    expect(await stage.api('POST', `/api/v1/pull-requests/${pullRequest.id}/report`)).toEqual({ asked: 1 });
    const { reports } = await stage.detail(1);
    expect(reportCalls(sample)).toContain('PUT report');
    expect(reports[0]?.attempts[0]).toMatchObject({
      cause: 'person',
      outcome: 'published',
      calls: expect.arrayContaining([
        expect.objectContaining({ method: 'PUT', status: 200 }),
        expect.objectContaining({ method: 'DELETE', status: 204 }),
      ]),
    });
    const trail = await stage.db.query(
      "select object_name as name from access.audit_events where action = 'report.again'",
    );
    expect(trail).toEqual([{ name: 'PAY/ledger pull request 1' }]);
  });

  it('of a project that gives its key to another says nothing of that one', async () => {
    const { id } = await bound();
    const pulled = await open('taken', { 'src/g.ts': lines(3) });
    await stage.sync(bitbucket);
    await stage.analyse({ pullRequest: String(pulled.id), revision: pulled.from.commit, at: minute(14) });
    expect(await stage.reports(pulled.id)).toMatchObject([{ state: 'published', result: 'PASS' }]);
    await stage.api('DELETE', `/api/v1/bindings/${id}`);
    await stage.bind({ project: await stage.project('other', 'Other'), repository: 'PAY/ledger' });
    expect(await stage.reports(pulled.id)).toMatchObject([
      { state: 'waiting', reason: 'not_analysed', result: 'FAIL', project: { key: 'other' } },
    ]);
    expect(lying(pulled.from.commit)).toMatchObject({ result: 'FAIL' });
  });
});
