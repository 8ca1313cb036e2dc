import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, lines, type Sample, startSample } from '../../../lab/simulators/bitbucket-server/testing.ts';
import { callsBesideSyncs, type ReportStage, startReportStage } from '../../../test/reports/stage.ts';
import type { Binding } from '../repositories/contract.ts';

type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;

const key = 'com.sonarsource.sonarqube';
let stage: ReportStage;
let sample: Sample;
let bitbucket: number;
let binding: Binding;
let minute = 0;

/** Each test has a pull request of its own, whose binding is as it wants it. */
async function open(settings: Partial<Pick<Binding, 'buildStatus' | 'summaryComment'>>): Promise<Pull> {
  const { repository } = sample;
  const { state } = sample.bitbucket;
  const branch = `feature/${(minute += 1)}`;
  await state.push(repository, { branch, from: 'main', files: { 'src/a.ts': lines(20, { 3: branch }) } });
  const pull = await state.openPullRequest({
    title: branch,
    from: { repository, branch },
    to: { repository, branch: 'main' },
  });
  await set(settings);
  await stage.sync(bitbucket);
  sample.bitbucket.journal.clear();
  return pull;
}

async function set(settings: Partial<Pick<Binding, 'buildStatus' | 'summaryComment'>>): Promise<void> {
  await stage.api('PUT', `/api/v1/bindings/${binding.id}`, { mono: false, annotations: true, prefix: '', ...settings });
  await stage.settled();
}

const analyse = (pull: Pull, gate: 'OK' | 'ERROR', issues: { key: string; line: number }[] = []) => {
  minute += 1;
  const at = new Date(Date.UTC(2026, 2, 2, 11, minute)).toISOString();
  return stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at, gate, issues });
};

const reportOf = async (pull: Pull) => (await stage.reports(pull.id))[0];
const buildsOn = (pull: Pull) => sample.bitbucket.world.builds.get(pull.from.commit) ?? [];
const textsOn = (pull: Pull): string[] => pull.comments.map(({ text }) => text);

/** What a person may see at each moment: the build status and the report on a commit, as `SUCCESSFUL PASS`. */
function watch(pull: Pull): string[] {
  const seen: string[] = [];
  const look = (): void => {
    const report = sample.repository.reports.get(pull.from.commit)?.get(key);
    const now = `${buildsOn(pull)[0]?.state ?? 'none'} ${report?.result ?? 'none'}`;
    if (seen.at(-1) !== now) seen.push(now);
  };
  sample.bitbucket.faults.add({ match: { path: 'rest/*' }, times: Infinity, kind: { type: 'after', run: look } });
  return seen;
}

const refuse = (path: string, status: number): void => {
  sample.bitbucket.faults.add({ match: { path }, times: Infinity, kind: { type: 'status', status } });
};
const commitPath = (pull: Pull): string => `projects/PAY/repos/ledger/commits/${pull.from.commit}`;

beforeAll(async () => {
  stage = await startReportStage();
  sample = await startSample({ version: '9.4' });
  bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  await stage.sync(bitbucket);
  binding = await stage.bind({ project: await stage.project('ledger', 'Ledger'), repository: 'PAY/ledger' });
});
beforeEach(() => sample.bitbucket.faults.clear());
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
});

describe('without being asked for', () => {
  it('nothing is written beside a report', async () => {
    expect(binding).toMatchObject({ buildStatus: false, summaryComment: false, buildKey: 'sonarqube' });
    const pull = await open({});
    await analyse(pull, 'OK');
    expect(await reportOf(pull)).toMatchObject({ state: 'published', result: 'PASS', beside: [] });
    expect([buildsOn(pull), textsOn(pull)]).toEqual([[], []]);
  });
});

