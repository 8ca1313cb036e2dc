import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessAnswers, signedIn } from './answers/access.ts';
import { traceAnswers } from './answers/trace.ts';
import { explorerAnswers } from './answers/explorer.ts';
import { healthAnswers } from './answers/health.ts';
import { reportAnswers } from './answers/reports.ts';
import { imageAnswers } from './answers/images.ts';
import { inboxAnswers } from './answers/inbox.ts';
import { insightAnswers } from './answers/insights.ts';
import { organizationAnswers } from './answers/organization.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { policyAnswers } from './answers/policy.ts';
import { projectAnswers } from './answers/projects.ts';
import { runAnswers } from './answers/runs.ts';
import { openBrowser, type Opened, openPage } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
let opened: Opened | undefined;

beforeAll(async () => {
  const [started, web] = await Promise.all([openBrowser(), buildWeb()]);
  browser = started;
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...inboxAnswers(),
    ...runAnswers(),
    ...healthAnswers(),
    ...reportAnswers(),
    ...insightAnswers(),
    ...organizationAnswers({ nobody: true }),
    ...projectAnswers(),
    ...traceAnswers(),
    ...imageAnswers(),
    ...policyAnswers(),
    ...explorerAnswers(),
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

const phone = { width: 390, height: 844 };

async function open(address: string, { size, zone }: { size?: typeof phone; zone?: string } = {}): Promise<Page> {
  opened = await openPage(browser, zone);
  if (size !== undefined) await opened.page.setViewportSize(size);
  await opened.page.goto(stage.url + address);
  return opened.page;
}

const search = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

describe('tables', () => {
  it('show one line a row, the whole of a cut cell beside it, and copy it', async () => {
    const page = await open('images');
    const cell = page.locator('tbody td').filter({ hasText: 'platform/internal' });
    await cell.waitFor();
    const heights = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.clientHeight));
    expect(Math.max(...heights)).toBeLessThan(45);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await cell.locator('.cell-line').hover();
    const peek = page.locator('.peek');
    await peek.waitFor();
    const whole = (await peek.locator('.peek-text').textContent()) ?? '';
    expect(whole).toContain('partner-gateway-sidecar');
    await peek.getByRole('button', { name: 'Copy' }).click();
    await peek.getByText('Copied').waitFor();
    expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(whole);
  });

  it('are walked by arrows, show the whole of a cell in focus, and open a row with Enter', async () => {
    const page = await open('insights/security');
    const table = page.getByRole('region', { name: 'Open vulnerabilities', exact: true }).last();
    await table.locator('[data-row-link]').first().waitFor();
    await table.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.locator('.peek-text').waitFor();
    expect(await page.locator('.peek-text').textContent()).toBe(
      await page.locator(':focus .cell-line').evaluate((line) => line.textContent),
    );
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(search(page).get('finding')).not.toBeNull();
  });

  it('on a phone begin with what decides and fold the rest under the row', async () => {
    const page = await open('projects', { size: phone });
    await page.getByRole('link', { name: 'payments-api' }).waitFor();
    expect(await page.locator('thead th').allTextContents()).toEqual(['Gate', 'Project', 'More']);
    const table = page.locator('.table-scroll');
    expect(await table.evaluate((place) => place.scrollWidth <= place.clientWidth)).toBe(true);
    await page.getByRole('button', { name: 'More of this row' }).first().click();
    await page.locator('.fold-row').getByText('Coverage').waitFor();
    expect(await page.locator('.fold-row').getByText('71.4 %').count()).toBe(1);
  });

  it('on a phone are sorted by columns that are folded away, in both directions', async () => {
    const page = await open('projects', { size: phone });
    await page.getByRole('link', { name: 'payments-api' }).waitFor();
    const choice = page.getByRole('combobox', { name: 'Sort by' });
    const heads = await page.locator('thead th').allTextContents();
    const [column = ''] = (await choice.locator('option').allTextContents()).filter((name) => !heads.includes(name));
    expect(column).not.toBe('');
    await choice.selectOption({ label: column });
    const sort = await choice.inputValue();
    await page.waitForURL((url) => url.searchParams.get('sort') === sort);
    const before = search(page).get('direction');
    await page.getByRole('button', { name: /turn the order round/ }).click();
    await page.waitForURL((url) => url.searchParams.get('direction') !== before);
    expect(search(page).get('sort')).toBe(sort);
    await page.setViewportSize({ width: 1440, height: 900 });
    await choice.waitFor({ state: 'detached' });
  });

  it('jump to a page, and say which there are when there is none of that number', async () => {
    const page = await open('images');
    const field = page.getByRole('textbox', { name: 'Page' });
    await field.fill('26');
    await field.press('Enter');
    await page.getByText('A number from 1 to 25.').waitFor();
    await field.fill('25');
    await field.press('Enter');
    await page.waitForURL(/page=25/);
  });
});

