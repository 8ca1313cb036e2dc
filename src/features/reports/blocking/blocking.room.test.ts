import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../../../lab/simulators/bitbucket-server/testing.ts';
import { type ReportStage, startReportStage } from '../../../../test/reports/stage.ts';
import type { MergeChecks } from './contract.ts';

let stage: ReportStage;
let sample: Sample;
let repository: number;
type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;
const pulls: Pull[] = [];
const key = 'com.sonarsource.sonarqube';

async function open(branch: string): Promise<Pull> {
  const { state } = sample.bitbucket;
  await state.push(sample.repository, { branch, from: 'main', files: { [`src/${branch}.ts`]: lines(3) } });
  const from = { repository: sample.repository, branch };
  return state.openPullRequest({ title: branch, from, to: { repository: sample.repository, branch: 'main' } });
}

const checks = (): Promise<MergeChecks> => stage.api('GET', `/api/v1/repositories/${repository}/merge-checks`);
const look = (): Promise<MergeChecks> => stage.api('POST', `/api/v1/repositories/${repository}/merge-checks/look`, {});
const mergeCalls = (): number => sample.bitbucket.journal.entries.filter(({ path }) => path.endsWith('/merge')).length;
const analysed = (pull: Pull, gate: 'OK' | 'ERROR', minute: number) => ({
  pullRequest: String(pull.id),
  revision: pull.from.commit,
  at: `2026-03-02T11:0${minute}:00.000Z`,
  gate,
});

beforeAll(async () => {
  stage = await startReportStage();
  sample = await startSample({ contextPath: '/bitbucket' });
  for (const branch of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) pulls.push(await open(branch));
  const bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  await stage.sync(bitbucket);
  const { id } = await stage.db.one<{ id: number }>('select id from shared.code_repositories');
  repository = id;
});
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
});

describe('whether reports of a repository block merges', () => {
  it('is nothing that anybody knows before something was seen, and what to enter is exact', async () => {
    expect((await checks()).reports).toEqual([]);
    await stage.bind({ project: await stage.project('ledger', 'Ledger'), repository: 'PAY/ledger' });
    await stage.settled();
    const { reports, look: seen, enteredAt, repository: shown } = await checks();
    expect(shown).toMatchObject({ project: 'PAY', slug: 'ledger', integration: { name: 'bitbucket' } });
    expect(enteredAt.project).toMatch(/^Project settings/);
    expect(seen).toBeNull();
    expect(reports).toMatchObject([
      {
        reportKey: key,
        requiredStatus: 'Must pass',
        annotationRequirement: 'Must not have any annotations',
        state: 'not_seen',
        blocked: null,
        open: null,
      },
    ]);
    expect(mergeCalls()).toBe(0);
  });

  it('is “seen open” where a pull request without a passed report may be merged', async () => {
    const { reports, look: seen } = await look();
    expect(reports).toMatchObject([
      { state: 'seen_open', blocked: null, open: { pullRequest: { number: expect.any(Number) } } },
    ]);
    expect(seen).toMatchObject({ openPullRequests: 7 });
    expect(seen?.pullRequests).toHaveLength(5);
    expect(mergeCalls()).toBe(5);
  });

  it('is “seen blocking” by a veto that names the key, of the pull request that fails first', async () => {
    const [first] = pulls as [Pull];
    await stage.analyse(analysed(first, 'ERROR', 1));
    await stage.settled();
    sample.bitbucket.state.requireReport(sample.project, { key, forbidden: 'any' });
    const { reports, look: seen } = await look();
    expect(seen?.pullRequests[0]).toMatchObject({
      number: first.id,
      canMerge: false,
      blockedBy: [key],
      reports: [{ reportKey: key, result: 'FAIL' }],
    });
    expect(reports).toMatchObject([
      { state: 'seen_blocking', open: null, blocked: { pullRequest: { number: first.id } } },
    ]);
    expect(reports[0]?.blocked?.veto).toContain(key);
    // It stays so while nothing tells otherwise, also when everything passes.
    for (const [at, pull] of pulls.entries()) await stage.analyse(analysed(pull, 'OK', at + 2));
    await stage.settled();
    const later = await look();
    expect(later.look?.pullRequests.map(({ canMerge, vetoes }) => [canMerge, vetoes])).toEqual(
      Array.from({ length: 5 }, () => [true, []]),
    );
    expect(later.reports).toMatchObject([{ state: 'seen_blocking', blocked: reports[0]?.blocked }]);
  });

  it('is not said of another key that only begins alike', async () => {
    const other = await startSample({ contextPath: '/bitbucket' });
    try {
      const id = await stage.connect('second', other.bitbucket.url, other.bot);
      await other.bitbucket.state.push(other.repository, { branch: 'x', from: 'main', files: { 'x.ts': lines(2) } });
      await other.bitbucket.state.openPullRequest({
        title: 'x',
        from: { repository: other.repository, branch: 'x' },
        to: { repository: other.repository, branch: 'main' },
      });
      other.bitbucket.state.requireReport(other.repository, { key: `${key}_billing`, forbidden: 'none' });
      await stage.sync(id);
      const found = await stage.db.one<{ id: number }>(
        'select id from shared.code_repositories where integration_id = $1',
        [id],
      );
      const project = await stage.project('billing', 'Billing');
      await stage.bind({ project, repository: 'PAY/ledger', integration: 'second' });
      const answer = await stage.api<MergeChecks>('POST', `/api/v1/repositories/${found.id}/merge-checks/look`, {});
      expect(answer.look?.pullRequests).toMatchObject([{ canMerge: false, blockedBy: [] }]);
      expect(answer.reports).toMatchObject([{ reportKey: key, state: 'seen_open' }]);
    } finally {
      await other.bitbucket.close();
    }
  });

  it('is “seen open” again when somebody takes the requirement away', async () => {
    const [first] = pulls as [Pull];
    sample.project.rules.reports = [];
    await stage.analyse({ ...analysed(first, 'ERROR', 1), at: '2026-03-02T12:00:00.000Z' });
    await stage.settled();
    expect((await look()).reports).toMatchObject([
      {
        state: 'seen_open',
        open: { pullRequest: { number: first.id } },
        blocked: { pullRequest: { number: first.id } },
      },
    ]);
  });

  it('is not guessed from a server that does not answer: what was seen stays, and the refusal is told', async () => {
    const before = await checks();
    sample.bitbucket.state.revokeToken(sample.bot);
    await expect(look()).rejects.toThrow(/invalid_credentials/);
    expect(await checks()).toEqual(before);
    await expect(stage.api('GET', '/api/v1/repositories/999999/merge-checks')).rejects.toThrow(/404/);
  });
});
