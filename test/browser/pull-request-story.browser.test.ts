import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { type Product, startProduct } from '../support/product.ts';
import { openBrowser, picture } from './look.ts';

/*
 * The whole way of one repository as people see it: imported on the page, its pull request analysed into a companion of a
 * Community Build, failed, fixed, passed. Both servers are simulated; the hub is the product as it is run.
 */

const password = 'correct horse battery';
const key = 'com.sonarsource.sonarqube';
/** Where issues of the simulated server lie. */
const file = 'src/f0.txt';

interface Stage {
  sonarqube: Simulator;
  sample: Sample;
  product: Product;
  page: Page;
}

async function api<T>({ product }: Stage, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await product.api(path, { method, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

async function connect(stage: Stage, kind: string, settings: object, secrets: object): Promise<number> {
  const wanted = { name: kind, kind, settings, secrets, syncIntervalSeconds: 86_400 };
  return (await api<{ integration: { id: number } }>(stage, 'POST', 'api/v1/integrations', wanted)).integration.id;
}

/** Reads everything of an integration that changed. */
async function sync(stage: Stage, integration: number): Promise<void> {
  const { id } = await api<{ id: number }>(stage, 'POST', `api/v1/integrations/${integration}/sync`, { full: false });
  for (;;) {
    const { status } = await api<{ status: string }>(stage, 'GET', `api/v1/runs/${id}`);
    if (!['pending', 'running'].includes(status)) return;
    await delay(100);
  }
}

async function signUp({ page, product }: Stage): Promise<void> {
  await page.goto(/http:\/\/\S+\/setup#\S+/.exec(product.log())?.[0] ?? '');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByText('Connect a SonarQube server').waitFor();
}

/** On the page, with a token of one's own. Returns the key of the project that was made. */
async function importRepository({ page, product, sample, sonarqube }: Stage): Promise<string> {
  await page.goto(new URL('projects/import', product.url()).href);
  await page.getByLabel('HTTP access token for bitbucket-server').fill(sample.ada);
  await page.getByRole('button', { name: 'Save token' }).click();
  await page.getByRole('checkbox', { name: 'Choose PAY/ledger' }).check();
  await picture(page, 'story-1-import');
  await page.getByRole('button', { name: 'Set up 1 repository' }).click();
  await page.getByRole('heading', { name: '1 repository set up' }).waitFor({ timeout: 60_000 });
  await picture(page, 'story-2-imported');
  const made = [...sonarqube.state.world.projects.keys()];
  expect(made).toEqual(['PAY_ledger']);
  return 'PAY_ledger';
}

async function openPullRequest({ sample: { bitbucket, repository } }: Stage) {
  bitbucket.state.requireReport(repository, { key, forbidden: 'any' });
  await bitbucket.state.push(repository, { branch: 'feature', from: 'main', files: { [file]: lines(40) } });
  return bitbucket.state.openPullRequest({
    title: 'Book reversals',
    from: { repository, branch: 'feature' },
    to: { repository, branch: 'main' },
  });
}

/** The page of the pull request, once its report reads so. */
async function showReport({ page, product }: Stage, word: 'Fail' | 'Pass'): Promise<void> {
  await page.goto(new URL('pull-requests', product.url()).href);
  await page.getByRole('link', { name: '#1 Book reversals' }).click();
  const card = page.getByRole('region', { name: 'Report', exact: true });
  await card.locator('.chip', { hasText: new RegExp(`${word}$`) }).waitFor({ timeout: 60_000 });
}

it('a repository is imported, its pull request fails, is fixed, and passes', async () => {
  const sonarqube = await startSimulator({ profile: '26.9', scenario: () => undefined });
  const sample = await startSample({ contextPath: '/bitbucket' });
  const product = await startProduct();
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => void (message.type() === 'error' ? complaints.push(message.text()) : undefined));
    const stage: Stage = { sonarqube, sample, product, page };
    await signUp(stage);
    const sonar = await connect(stage, 'sonarqube', { url: sonarqube.url }, { apiToken: sonarqube.tokens.admin });
    const bitbucket = await connect(stage, 'bitbucket-server', { url: sample.bitbucket.url }, { token: sample.bot });
    const project = await importRepository(stage);

    sonarqube.state.addAnalysis(project, { at: new Date('2026-03-02T10:00:00Z'), revision: sample.first });
    const pull = await openPullRequest(stage);
    const { state } = sample.bitbucket;
    await sync(stage, sonar);
    await sync(stage, bitbucket);
    // Nothing was analysed, so nothing may be merged.
    expect(state.vetoes(pull)).toHaveLength(1);

    const asked = await product.plumbline(['pr', 'scan-args', 'PAY/ledger#1']);
    expect([asked.status, asked.out]).toEqual([0, expect.stringContaining(`-Dsonar.projectKey=${project}:pr-1`)]);
    const companion = `${project}:pr-1`;
    sonarqube.state.addAnalysis(companion, {
      at: new Date('2026-03-02T11:00:00Z'),
      revision: pull.from.commit,
      issues: { count: 3 },
    });
    await sync(stage, sonar);
    await showReport(stage, 'Fail');
    await picture(page, 'story-3-failed');
    const shown = async () =>
      (await state.shownReports(pull)).flatMap(({ report, annotations }) => [
        report.result,
        ...annotations.map(({ path, line }) => `${path}:${line}`),
      ]);
    expect((await shown()).toSorted()).toEqual(['FAIL', `${file}:1`, `${file}:2`, `${file}:3`]);
    expect(state.vetoes(pull)).not.toEqual([]);
    await page.getByText('3 of 3').first().waitFor();

    await state.push(sample.repository, { branch: 'feature', files: { [file]: lines(41, { 1: 'better' }) } });
    sonarqube.state.addAnalysis(companion, {
      at: new Date('2026-03-02T12:00:00Z'),
      revision: pull.from.commit,
      close: 3,
    });
    await sync(stage, bitbucket);
    await sync(stage, sonar);
    await showReport(stage, 'Pass');
    await picture(page, 'story-4-passed');
    expect(await shown()).toEqual(['PASS']);
    expect(state.vetoes(pull)).toEqual([]);
    await page.getByRole('link', { name: 'What to enter in Bitbucket, and what was seen' }).click();
    await page.getByLabel('Report key of ledger').waitFor();
    await picture(page, 'story-5-blocking');
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await product.close();
    await sample.bitbucket.close();
    await sonarqube.close();
  }
});
