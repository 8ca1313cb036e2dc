import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../../lab/simulators/bitbucket-server/testing.ts';
import { reportsData } from './integration-data.ts';
import { reportCalls, type ReportStage, startReportStage } from '../../../test/reports/stage.ts';

/*
 * What must hold of reports of commercial editions: mono repositories, several servers, long keys, many issues, forks,
 * reports of others, tokens that end, repositories that move, calls that break off.
 */

let stage: ReportStage;
let sample: Sample;
let bitbucket: number;
type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;

const plain = 'com.sonarsource.sonarqube';
let clock = 0;
/** Each analysis is newer than the one before. */
const now = (): string => new Date(Date.parse('2026-03-02T12:00:00Z') + (clock += 1) * 1_000).toISOString();

async function open(name: string, files: Record<string, string>, at = sample): Promise<Pull> {
  const { repository } = at;
  const { state } = at.bitbucket;
  await state.push(repository, { branch: name, from: 'main', files });
  return state.openPullRequest({ title: name, from: { repository, branch: name }, to: { repository, branch: 'main' } });
}

let binding: Promise<unknown> | undefined;
/** Binds the one project of the repository, once: each test stands alone. */
const bound = (): Promise<unknown> => {
  binding ??= stage.project('ledger', 'Ledger').then((project) => stage.bind({ project, repository: place() }));
  return binding;
};
const place = (): string => `${sample.bitbucket.url}/projects/PAY/repos/ledger`;

const lying = (pull: Pull, key = plain, at = sample) => at.repository.reports.get(pull.from.commit)?.get(key);

beforeAll(async () => {
  stage = await startReportStage();
  sample = await startSample({ contextPath: '/bitbucket' });
  bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  await stage.sync(bitbucket);
});
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
});

describe('a mono repository', () => {
  const long = 'com.example.payments.ledger:ledger-service-of-the-parent-module';
  it('has a report per project, each with the issues of its own folder and a name of its own', async () => {
    expect(long.length).toBeGreaterThanOrEqual(60);
    const projects = [
      { key: 'api', name: 'Ledger API', prefix: 'services/api', path: 'services/api/src/a.ts' },
      // Analysed from its folder: its paths begin there.
      { key: 'web', name: 'Ledger Web', prefix: 'services/web', path: 'src/b.ts' },
      { key: long, name: 'Ledger Jobs', prefix: 'services/jobs', path: 'services/jobs/c.ts' },
    ];
    for (const { key, name, prefix } of projects) {
      await stage.bind({ project: await stage.project(key, name), repository: place(), mono: true, prefix });
    }
    const pull = await open('mono', {
      'services/api/src/a.ts': lines(3),
      'services/web/src/b.ts': lines(3),
      'services/jobs/c.ts': lines(3),
    });
    await stage.sync(bitbucket);
    for (const { key, path } of projects) {
      const issues = [
        { key: `${key}-own`, path, line: 2 },
        ...(key === 'api' ? [{ key: 'outside', path: 'services/web/src/b.ts', line: 1 }] : []),
      ];
      await stage.analyse({ project: key, pullRequest: '1', revision: pull.from.commit, at: now(), issues });
    }
    const shortened = 'com.sonarsource.sonarqube_com.example.pay-';
    const reports = await stage.reports(1);
    expect(reports.map(({ project, reportKey, state, total }) => [project.name, reportKey, state, total])).toEqual([
      ['Ledger API', `${plain}_api`, 'published', 1],
      ['Ledger Jobs', expect.stringMatching(new RegExp(`^${shortened}[0-9a-f]{8}$`)), 'published', 1],
      ['Ledger Web', `${plain}_web`, 'published', 1],
    ]);
    const shown = await sample.bitbucket.state.shownReports(pull);
    const named = shown.map(({ report, annotations }) => [report.title, annotations.map(({ path }) => path)]);
    expect(named.toSorted()).toEqual([
      ['SonarQube - Ledger API', ['services/api/src/a.ts']],
      ['SonarQube - Ledger Jobs', ['services/jobs/c.ts']],
      ['SonarQube - Ledger Web', ['services/web/src/b.ts']],
    ]);
    expect(lying(pull, `${plain}_api`)?.details).toContain('1 finding outside services/api is left out.');
    expect(new Set(reports.map(({ reportKey }) => reportKey.length <= 50))).toEqual(new Set([true]));
    await stage.db.execute('delete from repositories.bindings');
  });
});

