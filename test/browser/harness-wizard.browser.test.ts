import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sample, startSample } from '../../lab/simulators/harness/testing.ts';
import { harness } from '../../src/connectors/harness/index.ts';
import { Settings } from '../../src/connectors/harness/settings.ts';
import { satelliteYaml } from '../../src/domain/satellite-file.ts';
import { ConnectorList, type IntegrationAnswer } from '../../src/features/integrations/contract.ts';
import { streamChecks } from '../../src/features/integrations/check-stream.ts';
import { SatelliteFile } from '../../src/features/satellites/contract.ts';
import type { Route } from '../../src/features/access/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { accessAnswers, signedIn } from './answers/access.ts';
import { healthAnswers } from './answers/health.ts';
import { locatedAnswers } from './answers/help.ts';
import { inboxAnswers } from './answers/inbox.ts';
import { integration, integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { runAnswers } from './answers/runs.ts';
import { satelliteAnswers } from './answers/satellites.ts';
import { looks, openBrowser, openPage, picture, seriousFindings, sidewaysScrolling, take } from './look.ts';
import { buildWeb, prepared, type Stage, startStage } from './stage.ts';

let browser: Browser;
let sample: Sample;
let stage: Stage;
/** What the hub was told, newest last. */
const told: { path: string; body: Record<string, unknown> }[] = [];

const added: IntegrationAnswer = {
  ...integration,
  id: 7,
  name: 'harness-production',
  kind: 'harness',
  kindTitle: 'Harness',
  baseUrl: 'https://app.harness.io',
  settings: { accountType: 'cloud', url: 'https://app.harness.io', accountId: 'acc', organizations: [], projects: [] },
};
const far = 'https://harness.factory.example';

/** The connector's own checks, with the simulator in the place of the address that was entered. */
async function* checking(settings: unknown, apiKey: string, saved: IntegrationAnswer | null) {
  const http = createOutbound({ configuredHost: '127.0.0.1', loopbackAllowed: true }, { random: () => 0 });
  const entered = Settings.parse(settings);
  const report = yield* harness.check({
    settings: entered,
    secrets: { apiKey },
    http: {
      ...http,
      request: (wish) =>
        http.request({ ...wish, url: new URL(wish.url.href.replace(entered.url, sample.harness.url)) }),
    },
    log: silentLog,
    signal: new AbortController().signal,
    now: sample.clock.now,
  });
  await http.close();
  return { report, integration: saved };
}

const { description, form, endpoints, streams } = harness;
const ofConnector = {
  kind: 'harness',
  title: 'Harness',
  description,
  form: form.map((field) => field),
  endpoints: endpoints.map((endpoint) => endpoint),
  streams: streams.map(({ name, title }) => ({ name, title })),
  multipleCredentials: true,
};

const answers = (): Route[] => [
  prepared('GET', '/api/v1/connectors', ConnectorList, () => ({ connectors: [ofConnector] }) as never),
  prepared('POST', '/api/v1/integrations/check', z.any(), async ({ body }) => {
    const { settings, secrets } = keep('check', body) as { settings: object; secrets: { apiKey: string } };
    return streamChecks(checking(settings, secrets.apiKey, null), { requestId: 'r', log: silentLog });
  }),
  prepared('POST', '/api/v1/integrations', z.any(), async ({ body }) => {
    const { place, settings, secrets } = keep('save', body) as {
      place?: string;
      settings: object;
      secrets: { apiKey: string };
    };
    if (place === 'satellite') return { integration: { ...added, place: 'satellite', state: 'active' }, report: null };
    return streamChecks(checking(settings, secrets.apiKey, added), { requestId: 'r', log: silentLog });
  }),
  prepared('POST', '/api/v1/integrations/:id/check', z.any(), async () => {
    const settings = { accountType: 'on_prem', url: far, accountId: 'acc', organizations: 'pay' };
    return streamChecks(checking(settings, sample.token, added), { requestId: 'r', log: silentLog });
  }),
  prepared('POST', '/api/v1/satellites/files', SatelliteFile, ({ body }) => {
    keep('file', body);
    const settings = { accountId: 'acc', organizations: ['pay'], projects: ['pay/ledger'] };
    const yaml = satelliteYaml({
      tenant: '3f0f9c4e-0000-4000-8000-000000000001',
      apiKey: `plbsat_${'A'.repeat(43)}`,
      url: 'https://plumbline.example.com/satellite/v1',
      integrations: [{ id: 7, kind: 'harness', name: added.name, url: far, settings }],
    });
    return { fileName: 'satellite.yml', keyId: 3, yaml };
  }),
];

function keep(path: string, body: unknown): Record<string, unknown> {
  told.push({ path, body: body as Record<string, unknown> });
  return body as Record<string, unknown>;
}

beforeAll(async () => {
  const [opened, web, started] = await Promise.all([openBrowser(), buildWeb(), startSample()]);
  [browser, sample] = [opened, started];
  const own = answers();
  const replaced = new Set(own.map(({ method, path }) => `${method} ${path}`));
  const usual = [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...inboxAnswers(),
    ...runAnswers(),
    ...healthAnswers(),
    ...locatedAnswers(),
    ...operationsAnswers(),
    ...satelliteAnswers(),
  ];
  stage = await startStage(web, [...own, ...usual.filter(({ method, path }) => !replaced.has(`${method} ${path}`))]);
});

afterAll(async () => {
  await stage?.close();
  await sample?.harness.close();
  await browser?.close();
});

async function lookAt(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `${name}-${look.name}`);
    expect(await sidewaysScrolling(page), look.name).toEqual([]);
    expect(await seriousFindings(page, look), look.name).toEqual([]);
  }
}

