import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { GateResult } from '../../lab/simulators/sonarqube/types.ts';
import { type ReportStage, startReportStage } from './stage.ts';

/*
 * The way of one pull request between the two servers: each tells the hub by its own webhooks, nothing is asked for by
 * hand, and what lies in Bitbucket is compared with what SonarQube itself answers.
 */

const key = 'com.sonarsource.sonarqube';
const at = (minute: number): Date => new Date(Date.parse('2026-03-02T10:00:00Z') + minute * 60_000);
const gate = (status: 'OK' | 'ERROR', actual: number): GateResult => ({
  status,
  conditions: [{ metric: 'new_violations', comparator: 'GT', threshold: '0', actual: String(actual), status }],
});

let stage: ReportStage;
let sample: Sample;
let sonarqube: Simulator;
type Pull = Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;

beforeAll(async () => {
  sample = await startSample({ contextPath: '/bitbucket' });
  sonarqube = await startSimulator({
    profile: '26.9-developer',
    scenario: (state) =>
      state.addProject({
        key: 'ledger',
        name: 'Ledger',
        analyses: [{ at: at(0), revision: sample.first, issues: { count: 5 } }],
      }),
  });
  sonarqube.state.world.validateWebhooks = false;
  stage = await startReportStage();
});
afterAll(async () => {
  await stage.close();
  await Promise.all([sonarqube.close(), sample.bitbucket.close()]);
});

/** The report on the head of a pull request once it is as wanted. */
async function waitForReport(pull: Pull, result: 'PASS' | 'FAIL', annotations: number) {
  const end = Date.now() + 60_000;
  for (;;) {
    const lies = sample.repository.reports.get(pull.from.commit)?.get(key);
    if (lies?.result === result && lies.annotations.length === annotations) {
      await stage.settled();
      return lies;
    }
    if (Date.now() > end) throw new Error(`no such report: ${JSON.stringify(lies)}`);
    await delay(50);
  }
}

/** What SonarQube itself answers about the open issues of a pull request. */
async function issuesOf(pullRequest: string): Promise<{ key: string; component: string; line?: number }[]> {
  const address = `${sonarqube.url}/api/issues/search?components=ledger&pullRequest=${pullRequest}&resolved=false&ps=500`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${sonarqube.tokens.admin}` } });
  return ((await answer.json()) as { issues: { key: string; component: string; line?: number }[] }).issues;
}

describe('a pull request that a commercial edition analyses', () => {
  let pull: Pull;

  it('is bound, and both servers tell the hub by webhooks of their own', async () => {
    const { integration } = await stage.api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
      name: 'analyses',
      kind: 'sonarqube',
      settings: { url: sonarqube.url },
      secrets: { apiToken: sonarqube.tokens.admin },
      syncIntervalSeconds: 86_400,
    });
    const bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.ada);
    expect([await stage.sync(integration.id), await stage.sync(bitbucket)]).toEqual(['success', 'success']);
    await stage.api('PUT', `/api/v1/integrations/${integration.id}/webhook`, { scope: 'global' });
    await stage.api('PUT', `/api/v1/integrations/${bitbucket}/webhook`, {
      scope: 'repositories',
      repositories: ['PAY/ledger'],
    });
    const { id } = await stage.db.one<{ id: number }>(
      "select id from code_quality.projects where source_key = 'ledger' and integration_id = $1",
      [integration.id],
    );
    await stage.bind({ project: id, repository: `${sample.bitbucket.url}/projects/PAY/repos/ledger` });
    expect(sonarqube.state.world.webhooks).toHaveLength(1);
  });

  it('cannot be merged before its head is analysed', async () => {
    const { state } = sample.bitbucket;
    const { repository } = sample;
    state.requireReport(repository, { key, forbidden: 'any' });
    await state.push(repository, { branch: 'feature', from: 'main', files: { 'src/file-1.ts': lines(40) } });
    pull = await state.openPullRequest({
      title: 'Feature',
      from: { repository, branch: 'feature' },
      to: { repository, branch: 'main' },
    });
    expect(state.vetoes(pull)).toHaveLength(1);
  });

  it('fails with an annotation for each issue that SonarQube answers, where it stands', async () => {
    sonarqube.state.addPullRequest('ledger', {
      key: String(pull.id),
      branch: 'feature',
      analyses: [{ at: at(1), revision: pull.from.commit, issues: { count: 7, files: 2 }, gate: gate('ERROR', 7) }],
    });
    await sonarqube.state.deliver('ledger', { pullRequest: String(pull.id) });
    const lies = await waitForReport(pull, 'FAIL', 7);
    const truth = await issuesOf(String(pull.id));
    expect(truth).toHaveLength(7);
    expect(
      lies.annotations.map(({ externalId, path, line }) => ({ key: externalId, path, line })).toSorted(byKey),
    ).toEqual(
      truth
        .map((one) => ({ key: one.key, path: one.component.replace(/^ledger:/, ''), line: one.line }))
        .toSorted(byKey),
    );
    expect(sample.bitbucket.state.vetoes(pull)).not.toEqual([]);
  });

  it('is open again after the push of a fix, with nothing left of what was wrong', async () => {
    const { state } = sample.bitbucket;
    await state.push(sample.repository, { branch: 'feature', files: { 'src/file-1.ts': lines(41) } });
    // Nobody has analysed the new head: no report of another commit opens it.
    expect(state.vetoes(pull)).not.toEqual([]);
    const keys = (await issuesOf(String(pull.id))).map((one) => one.key);
    sonarqube.state.addAnalysis(
      'ledger',
      { at: at(2), revision: pull.from.commit, close: keys, gate: gate('OK', 0) },
      { pullRequest: String(pull.id) },
    );
    await sonarqube.state.deliver('ledger', { pullRequest: String(pull.id) });
    await waitForReport(pull, 'PASS', 0);
    expect(state.vetoes(pull)).toEqual([]);
  });

  it('costs SonarQube and Bitbucket few questions', async () => {
    const { pullRequest } = await stage.detail(pull.id);
    expect(pullRequest.reports).toMatchObject([{ state: 'published', result: 'PASS', shown: 0 }]);
    expect(sonarqube.journal.entries.filter(({ path }) => path.includes('projects/search')).length).toBeLessThan(4);
  });
});

const byKey = (a: { key: string | null }, b: { key: string | null }): number =>
  String(a.key).localeCompare(String(b.key));