describe('one project of a repository', () => {
  beforeAll(bound);

  it('shows 1,000 of 2,500 new issues, those on changed lines first, and says so', async () => {
    const pull = await open('many', { 'src/a.ts': lines(20, { 3: 'new' }) });
    await stage.sync(bitbucket);
    const issues = Array.from({ length: 2_500 }, (_nothing, at) => ({
      key: `many-${at}`,
      // The least severe one is the only one on a changed line.
      ...(at === 2_499 ? { line: 3, severity: 'INFO' as const } : { line: 10, severity: 'MAJOR' as const }),
      type: 'CODE_SMELL' as const,
    }));
    await stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at: now(), gate: 'ERROR', issues });
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', shown: 1_000, total: 2_500 }]);
    const report = lying(pull);
    expect(report?.details).toContain('Shown 1000 of 2500 new findings.');
    expect(report?.annotations).toHaveLength(1_000);
    expect(report?.annotations.filter(({ line }) => line === 3)).toHaveLength(1);
    const first = await stage.api<{ total: number; findings: unknown[] }>(
      'GET',
      `/api/v1/pull-requests/${(await stage.detail(pull.id)).pullRequest.id}/findings?report=${(await stage.reports(pull.id))[0]?.id}&page=25`,
    );
    expect([first.total, first.findings.length]).toEqual([2_500, 100]);
  });

  it('shows as many as the server takes, and chooses them by the diff from then on', async () => {
    sample.bitbucket.world.maxAnnotations = 3;
    const pull = await open('few', { 'src/a.ts': lines(20, { 9: 'few' }) });
    await stage.sync(bitbucket);
    const issues = Array.from({ length: 9 }, (_nothing, at) => ({
      key: `few-${at}`,
      line: at + 1,
      severity: at === 8 ? ('INFO' as const) : ('MAJOR' as const),
    }));
    await stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at: now(), gate: 'ERROR', issues });
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', shown: 3, total: 9 }]);
    expect(lying(pull)?.details).toContain('Shown 3 of 9 new findings.');
    expect(lying(pull)?.annotations.map(({ line }) => line)).toContain(9);
    sample.bitbucket.world.maxAnnotations = 1_000;
    await stage.db.execute('update reports.reports set shown = total where shown < 10');
  });

  it('of a commit that is the head of two pull requests passes only when both passed', async () => {
    const { state } = sample.bitbucket;
    await state.push(sample.repository, { branch: 'release', from: 'main', files: { 'src/r.ts': lines(2) } });
    const pull = await open('shared', { 'src/s.ts': lines(3) });
    const second = await state.openPullRequest({
      title: 'the same for the release',
      from: { repository: sample.repository, branch: 'shared' },
      to: { repository: sample.repository, branch: 'release' },
    });
    await stage.sync(bitbucket);
    const revision = pull.from.commit;
    const [first, other] = [String(pull.id), String(second.id)];
    await stage.analyse({ pullRequest: first, revision, at: now() });
    await stage.settled();
    expect(lying(pull)).toMatchObject({ result: 'FAIL' });
    expect(lying(pull)?.details).toContain(`also the head of pull request ${other}: not analysed at this commit`);
    await stage.analyse({ pullRequest: other, revision, at: now() });
    await stage.settled();
    expect(lying(pull)).toMatchObject({ result: 'PASS' });
    await stage.analyse({ pullRequest: other, revision, at: now(), gate: 'ERROR' });
    await stage.settled();
    expect(lying(pull)).toMatchObject({ result: 'FAIL' });
    expect(lying(pull)?.details).toContain('Quality Gate failed');
    state.decline(second);
    await stage.sync(bitbucket);
    await stage.settled();
    expect(lying(pull)).toMatchObject({ result: 'PASS' });
  });

  it('of a fork is reported in the repository it is to be merged into, whose server learns of the head first', async () => {
    const { state } = sample.bitbucket;
    const fork = await state.fork(sample.repository, 'ada');
    await state.push(fork, { branch: 'theirs', from: 'main', files: { 'src/f.ts': lines(3) } });
    const pull = await state.openPullRequest({
      title: 'theirs',
      from: { repository: fork, branch: 'theirs' },
      to: { repository: sample.repository, branch: 'main' },
    });
    // Reading the list of pull requests alone tells the server nothing of the commit.
    await stage.sync(bitbucket);
    await stage.analyse({
      pullRequest: String(pull.id),
      revision: pull.from.commit,
      at: now(),
      issues: [{ key: 'fork-1', line: 1 }],
    });
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', result: 'PASS', shown: 1 }]);
    expect(lying(pull)).toMatchObject({ result: 'PASS' });
    expect(fork.reports.size).toBe(0);
  });

  it('says whose report lay there, and writes its own where it may', async () => {
    const pull = await open('foreign', { 'src/g.ts': lines(3) });
    await stage.sync(bitbucket);
    const path = `insights/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/reports/${plain}`;
    const theirs = { title: 'Other', reporter: 'Jenkins', link: 'https://ci.example.com/1', result: 'PASS', data: [] };
    const put = (token: string) =>
      fetch(`${sample.bitbucket.url}/rest/${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(theirs),
      });
    expect((await put(sample.bot)).status).toBe(200);
    const wanted = { pullRequest: String(pull.id), revision: pull.from.commit };
    await stage.analyse({ ...wanted, at: now() });
    expect(await stage.reports(pull.id)).toMatchObject([
      {
        state: 'published',
        result: 'PASS',
        foreign: { reporter: 'Jenkins', link: 'https://ci.example.com/1' },
      },
    ]);
    expect(lying(pull)).toMatchObject({ reporter: 'SonarQube' });
    // Nobody wrote meanwhile: what lies there is ours.
    await stage.analyse({ ...wanted, at: now(), gate: 'ERROR' });
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', result: 'FAIL', foreign: null }]);
  });

  it('of another user is not replaced: it fails and says whose it is', async () => {
    const pull = await open('theirs', { 'src/h.ts': lines(3) });
    await stage.sync(bitbucket);
    const path = `insights/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/reports/${plain}`;
    await fetch(`${sample.bitbucket.url}/rest/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${sample.ada}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'SonarQube', reporter: 'SonarQube plug-in', result: 'PASS', data: [] }),
    });
    await stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at: now(), gate: 'ERROR' });
    const [report] = await stage.reports(pull.id);
    expect(report).toMatchObject({
      state: 'failed',
      result: null,
      error: { code: 'bitbucket_report_not_ours', remedy: expect.stringContaining('Switch off') },
      foreign: { reporter: 'SonarQube plug-in' },
    });
    expect(report?.nextTryAt).not.toBeNull();
  });
});