/** Goes from box to box with the keyboard alone. */
async function type(page: Page, label: string, text: string): Promise<void> {
  for (let steps = 0; steps < 12; steps += 1) {
    const there = await page.evaluate(
      (wanted) =>
        (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent?.includes(wanted) === true,
      label,
    );
    if (there) return page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not lead to ${label}`);
}

it('the cloud, by keyboard alone: a name in the wrong case is corrected, and the integration is added', async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${stage.url}integrations/add/harness`);
  await page.getByRole('textbox', { name: 'Name' }).focus();
  await type(page, 'Name', added.name);
  await page.keyboard.press('Enter');
  await page.getByLabel('Account type').focus();
  await type(page, 'API key', sample.token);
  await type(page, 'Account ID', 'acc');
  await lookAt(page, 'wizard-harness-cloud');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Validate' }).waitFor();
  await page.getByLabel('Organization').focus();
  await type(page, 'Organization', 'Pay');
  await page.keyboard.press('Enter');
  await page.getByText('The key sees no organization called “Pay”.').waitFor();
  expect(await page.getByRole('button', { name: /finish/i }).count()).toBe(0);
  await lookAt(page, 'wizard-harness-near-match');
  await page.getByRole('button', { name: /pay/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'The connection works' }).waitFor();
  await page.getByRole('button', { name: 'Finish' }).focus();
  await lookAt(page, 'wizard-harness-validated');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/integrations\?added=7/);
  expect(told.map(({ path }) => path)).toEqual(['check', 'check', 'save']);
  expect(told.at(-1)?.body).toMatchObject({
    name: added.name,
    kind: 'harness',
    settings: { accountId: 'acc' },
    secrets: { apiKey: sample.token },
  });
  expect(complaints).toEqual([]);
  await context.close();
});

it('On-Prem: a satellite is meant, its file holds the key that the hub is never told, and its report appears', async () => {
  told.length = 0;
  const { page, context, complaints } = await openPage(browser);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`${stage.url}integrations/add/harness`);
  await page.getByRole('textbox', { name: 'Name' }).fill('harness-factory');
  await page.keyboard.press('Enter');
  await page.getByLabel('Account type').selectOption('On-Prem');
  expect(await page.getByRole('radio', { name: 'In a satellite' }).isChecked()).toBe(true);
  await page.getByLabel('URL').fill(far);
  await page.getByLabel('API key').fill(sample.token);
  await page.getByLabel('Account ID').fill('acc');
  await lookAt(page, 'wizard-harness-on-prem');
  await page.keyboard.press('Enter');
  await page.getByLabel('Organization').fill('pay');
  await page.getByRole('button', { name: 'Continue' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download YAML File' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file).toContain(`application: harnessng\n    url: "${far}"\n    api_key: "${sample.token}"`);
  expect(told).toMatchObject([
    { path: 'save', body: { place: 'satellite', secrets: {}, settings: { accountType: 'on_prem', url: far } } },
    { path: 'file', body: { integrationIds: [7] } },
  ]);
  await page.getByRole('button', { name: 'Validate Connection' }).click();
  await page.getByRole('heading', { name: 'The connection works' }).waitFor();
  await page.getByRole('link', { name: 'Finish' }).waitFor();
  await lookAt(page, 'wizard-harness-remote');
  expect(sent.filter((text) => text.includes(sample.token))).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});
