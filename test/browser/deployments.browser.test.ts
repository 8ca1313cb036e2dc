import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as contract from '../../src/features/deployments/contract.ts';
import { accessAnswers, signedIn, viewer } from './answers/access.ts';
import { traceAnswers } from './answers/trace.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { healthAnswers } from './answers/health.ts';
import { reportAnswers } from './answers/reports.ts';
import { helpAnswers } from './answers/help.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { operationsAnswers } from './answers/operations.ts';
import { policyAnswers } from './answers/policy.ts';
import { runAnswers } from './answers/runs.ts';
import { openBrowser, openPage } from './look.ts';
import { buildWeb, prepared, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
let session = signedIn;
let saved: unknown;
let empty = false;

const nothing: contract.Matrix = {
  deriving: null,
  environments: [],
  totalEnvironments: 0,
  columns: 1,
  columnsShown: 8,
  services: [],
  total: 0,
  page: 1,
  pageSize: 25,
  places: { running: 0, doubtful: 0, nothing: 0 },
};

beforeAll(async () => {
  const [opened, web] = await Promise.all([openBrowser(), buildWeb()]);
  browser = opened;
  const usual = deploymentAnswers();
  const matrix = usual.find(({ path }) => path === '/api/v1/deployments/running');
  stage = await startStage(web, [
    ...accessAnswers(() => session),
    ...integrationAnswers(),
    ...healthAnswers(),
    ...reportAnswers(),
    ...helpAnswers(),
    ...operationsAnswers(),
    ...runAnswers(),
    ...policyAnswers(),
    ...traceAnswers(),
    ...usual.filter((one) => one !== matrix),
    prepared('GET', '/api/v1/deployments/running', contract.Matrix, (call) =>
      empty ? nothing : (matrix?.handle(call as never) as Promise<contract.Matrix>),
    ),
    prepared('PUT', '/api/v1/delivery/settings', contract.FailureSettings, ({ body }) => {
      saved = body;
      return { ...(body as contract.FailureDefinition), changedBy: 'ada@example.com', changedAt: null };
    }),
  ]);
});

afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

describe('deployments', () => {
  it('open from a cell of the matrix, by an address of their own, and close again', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${stage.url}deployments`);
    await page.getByRole('link', { name: '1.42.0' }).click();
    await page.getByRole('dialog').getByText('What ran before').waitFor();
    expect(page.url()).toContain('deployment=1');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('deployment=');
    // What failed is never shown as running.
    const row = page.getByRole('row', { name: /Ledger/ });
    expect(await row.getByText('Failed since').count()).toBe(1);
    expect(await row.getByText('1.43.0').count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('say what to do where none is known', async () => {
    empty = true;
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}deployments`);
    await page.getByText('No deployment is known yet').waitFor();
    expect(await page.getByRole('link', { name: 'Report deployments' }).getAttribute('href')).toContain(
      'help/deployments',
    );
    empty = false;
    await context.close();
  });
});

describe('delivery', () => {
  it('lets an administrator say what counts as failed, and leads to the rows behind a number', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${stage.url}insights/delivery`);
    await page.getByRole('button', { name: 'What counts as failed' }).click();
    await page.getByLabel('A deployment that was aborted failed; else it counts as nothing').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(saved).toEqual({ rolledBackFails: true, abortedFails: true, supersededCounts: false });
    await page.getByRole('link', { name: '2 not yet' }).click();
    await page.getByRole('heading', { name: 'Times to restore' }).waitFor();
    await page.getByRole('link', { name: 'Change failure rate' }).click();
    await page.getByText('failed deliveries').waitFor();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      outcome: 'failed',
      type: 'production',
      from: '2026-08-31',
      to: '2026-11-21',
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows others what counts, and lets them change nothing', async () => {
    session = viewer;
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.url}insights/delivery`);
    await page.getByRole('button', { name: 'What counts as failed' }).click();
    await page.getByText('An administrator can change it.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    session = signedIn;
    await context.close();
  });
});
