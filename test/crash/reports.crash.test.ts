import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { PullRequestDetail, PullRequestList } from '../../src/features/reports/contract.ts';
import { call, connectSource } from '../faults/connected-hub.ts';
import { type Product, startProduct } from '../support/product.ts';
import { onDatabase } from './kills.ts';

let product: Product;
let sonar: Simulator;
let sample: Sample;
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
  sonar.state.world.validateWebhooks = false;
  sample = await startSample();
  product = await startProduct();
});
afterAll(async () => {
  await product?.close();
  await sonar?.close();
  await sample?.bitbucket.close();
});

const key = 'com.sonarsource.sonarqube';

it('a report whose hub is killed between two calls blocks until the next one has written all of it', async () => {
  const { state, faults } = sample.bitbucket;
  const { repository } = sample;
  const { id } = await connectSource(product, 'sonarqube', sonar);
  await call(product, 'PUT', `api/v1/integrations/${id}/webhook`, { scope: 'global' });
  await state.push(repository, { branch: 'feature', from: 'main', files: { 'src/a.ts': lines(20, { 3: 'new' }) } });
  const pull = await state.openPullRequest({
    title: 'Feature',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
  state.requireReport(repository, { key, forbidden: 'none' });
  await call(product, 'POST', 'api/v1/integrations', {
    name: 'bitbucket',
    kind: 'bitbucket-server',
    settings: { url: sample.bitbucket.url },
    secrets: { token: sample.bot },
  });
  const listed = (): Promise<PullRequestList> => call(product, 'GET', 'api/v1/pull-requests');
  await expect.poll(async () => (await listed()).total, { timeout: 60_000 }).toBe(1);
  const project = (): Promise<{ id: number } | undefined> =>
    onDatabase(product, (db) =>
      db.maybeOne<{ id: number }>("select id from shared.projects where source_key = 'shop'"),
    );
  await expect.poll(project, { timeout: 60_000 }).toBeDefined();
  await call(product, 'POST', 'api/v1/bindings', { project: (await project())?.id, repository: 'PAY/ledger' });

  const reports = `rest/insights/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/reports/${key}`;
  const calls = (method: string): number =>
    sample.bitbucket.journal.entries.filter(
      ({ method: sent, path }) => sent === method && path.endsWith('/annotations'),
    ).length;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // The first call about annotations removes stale ones; the second, which adds them, is never answered.
  faults.add({ match: { path: `${reports}/annotations`, after: 1 }, kind: { type: 'hold', until: () => released } });
  const gate = { status: 'OK' as const, conditions: [] };
  sonar.state.addPullRequest('shop', {
    key: String(pull.id),
    branch: 'feature',
    analyses: [{ revision: pull.from.commit, issues: { count: 3, rules: someRules(3) }, gate }],
  });
  await sonar.state.deliver('shop', { pullRequest: String(pull.id) });
  await expect.poll(() => calls('POST'), { timeout: 60_000 }).toBe(1);
  await product.kill();
  release();
  expect(state.vetoes(pull)).toHaveLength(1);

  await product.start();
  expect(state.vetoes(pull)).toHaveLength(1);
  const report = () => repository.reports.get(pull.from.commit)?.get(key);
  await expect.poll(() => report()?.result, { timeout: 120_000 }).toBe('PASS');
  expect(report()?.annotations).toHaveLength(3);
  expect(state.vetoes(pull)).toEqual([]);
  const row = (await listed()).pullRequests[0];
  await expect
    .poll(async () => (await listed()).pullRequests[0]?.reports[0]?.state, { timeout: 30_000 })
    .toBe('published');
  const { reports: details } = await call<PullRequestDetail>(product, 'GET', `api/v1/pull-requests/${row?.id}`);
  // What the killed process had sent is kept, the call without an answer included.
  const [last, killed] = details[0]?.attempts ?? [];
  expect(last).toMatchObject({ outcome: 'published' });
  expect(killed).toMatchObject({ outcome: null, endedAt: null });
  expect(killed?.calls.at(-1)).toMatchObject({ method: 'POST', status: null });
}, 300_000);
