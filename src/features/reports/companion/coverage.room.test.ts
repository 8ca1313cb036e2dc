import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../../../lab/simulators/sonarqube/index.ts';
import { small } from '../../../../lab/simulators/sonarqube/scenarios.ts';
import type { CodeLine } from '../../../../lab/simulators/sonarqube/types.ts';
import { type CompanionStage, startCompanionStage } from '../../../../test/reports/companion-stage.ts';

const key = 'shop:pr-1';
const report = 'com.sonarsource.sonarqube';
let stage: CompanionStage;
let sonarqube: Simulator;
let sample: Sample;
let head: string;
let minute = 0;

beforeAll(async () => {
  sonarqube = await startSimulator({ profile: '26.9', scenario: small });
  sample = await startSample({ contextPath: '/bitbucket' });
  const { repository, bitbucket } = sample;
  stage = await startCompanionStage({
    sonarqube: { url: sonarqube.url, token: sonarqube.tokens.admin },
    bitbucket: { url: bitbucket.url, token: sample.bot },
  });
  // 30 lines of a new file, and one line of an old one.
  const files = { 'src/new.java': lines(30), 'src/a.ts': lines(20, { 3: 'new' }), 'src/new.test.java': lines(500) };
  head = await bitbucket.state.push(repository, { branch: 'feature', from: 'main', files });
  await bitbucket.state.openPullRequest({
    title: 'f',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
  await stage.sync(stage.bitbucket);
  await stage.sync(stage.sonarqube);
  const shop = await stage.db.one<{ id: number }>("select id from code_quality.projects where source_key = 'shop'");
  await stage.api('POST', '/api/v1/bindings', { project: shop.id, repository: 'PAY/ledger' });
  await stage.api('POST', '/api/v1/pull-requests/scan-parameters', { pullRequest: 'PAY/ledger#1' });
});
afterAll(async () => {
  await stage.close();
  await sonarqube.close();
  await sample.bitbucket.close();
});

/** Analyses the head into the companion, with such lines in its new file, and reads it. */
async function analysed(line: (number: number) => CodeLine) {
  const project = sonarqube.state.world.projects.get(key);
  if (project === undefined) throw new Error('The companion is there.');
  const many = (count: number) => Array.from({ length: count }, (_, at) => line(at + 1));
  project.code = {
    'src/new.java': { lines: many(31) },
    'src/a.ts': { lines: Array.from({ length: 21 }, () => ({})) },
    'src/new.test.java': { test: true, lines: many(501) },
  };
  minute += 1;
  sonarqube.state.addAnalysis(key, { at: new Date(Date.now() + (minute - 60) * 60_000), revision: head });
  await stage.sync(stage.sonarqube);
  const { pullRequest } = await stage.detail(1);
  const lies = sample.repository.reports.get(head)?.get(report);
  return { summary: pullRequest.reports[0], details: lies?.details ?? '', data: lies?.data ?? [] };
}

it('changed lines that no test runs fail the gate, by those lines alone', async () => {
  const { summary, details } = await analysed((number) => ({ hits: number <= 15 ? 1 : 0 }));
  expect(summary).toMatchObject({ state: 'published', gate: 'ERROR', result: 'FAIL', evaluated: true });
  expect(details).toMatch(/coverage on new code: 50(\.0)?% \(required >= 80%\)/i);
});

it('copies among them do, too: 10 of 31 lines', async () => {
  const { summary, details } = await analysed((number) => ({ hits: 1, ...(number <= 10 ? { duplicated: true } : {}) }));
  expect(summary).toMatchObject({ gate: 'ERROR', result: 'FAIL' });
  expect(details).toMatch(/32\.26% \(required <= 3%\)/);
});

it('lines that tests run pass it, and the report has the figures', async () => {
  const { summary, data } = await analysed(() => ({ hits: 2 }));
  expect(summary).toMatchObject({ gate: 'OK', result: 'PASS' });
  expect(data).toEqual(
    expect.arrayContaining([
      { title: 'Coverage on new code', type: 'PERCENTAGE', value: 100 },
      { title: 'Duplication on new code', type: 'PERCENTAGE', value: 0 },
    ]),
  );
});

it('where the token may not read them the report says that nothing was evaluated', async () => {
  sonarqube.faults.add({
    match: { path: 'api/sources/lines' },
    times: Infinity,
    kind: { type: 'status', status: 403, body: '{"errors":[{"msg":"Insufficient privileges"}]}' },
  });
  const { details, data } = await analysed(() => ({ hits: 0 }));
  expect(details).toMatch(/Not evaluated: .*coverage/i);
  expect(details).toContain('the token may not read lines of code');
  expect(data).toEqual(expect.arrayContaining([{ title: 'Coverage on new code', type: 'TEXT', value: 'no data' }]));
});
