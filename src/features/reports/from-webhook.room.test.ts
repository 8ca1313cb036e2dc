import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../../lab/simulators/sonarqube/scenarios.ts';
import { lines, type Sample, startSample } from '../../../lab/simulators/bitbucket-server/testing.ts';
import { type ReportStage, startReportStage } from '../../../test/reports/stage.ts';

/* From the delivery of a SonarQube server that analyses pull requests itself to the report, through every room between. */

let stage: ReportStage;
let sample: Sample;
let sonar: Simulator;
let bitbucket: number;
let sonarqube: number;

beforeAll(async () => {
  sonar = await startSimulator({
    profile: '26.9-developer',
    scenario(state) {
      state.addProject({
        key: 'shop',
        name: 'Shop',
        analyses: [{ at: new Date('2026-03-01T10:00:00Z'), version: '1' }],
      });
    },
  });
  // The hub of the test listens on this machine.
  sonar.state.world.validateWebhooks = false;
  sample = await startSample();
  stage = await startReportStage();
  bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.bot);
  const made = await stage.api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'developer edition',
    kind: 'sonarqube',
    settings: { url: sonar.url, publicUrl: 'https://quality.example.com/sonar/' },
    secrets: { apiToken: sonar.tokens.admin },
    syncIntervalSeconds: 86_400,
  });
  sonarqube = made.integration.id;
  await stage.sync(sonarqube);
  await stage.api('PUT', `/api/v1/integrations/${sonarqube}/webhook`, { scope: 'global' });
}, 120_000);
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
  await sonar.close();
});

it('a delivered analysis of a pull request becomes a report on its head, and a gate that turns changes it', async () => {
  const { state } = sample.bitbucket;
  const { repository } = sample;
  await state.push(repository, { branch: 'feature', from: 'main', files: { 'src/a.ts': lines(20, { 3: 'new' }) } });
  const pull = await state.openPullRequest({
    title: 'Feature',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
  await stage.sync(bitbucket);
  const { id: project } = await stage.db.one<{ id: number }>(
    "select id from shared.projects where source_key = 'shop' and integration_id = $1",
    [sonarqube],
  );
  await stage.bind({ project, repository: 'PAY/ledger' });
  const gate = {
    status: 'ERROR' as const,
    conditions: [
      { metric: 'new_violations', comparator: 'GT' as const, threshold: '0', actual: '3', status: 'ERROR' as const },
    ],
  };
  sonar.state.addPullRequest('shop', {
    key: String(pull.id),
    branch: 'feature',
    analyses: [{ revision: pull.from.commit, issues: { count: 3, rules: someRules(3) }, gate }],
  });
  await sonar.state.deliver('shop', { pullRequest: String(pull.id) });
  const report = () => repository.reports.get(pull.from.commit)?.get('com.sonarsource.sonarqube');
  await expect.poll(() => report()?.result, { timeout: 60_000 }).toBe('FAIL');
  await expect.poll(() => report()?.annotations.length, { timeout: 30_000 }).toBe(3);
  expect(report()?.details).toContain('(required <= 0)');
  // The hub reaches the server by another address than people do.
  expect(report()?.link).toBe(`https://quality.example.com/sonar/dashboard?id=shop&pullRequest=${pull.id}`);
  expect(report()?.annotations[0]?.link).toMatch(/^https:\/\/quality\.example\.com\/sonar\/project\/issues\?/);

  // What was written is there before the hub has noted that it is.
  const scraped = async (): Promise<string> => (await fetch(new URL('/metrics', stage.hub.url))).text();
  await expect
    .poll(scraped, { timeout: 30_000 })
    .toContain('plumbline_reports{integration="bitbucket",state="published"} 1');

  // A person accepts what was found: the gate turns without an analysis.
  for (const key of sonar.state.issueKeys('shop', { pullRequest: String(pull.id) })) sonar.state.accept(key);
  sonar.state.addAnalysis(
    'shop',
    { revision: pull.from.commit, gate: { status: 'OK', conditions: [] } },
    { pullRequest: String(pull.id) },
  );
  await sonar.state.deliver('shop', { pullRequest: String(pull.id) });
  await expect.poll(() => report()?.result, { timeout: 60_000 }).toBe('PASS');
  expect(report()?.annotations).toEqual([]);
}, 180_000);