describe('a build status', () => {
  it('is successful only once the report passes, failed before it fails, and not written twice', async () => {
    const pull = await open({ buildStatus: true });
    const seen = watch(pull);
    await analyse(pull, 'OK');
    expect(await reportOf(pull)).toMatchObject({ result: 'PASS', beside: [] });
    expect(seen).toEqual(['none none', 'INPROGRESS none', 'INPROGRESS PASS', 'SUCCESSFUL PASS']);
    expect(buildsOn(pull)).toMatchObject([
      { key: 'sonarqube', parent: 'sonarqube', state: 'SUCCESSFUL', name: 'SonarQube', ref: pull.from.ref },
    ]);
    seen.length = 0;
    await analyse(pull, 'ERROR', [{ key: 'i1', line: 3 }]);
    expect(await reportOf(pull)).toMatchObject({ result: 'FAIL', beside: [] });
    expect(seen).toEqual(['SUCCESSFUL PASS', 'FAILED PASS', 'FAILED FAIL']);
    sample.bitbucket.journal.clear();
    await stage.restart();
    await set({ buildStatus: true });
    expect(callsBesideSyncs(sample)).toEqual([]);
  });

  it('opens a merge that requires it, by the key that the page of blocking merges says', async () => {
    const pull = await open({ buildStatus: true });
    const checks = await stage.api<{ repository: object; reports: { buildKey: string | null }[] }>(
      'GET',
      `/api/v1/repositories/${binding.repository.id}/merge-checks`,
    );
    const required = await ask(sample.bitbucket, 'required-builds/latest/projects/PAY/repos/ledger/condition', {
      method: 'POST',
      token: sample.ada,
      body: {
        buildParentKeys: checks.reports.map(({ buildKey }) => buildKey),
        refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } },
      },
    });
    const { state } = sample.bitbucket;
    expect(state.vetoes(pull)).toHaveLength(1);
    await analyse(pull, 'ERROR');
    await reportOf(pull);
    expect(state.vetoes(pull)).toHaveLength(1);
    await analyse(pull, 'OK');
    await reportOf(pull);
    expect(state.vetoes(pull)).toEqual([]);
    const condition = `required-builds/latest/projects/PAY/repos/ledger/condition/${required.body.id}`;
    await ask(sample.bitbucket, condition, { method: 'DELETE', token: sample.ada });
  });

  it('that cannot be written leaves the report as it is, is shown, and is tried again without it', async () => {
    const pull = await open({ buildStatus: true });
    refuse(`rest/api/1.0/${commitPath(pull)}/builds`, 503);
    await analyse(pull, 'OK');
    const failed = await reportOf(pull);
    expect(failed).toMatchObject({
      state: 'published',
      result: 'PASS',
      error: null,
      beside: [{ part: 'build_status', error: { code: 'upstream_error' } }],
    });
    expect(failed?.nextTryAt).not.toBeNull();
    sample.bitbucket.faults.clear();
    sample.bitbucket.journal.clear();
    await stage.hurry();
    expect(await reportOf(pull)).toMatchObject({ state: 'published', result: 'PASS', beside: [], nextTryAt: null });
    expect(buildsOn(pull)).toMatchObject([{ state: 'SUCCESSFUL' }]);
    expect(sample.bitbucket.journal.entries.filter(({ method }) => method !== 'GET')).toMatchObject([
      { method: 'POST', path: `rest/api/1.0/${commitPath(pull)}/builds` },
    ]);
  });

  it('does not stay green where it is switched off and the commit fails later', async () => {
    const pull = await open({ buildStatus: true });
    await analyse(pull, 'OK');
    await reportOf(pull);
    await set({ buildStatus: false });
    await analyse(pull, 'ERROR');
    await reportOf(pull);
    expect(buildsOn(pull)).toMatchObject([{ state: 'FAILED' }]);
  });

  it('is not successful while a report cannot be written', async () => {
    const pull = await open({ buildStatus: true });
    await analyse(pull, 'OK');
    await reportOf(pull);
    refuse(`rest/insights/1.0/${commitPath(pull)}/*`, 400);
    await analyse(pull, 'OK', [{ key: 'i2', line: 4 }]);
    // What lies there passes, and what is to lie there does not yet.
    expect(await reportOf(pull)).toMatchObject({ state: 'failed', result: 'PASS' });
    expect(buildsOn(pull)).toMatchObject([{ state: 'INPROGRESS' }]);
    sample.bitbucket.faults.clear();
    await stage.hurry();
    expect(await reportOf(pull)).toMatchObject({ state: 'published' });
    expect(buildsOn(pull)).toMatchObject([{ state: 'SUCCESSFUL' }]);
  });
});

describe('a summary comment', () => {
  it('is one, says what the newest report says, and is changed in place after a restart', async () => {
    const pull = await open({ summaryComment: true });
    await analyse(pull, 'ERROR');
    expect(await reportOf(pull)).toMatchObject({ result: 'FAIL', beside: [] });
    expect(textsOn(pull)).toEqual([expect.stringMatching(/^\*\*SonarQube: failed\*\* at [0-9a-f]{10}/)]);
    await stage.restart();
    await analyse(pull, 'OK');
    await reportOf(pull);
    expect(textsOn(pull)).toEqual([expect.stringMatching(/^\*\*SonarQube: passed\*\*/)]);
    expect(textsOn(pull).join('')).not.toContain(sample.bot);
    await sample.bitbucket.state.push(sample.repository, {
      branch: pull.from.ref.slice(11),
      files: { 'src/b.ts': 'b' },
    });
    await stage.sync(bitbucket);
    await analyse(pull, 'ERROR');
    await reportOf(pull);
    expect(textsOn(pull)).toEqual([expect.stringContaining(pull.from.commit.slice(0, 10))]);
  });

  it('is found again where the hub lost its number', async () => {
    const pull = await open({ summaryComment: true });
    await analyse(pull, 'ERROR');
    await reportOf(pull);
    await stage.db.execute('delete from reports.comments');
    await analyse(pull, 'OK');
    await reportOf(pull);
    expect(textsOn(pull)).toHaveLength(1);
  });

  it('that a person deletes is made anew once', async () => {
    const pull = await open({ summaryComment: true });
    const remove = (): void => {
      pull.comments.length = 0;
      pull.activities = pull.activities.filter(({ comment }) => comment === undefined);
    };
    await analyse(pull, 'ERROR');
    await reportOf(pull);
    remove();
    await analyse(pull, 'OK');
    await reportOf(pull);
    expect(textsOn(pull)).toHaveLength(1);
    remove();
    await analyse(pull, 'ERROR');
    expect(await reportOf(pull)).toMatchObject({ state: 'published', result: 'FAIL', beside: [] });
    expect(textsOn(pull)).toEqual([]);
  });

  it('that cannot be written leaves the report and the build status as they are', async () => {
    const pull = await open({ summaryComment: true, buildStatus: true });
    refuse(`rest/api/1.0/projects/PAY/repos/ledger/pull-requests/${pull.id}/comments*`, 503);
    await analyse(pull, 'OK');
    expect(await reportOf(pull)).toMatchObject({ result: 'PASS', beside: [{ part: 'comment' }] });
    expect(buildsOn(pull)).toMatchObject([{ state: 'SUCCESSFUL' }]);
    const { reports } = await stage.detail(pull.id);
    expect(reports[0]?.attempts[0]).toMatchObject({ outcome: 'published', error: { code: 'upstream_error' } });
  });
});