describe('a call that goes wrong', () => {
  beforeAll(bound);

  it('leaves no report that passes, and is made again until all of it lies there', async () => {
    const pull = await open('broken', { 'src/i.ts': lines(5) });
    await stage.sync(bitbucket);
    const { state, faults, journal } = sample.bitbucket;
    state.requireReport(sample.repository, { key: plain, forbidden: 'none' });
    const wanted = { pullRequest: String(pull.id), revision: pull.from.commit };
    await stage.analyse({ ...wanted, at: now(), gate: 'ERROR' });
    await stage.settled();
    const reports = `rest/insights/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/reports/${plain}`;
    // It passes now, with a finding: the annotations are lost, however often it is tried again by itself meanwhile.
    faults.add({
      match: { path: `${reports}/annotations`, after: 1 },
      kind: { type: 'reset_before_answer' },
      times: 1_000,
    });
    journal.clear();
    await stage.analyse({ ...wanted, at: now(), issues: [{ key: 'broken-1', path: 'src/i.ts', line: 2 }] });
    await stage.settled();
    expect(state.vetoes(pull)).toHaveLength(1);
    expect(await stage.reports(pull.id)).toMatchObject([
      { state: 'failed', result: null, error: { code: 'unreachable' } },
    ]);
    faults.clear();
    await stage.hurry();
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', result: 'PASS', shown: 1 }]);
    expect(state.vetoes(pull)).toEqual([]);
  });

  it('is not made by a process that lost its hold meanwhile', async () => {
    const pull = await open('zombie', { 'src/j.ts': lines(5) });
    await stage.sync(bitbucket);
    const reports = `rest/insights/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/reports/${plain}`;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Its first call of annotations is the one that removes stale ones; what it would add comes after it.
    sample.bitbucket.faults.add({
      match: { path: `${reports}/annotations` },
      kind: { type: 'hold', until: () => held },
    });
    const issues = [{ key: 'zombie-1', path: 'src/j.ts', line: 2 }];
    sample.bitbucket.journal.clear();
    await stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at: now(), gate: 'ERROR', issues });
    const sent = (): number => reportCalls(sample).filter((one) => one === 'DELETE annotations').length;
    await expect.poll(sent, { timeout: 30_000 }).toBe(1);
    // As if the process had stood still for longer than the hold lasts: another one takes the report.
    await stage.db.execute(
      'update reports.reports set fence = fence + 1, lease_until = null where commit = $1 and lease_until is not null',
      [pull.from.commit],
    );
    expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', shown: 1, total: 1 }]);
    const before = sample.bitbucket.journal.entries.length;
    release();
    await stage.settled();
    const attempts = await stage.db.query(
      `select a.outcome from reports.attempts a join reports.reports r on r.id = a.report_id where r.commit = $1 order by a.id`,
      [pull.from.commit],
    );
    expect(attempts).toEqual([{ outcome: null }, { outcome: 'published' }]);
    expect(sample.bitbucket.journal.entries.length).toBe(before);
  });
});