describe('popovers', () => {
  it('open inside the content and close when their action ran', async () => {
    const page = await open('insights/security?severity=critical');
    for (const size of [{ width: 1440, height: 900 }, phone]) {
      await page.setViewportSize(size);
      for (const name of [/^Projects:/, /^Severit.*Critical/, 'Columns']) {
        await page.getByRole('button', { name }).first().click();
        const popover = page.locator('.popover');
        await popover.waitFor();
        const [box, content] = await Promise.all([popover.boundingBox(), page.locator('.page').boundingBox()]);
        expect(box?.x, `${size.width} ${String(name)}`).toBeGreaterThanOrEqual(content?.x ?? 0);
        expect((box?.x ?? 0) + (box?.width ?? 0), `${size.width} ${String(name)}`).toBeLessThanOrEqual(size.width);
        await page.keyboard.press('Escape');
        await popover.waitFor({ state: 'detached' });
      }
    }
    await page
      .getByRole('button', { name: /^Severit.*Critical/ })
      .first()
      .click();
    await page.locator('.popover').getByRole('button', { name: 'All severities' }).click();
    await page.locator('.popover').waitFor({ state: 'detached' });
    expect(search(page).get('severity')).toBeNull();
  });
});

describe('days and times', () => {
  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])('are those of UTC for a browser in %s', async (zone) => {
    const page = await open('insights/security?from=2026-01-01&to=2026-06-30', { zone });
    const first = page.getByRole('group', { name: 'First day' });
    await first.waitFor();
    expect(await first.textContent()).toContain('2026-01-01UTC');
    await first.getByRole('spinbutton', { name: /^day,/ }).press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2026-01-02/);
    // The clock of the test stands at 10:00 UTC of 21 November: already the 22nd, or not yet later than the 20th, there.
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('6m');
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('custom');
    await page.waitForURL(/to=2026-11-21/);
    await page
      .getByRole('group', { name: 'Last day' })
      .getByRole('button', { name: /Calendar/ })
      .click();
    expect(await page.locator('.calendar-day.today').textContent()).toBe('21');
    await page.keyboard.press('Escape');
    expect(await page.locator('time').first().getAttribute('title')).toContain('UTC');
  });

  it('outside their limits stay with the reason and change nothing', async () => {
    const page = await open('insights/security?from=2026-06-30&to=2026-06-30');
    const first = page.getByRole('group', { name: 'First day' });
    await first.getByRole('spinbutton', { name: /^month,/ }).press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByText('Not after 2026-06-30.').waitFor();
    expect(search(page).get('from')).toBe('2026-06-30');
  });
});

describe('the page of SQL', () => {
  const parts = (page: Page): Promise<string[]> =>
    page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));

  it('loads its editor when somebody enters it, keeps what was typed, and completes columns', async () => {
    const page = await open('data/sql');
    const field = page.getByRole('textbox', { name: 'SQL statement' });
    await field.waitFor();
    expect((await parts(page)).filter((name) => name.includes('sql-editor'))).toEqual([]);
    await field.fill('select id,');
    await page.locator('.cm-editor').waitFor();
    await page.keyboard.type(' PROJ');
    await page.locator('.cm-tooltip-autocomplete').getByText('project_id').first().waitFor();
    expect(await page.locator('.cm-content').textContent()).toContain('select id, PROJ');
  });
});
