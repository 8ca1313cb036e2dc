import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import * as policyContract from '../../src/features/policy/contract.ts';
import { accessAnswers, signedIn } from './answers/access.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { imageAnswers } from './answers/images.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { organizationAnswers } from './answers/organization.ts';
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
import { buildWeb, prepared, type Stage, startStage } from './stage.ts';

/*
 * An auditor asks what ran on the last day of the quarter and whether it might, follows an image to its line of that day,
 * and sees beside it what is known now, by keyboard alone.
 */

let browser: Browser;
let stage: Stage;
let opened: Opened | undefined;

const day = '2026-09-30';
const endOfDay = `${day}T23:59:59.999Z`;

/** The image that failed is waived on that day alone. */
const verdictAnswers = () => [
  prepared('GET', '/api/v1/policy/verdicts', policyContract.BriefVerdicts, ({ query }) => ({
    verdicts: [
      {
        imageId: 1,
        status: 'failed' as const,
        reason: 'GATE_FAILED',
        waived: query['asOf'] === endOfDay,
        notEvaluated: false,
      },
    ],
  })),
];

beforeAll(async () => {
  let web: string;
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...projectAnswers(),
    ...imageAnswers(),
    ...verdictAnswers(),
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

async function everyLook(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `auditor-${name}-${look.name}`);
    expect(await sidewaysScrolling(page)).toEqual([]);
    expect(await seriousFindings(page, look)).toEqual([]);
  }
  const [first] = looks;
  if (first !== undefined) await take(page, first);
}

const searchOf = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);

it('leads from a day of the last quarter to what ran, its verdict and line of then, and what is known now', async () => {
  opened = await openPage(browser);
  const { page, complaints } = opened;
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (/\/api\/v1\/(running|trace|policy\/verdicts)$/.test(pathname))
      asked.push(`${pathname.slice(pathname.indexOf('/v1/') + 4)} ${searchParams.get('asOf') ?? 'now'}`);
  });
  /** As many steps as somebody takes who reads the page from its beginning. */
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let steps = 0; steps < 80; steps += 1) {
      if (await target.evaluate((it) => it === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('The keyboard does not get there.');
  };
  const follow = async (target: Locator): Promise<void> => {
    await reach(target);
    await page.keyboard.press('Enter');
  };

  // What runs now says that the image failed, and of no waiver.
  await page.goto(`${stage.url}running`);
  const table = page.getByRole('region', { name: 'What runs where, and may it' });
  const row = table.getByRole('row').filter({ hasText: 'payments/ledger' }).first();
  await row.getByText('Failed').first().waitFor();
  expect(await table.getByText('Waived by').count()).toBe(0);

  await reach(page.getByRole('spinbutton', { name: /^year,/ }).first());
  await page.keyboard.type('20260930');
  await page.keyboard.press('Enter');
  await page.getByText(`As it was said at the end of ${day} (UTC).`).waitFor();
  expect(searchOf(page, 'at')).toBe(day);
  await row.getByText('Failed, waived').waitFor();
  const said = (await row.innerText()).replaceAll(/\s+/g, ' ');
  expect(said).toContain('now failed');
  expect(said).toContain('Coverage on New Code 61.2, at least 80');
  expect(said).toContain('Waived by Grace until 2026-10-15: Accepted for the release');
  await table.getByText('does not run now').waitFor();
  await page.getByText('Old registry').waitFor();
  await everyLook(page, 'running');

  // Nothing on the way asks of another day than the one that was chosen.
  asked.length = 0;
  await follow(row.getByRole('link', { name: /payments\/ledger/ }));
  await page.getByText(/^What we said then: .*30 Sep/).waitFor();
  expect([searchOf(page, 'q'), searchOf(page, 'at')]).toEqual([`sha256:${'a'.repeat(64)}`, day]);
  const worst = page.getByRole('region', { name: 'What is worst' });
  expect((await worst.innerText()).replaceAll(/\s+/g, ' ')).toMatch(/Failed, waived Policy on image/);
  expect(await page.locator('[data-station="deployment:3"]').count()).toBe(0);
  const beside = page.getByRole('region', { name: 'What we know now' });
  const differences = (await beside.innerText()).replaceAll(/\s+/g, ' ');
  expect(differences).toMatch(/new_coverage ERROR 58\.4 \/ 80.* Now .*new_coverage ERROR 61\.2 \/ 80/);
  expect(differences).toMatch(/checkout-migrations to production Then not said Now succeeded/);
  await everyLook(page, 'trace');

  // The conditions of then, with where they are from.
  await follow(page.locator('[data-station="analysis:1"] [data-station-link]'));
  const panel = page.getByRole('dialog');
  await panel.getByText('new_coverage ERROR 58.4 / 80').waitFor();
  await everyLook(page, 'station');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  expect(searchOf(page, 'at')).toBe(day);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((one) => !one.endsWith(endOfDay))).toEqual([]);

  await follow(beside.getByRole('link', { name: 'Show the line as it is now' }));
  await page.getByText('Runs what failed').first().waitFor();
  expect([searchOf(page, 'q'), searchOf(page, 'at')]).toEqual([`sha256:${'a'.repeat(64)}`, null]);
  await page.locator('[data-station="deployment:3"]').first().waitFor();
  expect(complaints).toEqual([]);
  // Twelve looks, each with axe.
}, 900_000);