describe('a repository', () => {
  beforeAll(bound);

  it.each(['redirect', 'answer'] as const)(
    'that was renamed (%s) or moved is found again by its number',
    async (renames) => {
      sample.bitbucket.world.renames = renames;
      const { state } = sample.bitbucket;
      const pull = await open(`before-${renames}`, { [`src/${renames}.ts`]: lines(3) });
      await stage.sync(bitbucket);
      state.move(sample.repository, { name: renames === 'redirect' ? 'General Ledger' : 'Books' });
      if (renames === 'answer') {
        const project = state.addProject({ key: 'FIN', name: 'Finance' });
        state.grant(project, 'bot', 'read');
        state.move(sample.repository, { project });
      }
      const number = String(pull.id);
      await stage.analyse({ pullRequest: number, revision: pull.from.commit, at: now() });
      expect(await stage.reports(pull.id)).toMatchObject([{ state: 'published', result: 'PASS', error: null }]);
      expect(lying(pull)).toMatchObject({ result: 'PASS' });
      await stage.sync(bitbucket);
    },
  );
});

describe('a token that is not accepted any more', () => {
  beforeAll(bound);

  it('fails with what to do, is announced once, and reports are written once it is replaced', async () => {
    const pull = await open('revoked', { 'src/k.ts': lines(3) });
    const told = await listen();
    await stage.sync(bitbucket);
    const { state } = sample.bitbucket;
    state.revokeToken(sample.bot);
    await stage.analyse({ pullRequest: String(pull.id), revision: pull.from.commit, at: now() });
    const [report] = await stage.reports(pull.id);
    expect(report).toMatchObject({ state: 'failed', error: { code: 'invalid_credentials' } });
    expect(report?.error?.remedy).not.toBe('');
    expect(JSON.stringify(await stage.detail(pull.id))).not.toContain(sample.bot);
    await stage.hurry();
    const about = { report_key: plain, commit: pull.from.commit };
    const place = { pull_request: { repository: whereItIs(), number: pull.id, title: 'revoked' } };
    const failing = { ...place, ...about, failing: true, state: 'failed', error: { code: 'invalid_credentials' } };
    expect(await told(pull.from.commit)).toMatchObject([failing]);
    await stage.api('PATCH', `/api/v1/integrations/${bitbucket}`, {
      secrets: { token: state.addToken({ user: 'bot' }) },
    });
    await expect.poll(async () => (await stage.reports(pull.id))[0]?.state, { timeout: 30_000 }).toBe('published');
    const over = { ...place, ...about, failing: false, state: 'published', result: 'PASS', error: null };
    expect(await told(pull.from.commit)).toMatchObject([failing, over]);
    expect(JSON.stringify(await told(pull.from.commit))).not.toContain(sample.bot);
  });

  /** It may have been moved by now. */
  const whereItIs = (): string => `${sample.repository.project.key}/${sample.repository.slug}`;

  /** Has an address told of reports; returns what it is told of those of one commit. */
  async function listen(): Promise<(commit: string) => Promise<object[]>> {
    await stage.api('POST', '/api/v1/outgoing-webhooks', {
      url: 'https://hooks.invalid/x',
      events: ['report.changed'],
    });
    return async (commit) => {
      const rows = await stage.db.query<{ data: object }>(
        "select data from operations.webhook_events where type = 'report.changed' and data ->> 'commit' = $1 order by id",
        [commit],
      );
      return rows.map(({ data }) => data);
    };
  }
});

describe('two servers', () => {
  it('each get the reports of their own repository, at once when it is bound, and forget them with the integration', async () => {
    const second = await startSample();
    try {
      const other = await stage.connect('second', second.bitbucket.url, second.bot);
      const pull = await open('second', { 'src/a.ts': lines(20, { 3: 'second' }) }, second);
      await stage.sync(other);
      const project = await stage.project('second', 'Second');
      await stage.analyse({ project: 'second', pullRequest: '1', revision: pull.from.commit, at: now() });
      await stage.settled();
      expect(lying(pull, plain, second)).toBeUndefined();
      sample.bitbucket.journal.clear();
      await stage.bind({ project, repository: `${second.bitbucket.url}/projects/PAY/repos/ledger` });
      await expect.poll(() => lying(pull, plain, second)?.result, { timeout: 30_000 }).toBe('PASS');
      await stage.settled();
      expect(reportCalls(sample)).toEqual([]);
      const data = reportsData(stage.db);
      expect(await data.count(other)).toBe(1);
      expect(await stage.db.transaction((tx) => data.purge(tx, other, 100))).toBe(1);
      expect([await data.count(other), await data.count(bitbucket)]).toEqual([0, expect.any(Number)]);
      expect(await data.count(bitbucket)).toBeGreaterThan(0);
    } finally {
      await second.bitbucket.close();
    }
  });
});
