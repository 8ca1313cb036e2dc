import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/features/overview/figures.ts';
import { figureWords } from '../../web/pages/overview/figure-words.ts';
import { accessAnswers, signedIn } from './answers/access.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { imageAnswers } from './answers/images.ts';
import { insightAnswers } from './answers/insights.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { organizationAnswers } from './answers/organization.ts';
import { calm, overviewAnswers, sonarqubeOnly, untouched } from './answers/overview.ts';
import { operationsAnswers } from './answers/operations.ts';
import { policyAnswers } from './answers/policy.ts';
import { projectAnswers } from './answers/projects.ts';
import { runAnswers } from './answers/runs.ts';
import { runningAnswers } from './answers/running.ts';
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

let browser: Browser;
let stage: Stage;
let opened: Opened | undefined;
let overview = untouched;

beforeAll(async () => {
  let web: string;
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...overviewAnswers(() => overview),
    ...organizationAnswers({ nobody: true }),
    ...integrationAnswers({ none: true }),
    ...healthAnswers(),
    ...runAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
    ...operationsAnswers(),
    ...insightAnswers(),
    ...projectAnswers(),
    ...imageAnswers(),
    ...policyAnswers(),
    ...runningAnswers(),
    ...deploymentAnswers(),
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

async function open(answer: typeof untouched): Promise<Page> {
  overview = answer;
  opened = await openPage(browser);
  await opened.page.goto(stage.url);
  return opened.page;
}

async function everyLook(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `overview-${name}-${look.name}`);
    expect(await sidewaysScrolling(page)).toEqual([]);
    expect(await seriousFindings(page, look)).toEqual([]);
  }
}

describe('the first day', () => {
  it('with nothing: says what to connect, in which order and why; the keyboard alone gets there', async () => {
    const page = await open(untouched);
    await page.getByRole('heading', { name: 'Begin here' }).waitFor();
    const steps = page.locator('.next-steps > li');
    expect(await steps.count()).toBe(6);
    expect(await steps.first().getAttribute('aria-current')).toBe('step');
    expect(await steps.first().innerText()).toContain('First numbers appear within minutes');
    expect(await page.locator('.tile').count()).toBe(0);
    await everyLook(page, 'nothing');
    const connect = page.getByRole('link', { name: 'Connect SonarQube' });
    for (
      let presses = 0;
      presses < 60 && !(await connect.evaluate((it) => it === document.activeElement));
      presses += 1
    )
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/integrations/add/sonarqube');
  });

  it('with SonarQube only: shows its numbers, no good news of what nobody told, and what is next', async () => {
    const page = await open(sonarqubeOnly);
    await page.getByRole('heading', { name: 'What to connect next' }).waitFor();
    const tile = (name: string) => page.locator('.overview-tile', { hasText: name });
    expect(await tile('Gates failing').innerText()).toContain('4');
    const images = tile('Images failing');
    expect(await images.innerText()).toMatch(/No data[\s\S]*needs SonarQube and a registry/);
    expect(await images.getAttribute('class')).toContain('left-out');
    expect(await page.locator('.next-steps [aria-current="step"]').innerText()).toContain(
      'Connect a container registry',
    );
    await everyLook(page, 'sonarqube-only');
  });

  it('with all: nothing is left to connect, and nothing needs a person', async () => {
    const page = await open(calm);
    await page.locator('.overview-tile', { hasText: 'Gates failing' }).waitFor();
    expect(await page.getByRole('heading', { name: 'What to connect next' }).count()).toBe(0);
    expect(await page.locator('.overview-tile.left-out').count()).toBe(0);
    await everyLook(page, 'all');
  });
});

/** What a list is asked for, without which part of it is shown. */
function wanted(address: string): string {
  const { pathname, searchParams } = new URL(address, stage.url);
  const asked = [...searchParams].flatMap(([name, value]) => {
    if (['page', 'pageSize', 'sort', 'order'].includes(name)) return [];
    // A day is its first moment.
    return [`${name}=${name === 'from' || name === 'since' ? new Date(value).toISOString() : value}`];
  });
  return [pathname.slice(pathname.indexOf('/api/')), ...asked.toSorted()].join(' ');
}

describe('each tile', () => {
  it('leads to a page of the very list it counts, which says as many', async () => {
    const figures = calm.figures.map((figure, place) => ({
      ...figure,
      value: 311 + place,
      rows: rowsOf(figure.name, { node: undefined, weekFrom: calm.weekFrom }),
    }));
    const page = await open({ ...calm, figures });
    let now: (typeof figures)[number] | undefined;
    let asked: string[] = [];
    await page.route('**/api/v1/**', async (route) => {
      const address = wanted(route.request().url());
      asked.push(address);
      if (now === undefined || address !== wanted(now.rows)) return route.continue();
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), total: now.value } });
    });
    for (const figure of figures) {
      now = undefined;
      await page.goto(stage.url);
      const tile = page.locator('a.overview-tile', { hasText: String(figure.value) });
      await tile.waitFor();
      expect(await tile.innerText()).toContain(figureWords[figure.name].name);
      [now, asked] = [figure, []];
      await tile.click();
      await expect.poll(() => asked, { timeout: 30_000 }).toContain(wanted(figure.rows));
      await page.getByText(new RegExp(`^1 to \\d+ of ${figure.value}$`)).waitFor();
    }
  }, 900_000);
});
