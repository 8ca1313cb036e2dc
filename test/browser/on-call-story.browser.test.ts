import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { accessAnswers, signedIn } from './answers/access.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { imageAnswers } from './answers/images.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { organizationAnswers } from './answers/organization.ts';
import { policyAnswers } from './answers/policy.ts';
import { projectAnswers } from './answers/projects.ts';
import { pullRequestAnswers } from './answers/pull-requests.ts';
import { runningAnswers } from './answers/running.ts';
import { traceAnswers } from './answers/trace.ts';
import {
  looks,
  openBrowser,
  type Opened,
  openPage,
  picture,
  seriousFindings,
  sidewaysScrolling,
  take,
} from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

/*
 * Somebody on call follows the link of an alert about an image to what runs, to the line behind it and to the pull request
 * that brought it, by keyboard alone.
 */

let browser: Browser;
let stage: Stage;
let opened: Opened | undefined;

beforeAll(async () => {
  let web: string;
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...projectAnswers(),
    ...imageAnswers(),
    ...policyAnswers(),
    ...deploymentAnswers(),
    ...pullRequestAnswers(),
    ...organizationAnswers({ nobody: true }),
    ...operationsAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
    ...runningAnswers(),
    ...traceAnswers(),
  ]);
});
afterEach(async () => {
  await opened?.context.close();
  opened = undefined;
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

const digest = `sha256:${'a'.repeat(64)}`;

async function everyLook(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `on-call-${name}-${look.name}`);
    expect(await sidewaysScrolling(page)).toEqual([]);
    expect(await seriousFindings(page, look)).toEqual([]);
  }
  const [first] = looks;
  if (first !== undefined) await take(page, first);
}

it('leads from an alert to what runs, its line and the pull request, by a handful of keys', async () => {
  opened = await openPage(browser);
  const { page, complaints } = opened;
  let keys = 0;
  const press = async (key: string): Promise<void> => {
    keys += 1;
    await page.keyboard.press(key);
  };
  /** As many steps as somebody takes who reads the page from its beginning. */
  const follow = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let steps = 0; steps < 60; steps += 1) {
      if (await target.evaluate((it) => it === document.activeElement)) return press('Enter');
      await press('Tab');
    }
    throw new Error('The keyboard does not get there.');
  };

  // The address that an alert about the image carries.
  await page.goto(`${stage.url}running?state=failed&q=${digest}`);
  const table = page.getByRole('region', { name: 'What runs where, and may it' });
  await table.getByText('Failed').waitFor();
  await page
    .getByRole('region', { name: 'From detection to the deployment of the fix' })
    .locator('tbody td')
    .first()
    .waitFor();
  await everyLook(page, 'running');
  await follow(table.getByRole('link', { name: /payments\/ledger/ }).first());

  const worst = page.getByRole('region', { name: 'What is worst' });
  await worst.waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe(digest);
  const said = await worst.getByRole('listitem').allInnerTexts();
  expect(said.join('\n')).toMatch(/Runs what failed[\s\S]*Policy on image[\s\S]*Gate failed/);
  await everyLook(page, 'trace');
  await follow(page.locator('[data-station="pull_request:1"]').getByRole('link', { name: 'PAY/checkout#17' }));

  const panel = page.getByRole('dialog');
  await panel.waitFor();
  await everyLook(page, 'station');
  await follow(panel.getByRole('link', { name: 'Its page' }));
  await page.getByRole('heading', { level: 1, name: /^#/ }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/\/pull-requests\/1$/);
  await page.getByRole('region', { name: 'Line' }).waitFor();
  await everyLook(page, 'pull-request');
  // A key a second is slow: within a minute.
  expect(keys).toBeLessThan(60);
  expect(complaints).toEqual([]);
  // Sixteen looks, each with axe.
}, 900_000);
