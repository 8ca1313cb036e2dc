import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessAnswers, signedIn, viewer } from './answers/access.ts';
import { bindingAnswers } from './answers/bindings.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { imageAnswers } from './answers/images.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { policyAnswers } from './answers/policy.ts';
import { projectAnswers } from './answers/projects.ts';
import { pullRequestAnswers } from './answers/pull-requests.ts';
import { commit, traceAnswers } from './answers/trace.ts';
import { openBrowser, type Opened, openPage } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
let opened: Opened | undefined;
let session = signedIn;

beforeAll(async () => {
  let web: string;
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
  stage = await startStage(web, [
    ...accessAnswers(() => session),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...projectAnswers(),
    ...imageAnswers(),
    ...policyAnswers(),
    ...deploymentAnswers(),
    ...bindingAnswers(),
    ...pullRequestAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
    ...traceAnswers(),
  ]);
});
afterEach(async () => {
  await opened?.context.close();
  opened = undefined;
  session = signedIn;
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

async function open(address: string): Promise<Page> {
  opened = await openPage(browser);
  await opened.page.goto(stage.url + address);
  return opened.page;
}

const addressOf = (page: Page): string => new URL(page.url()).pathname.replace('/plumbline', '');
const searchOf = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.closest('[data-station]')?.getAttribute('data-station') ?? '');

describe('trace', () => {
  it('leads who is on call from a pasted commit to what failed, and to its pull request', async () => {
    const page = await open('trace');
    await page.getByRole('searchbox').fill(` ${commit} `);
    await page.getByRole('button', { name: 'Trace' }).click();
    const worst = page.getByRole('region', { name: 'What is worst' });
    await worst.waitFor();
    const said = await worst.getByRole('listitem').allInnerTexts();
    expect(said[0]).toMatch(/Runs what failed[\s\S]*Deployment[\s\S]*checkout to production/);
    expect(said[2]).toMatch(/Gate failed[\s\S]*Analysis[\s\S]*Checkout/);
    expect(searchOf(page, 'q')).toBe(commit);
    const pull = page.locator('[data-station="pull_request:1"]');
    expect(await pull.getByRole('link', { name: 'Open in bitbucket' }).getAttribute('href')).toBe(
      'https://code.example.com/projects/PAY/repos/checkout/pull-requests/17',
    );
    await pull.getByRole('link', { name: 'PAY/checkout#17' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Its page' }).click();
    await page.getByRole('heading', { level: 1, name: /^#/ }).waitFor();
    expect(addressOf(page)).toBe('/pull-requests/1');
    await page.getByRole('region', { name: 'Line' }).getByRole('link', { name: 'See the whole line' }).click();
    await worst.waitFor();
    expect(searchOf(page, 'q')).toBe('pull_request:1');
  });

  it('parts into a branch for each image and each environment, and shows the same as a table', async () => {
    const page = await open(`trace?q=${commit}`);
    const line = page.getByRole('list', { name: 'Line, from commits to environments' });
    await line.waitFor();
    expect(await line.locator('[data-station^="image:"]').count()).toBe(3);
    expect(await line.locator('[data-station^="environment:"]').count()).toBe(3);
    const drawn = await line
      .locator('[data-station-link]')
      .evaluateAll((links) => links.map((link) => link.closest('[data-station]')?.getAttribute('data-station') ?? ''));
    await page.getByRole('radio', { name: 'Table' }).check();
    const rows = page.getByLabel('Stations of the line').locator('tbody tr');
    await rows.first().waitFor();
    const listed = await rows.count();
    expect(listed).toBe(new Set(drawn.filter((ref) => ref !== '')).size);
    expect(searchOf(page, 'table')).toBe('1');
    await page.reload();
    await rows.first().waitFor();
  });

  it('says why a link is missing, and leads to where that is mended who may do it', async () => {
    const page = await open('trace?q=PAY/ledger%2318');
    await page.getByText('No project is bound to the repository of this commit.').waitFor();
    await page.getByRole('link', { name: 'Bind the project' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(addressOf(page)).toBe('/projects/bindings');
    expect(searchOf(page, 'view')).toBe('suggestions');
    session = { ...viewer, permissions: viewer.permissions.filter((one) => one !== 'integrations:read') };
    await page.goto(`${stage.url}trace?q=PAY/ledger%2318`);
    await page.getByText('No project is bound to the repository of this commit.').waitFor();
    expect(await page.getByRole('link', { name: 'Bind the project' }).count()).toBe(0);
  });

  it('takes none of several meanings for the one that was meant', async () => {
    const page = await open('trace?q=shop/checkout:2.14.0');
    await page.getByText('Choose the one that you mean').waitFor();
    expect(await page.locator('.line').count()).toBe(0);
    const found = page.locator('.trace-candidates > li');
    expect(await found.count()).toBe(2);
    await found.filter({ hasText: 'mirror' }).getByRole('link').click();
    await page.getByRole('region', { name: 'What is worst' }).waitFor();
    expect(searchOf(page, 'q')).toBe('image:8');
  });

  it('is done by keyboard alone: arrows between stations, Enter opens one, Escape closes it', async () => {
    const page = await open('trace');
    await page.getByRole('searchbox').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    await page.keyboard.type(commit);
    await page.keyboard.press('Enter');
    await page.locator('.line').waitFor();
    for (let tabs = 0; tabs < 40 && (await focused(page)) === ''; tabs += 1) await page.keyboard.press('Tab');
    const at = async (key: string): Promise<string> => {
      await page.keyboard.press(key);
      return focused(page);
    };
    expect(await at('Home')).toBe(`commit:${commit}`);
    expect(await at('ArrowRight')).toBe('pull_request:1');
    expect(await at('ArrowDown')).toBe('analysis:1');
    expect(await at('ArrowUp')).toBe('pull_request:1');
    expect(await at('ArrowRight')).toMatch(/^image:/);
    expect(await at('ArrowLeft')).toBe('pull_request:1');
    // The exact time is shown to who comes by keyboard, too.
    await page.locator('[data-station="pull_request:1"] .station-state .exact').waitFor({ state: 'visible' });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'PAY/checkout#17' }).waitFor();
    expect(searchOf(page, 'station')).toBe('pull_request:1');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(searchOf(page, 'station')).toBeNull();
  });

  it('is found in the palette by whatever is pasted there', async () => {
    const page = await open('images');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type(commit);
    const option = page.getByRole('option', { name: /Commit, its line/ });
    await option.waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.line').waitFor();
    expect(addressOf(page)).toBe('/trace');
    expect(searchOf(page, 'q')).toBe(`commit:${commit}`);
  });
});
