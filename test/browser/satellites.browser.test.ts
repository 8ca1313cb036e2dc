import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { StreamedAnswer } from '../../src/features/access/index.ts';
import { SavedIntegration } from '../../src/features/integrations/contract.ts';
import { accessAnswers, signedIn } from './answers/access.ts';
import { healthAnswers } from './answers/health.ts';
import { inboxAnswers } from './answers/inbox.ts';
import { integration, integrationAnswers } from './answers/integrations.ts';
import { locatedAnswers } from './answers/help.ts';
import { runAnswers } from './answers/runs.ts';
import { satelliteAnswers } from './answers/satellites.ts';
import { looks, openBrowser, openPage, picture, seriousFindings, sidewaysScrolling, take } from './look.ts';
import { buildWeb, prepared, startStage } from './stage.ts';

let browser: Browser;
let web: string;

beforeAll(async () => {
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
});
afterAll(() => browser?.close());

const secret = 'squ_typed-in-the-browser-and-sent-nowhere';
const far = {
  ...integration,
  id: 7,
  name: 'sonarqube-factory',
  place: 'satellite' as const,
  checkedAt: null,
  checks: [],
};

const lines = [
  {
    type: 'check',
    check: {
      name: 'satellite_online',
      title: 'A satellite is at work',
      outcome: 'ok',
      message: 'A satellite carries out the checks where it is.',
    },
  },
  {
    type: 'check',
    check: { name: 'reachable', title: 'The server answers', outcome: 'ok', message: 'SonarQube 26.9 answers.' },
  },
  { type: 'report', report: { checks: [], capabilities: [], facts: {}, saveAllowed: true, webhooks: null } },
  { type: 'saved', integration: far },
].map((line) => `${JSON.stringify(line)}\n`);

it('what a satellite will read: the file holds the key that was typed, and the hub is never told it', async () => {
  const [sent, asked]: [unknown[], unknown[]] = [[], []];
  const instead = [
    prepared('POST', '/api/v1/integrations', SavedIntegration, ({ body }) => {
      sent.push(body);
      return { integration: far, report: null };
    }),
    prepared(
      'POST',
      '/api/v1/integrations/:id/check',
      z.any(),
      () => new StreamedAnswer('application/x-ndjson', Readable.from(lines)),
    ),
  ];
  const replaced = new Set(instead.map((route) => `${route.method} ${route.path}`));
  const usual = [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...inboxAnswers(),
    ...runAnswers(),
    ...healthAnswers(),
    ...locatedAnswers(),
    ...satelliteAnswers({ asked }),
  ];
  const stage = await startStage(web, [
    ...instead,
    ...usual.filter((route) => !replaced.has(`${route.method} ${route.path}`)),
  ]);
  const { page, context } = await openPage(browser);
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(`${request.url()} ${request.postData() ?? ''}`));
  try {
    await page.goto(`${stage.url}integrations/add/sonarqube`);
    await page.getByRole('textbox', { name: 'Name' }).fill('sonarqube-factory');
    await page.getByRole('radio', { name: 'In a satellite' }).check();
    await picture(page, 'wizard-satellite-name');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'SonarQube URL' }).fill('https://sonarqube.factory.example');
    await page.getByLabel('API token', { exact: false }).first().fill(secret);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download YAML File' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('satellite.yml');
    expect(await readFile(await saved.path(), 'utf8')).toContain(`api_key: "${secret}"`);
    expect(sent).toMatchObject([{ name: 'sonarqube-factory', kind: 'sonarqube', place: 'satellite', secrets: {} }]);
    expect(asked).toEqual([{ integrationIds: [7] }]);
    for (const look of looks) {
      await take(page, look);
      await picture(page, `wizard-satellite-${look.name}`);
      expect(await sidewaysScrolling(page)).toEqual([]);
      expect(await seriousFindings(page, look)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Validate Connection' }).click();
    await page.getByRole('link', { name: 'Finish' }).waitFor();
    expect(bodies.filter((body) => body.includes(secret))).toEqual([]);
  } finally {
    await context.close();
    await stage.close();
  }
});
