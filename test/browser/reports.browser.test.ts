import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessAnswers, signedIn } from './answers/access.ts';
import { findingAnswers } from './answers/findings.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers } from './answers/help.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { organizationAnswers } from './answers/organization.ts';
import { type Kept, reportAnswers } from './answers/reports.ts';
import { openBrowser, openPage } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
const kept: Kept = { reports: [], views: [] };

beforeAll(async () => {
  const [opened, web] = await Promise.all([openBrowser(), buildWeb()]);
  browser = opened;
  stage = await startStage(web, [
    ...accessAnswers(() => signedIn),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...helpAnswers(),
    ...operationsAnswers(),
    ...organizationAnswers(),
    ...findingAnswers(),
    ...reportAnswers(kept),
  ]);
});

afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

describe('reports', () => {
  it('are chosen, looked behind and kept by name, all of it in the address', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${stage.url}insights/reports?x=author&stack=severity`);
    // What is not among the greatest is said.
    await page.getByText('212 of 216 groups are summed up as others').waitFor();
    await page.getByRole('button', { name: 'ada@example.com' }).press('Enter');
    await page.getByRole('dialog').getByText('Close this stream').waitFor();
    expect(page.url()).toContain('group=ada%40example.com');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save report' }).click();
    await page.getByLabel('Name').fill('By author');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(kept.reports.map(({ name, definition }) => [name, definition.x, definition.stack])).toEqual([
      ['By author', 'author', 'severity'],
    ]);
    await page.goto(`${stage.url}insights/reports?report=metrics`);
    await page.getByRole('button', { name: 'Saved reports' }).click();
    await page.getByRole('link', { name: 'By author' }).click();
    await page.getByRole('button', { name: 'ada@example.com' }).waitFor();
    expect(new URL(page.url()).search).toBe('?report=issues&x=author&stack=severity');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('say of what nothing is known, and what stands behind a period', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}insights/reports?report=metrics-trend&table=1`);
    const table = page.getByRole('region', { name: 'Numbers of the report' });
    await table.getByRole('cell', { name: 'not known' }).first().waitFor();
    await table.getByRole('button').first().click();
    await page.getByRole('dialog').getByText('payments-api').waitFor();
    expect(page.url()).toContain('at=2026-11-21');
    await page.goto(`${stage.url}insights/reports?author=nobody`);
    await page.getByText('Nothing fits what is chosen').waitFor();
    await context.close();
  });

  it('open as their reader chose, and clear for whoever clears them', async () => {
    kept.views.push({ id: 9, page: 'reports', name: 'Mine', search: 'report=duplication', isDefault: true });
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}insights/reports`);
    await page.getByRole('heading', { name: 'Duplication' }).waitFor();
    expect(new URL(page.url()).search).toBe('?report=duplication');
    // What an address says stands before it.
    await page.goto(`${stage.url}insights/reports?report=metrics`);
    await page.getByRole('heading', { name: 'Metrics' }).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByLabel('Name of the view').fill('Coverage');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('button', { name: 'Coverage', exact: true }).waitFor();
    expect(kept.views.at(-1)).toMatchObject({ page: 'reports', search: 'report=metrics', isDefault: false });
    await context.close();
  });
});
