import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessAnswers, signedIn } from './answers/access.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers } from './answers/help.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { organizationAnswers } from './answers/organization.ts';
import { runAnswers } from './answers/runs.ts';
import { runningAnswers } from './answers/running.ts';
import { openBrowser, openPage } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
let empty = false;

beforeAll(async () => {
  const [opened, web] = await Promise.all([openBrowser(), buildWeb()]);
  browser = opened;
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...helpAnswers(),
    ...operationsAnswers(),
    ...organizationAnswers({ nobody: true }),
    ...runAnswers(),
    ...runningAnswers(() => empty),
  ]);
});

afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

describe('what runs', () => {
  it('stands with what fails first, and never calls stale or unknown passed', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${stage.url}running`);
    const table = page.getByRole('table').first();
    await table.getByText('Failed').waitFor();
    const words = await table.locator('tbody tr td:first-child').allInnerTexts();
    expect(words.map((text) => text.replaceAll(/[^A-Za-z ]/g, '').trim())).toEqual([
      'Failed',
      'Stale',
      'No verdict',
      'Passed',
    ]);
    expect(await table.getByText('Coverage on New Code 61.2, at least 80').count()).toBe(1);
    const line = table.getByRole('link', { name: /payments\/ledger/ }).first();
    expect(await line.getAttribute('href')).toContain(`trace?q=sha256:${'a'.repeat(64)}`);
    const criticals = page.getByRole('region', { name: 'Running images with open critical vulnerabilities' });
    expect((await criticals.locator('tbody tr').first().innerText()).replaceAll(/\s+/g, ' ')).toContain(
      'found 6 weeks ago, 3 of 11 fixed 3 days ago, not deployed yet',
    );
    const took = page.getByRole('region', { name: 'From detection to the deployment of the fix' });
    expect(await took.locator('tbody tr').first().innerText()).toMatch(/6 d 12 h[\s\S]*11 d 9 h[\s\S]*31 d 4 h/);
    await page.getByText('Of 1 of 4 images that run now it is not known what they have').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is filtered by the address, which the keyboard changes too', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}running?state=failed`);
    await page.getByText('11 open criticals run in production').waitFor();
    const rows = page.getByRole('table').first().locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel('Only what is stale').focus();
    await page.keyboard.press('Space');
    await expect.poll(() => page.url()).toContain('stale=1');
    expect(page.url()).toContain('state=failed');
    await context.close();
  });

  it('that is not known says what to connect', async () => {
    empty = true;
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}running`);
    await page.getByText('Nothing is known to run yet').waitFor();
    expect(await page.getByRole('link', { name: 'Connect Harness' }).getAttribute('href')).toContain(
      'integrations/add/harness',
    );
    empty = false;
    await context.close();
  });
});
