import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weigh } from '../../web/budget.mjs';
import { createAppRouter } from '../../web/app/router.tsx';
import { accessAnswers, signedIn, signedOut, unset } from './answers/access.ts';
import { bindingAnswers } from './answers/bindings.ts';
import { deploymentAnswers } from './answers/deployments.ts';
import { explorerAnswers } from './answers/explorer.ts';
import { importAnswers } from './answers/imports.ts';
import { healthAnswers } from './answers/health.ts';
import { reportAnswers } from './answers/reports.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { imageAnswers } from './answers/images.ts';
import { satelliteAnswers } from './answers/satellites.ts';
import { overviewAnswers } from './answers/overview.ts';
import { organizationAnswers } from './answers/organization.ts';
import { pipelineAnswers } from './answers/pipelines.ts';
import { pullRequestAnswers } from './answers/pull-requests.ts';
import { runningAnswers } from './answers/running.ts';
import { policyAnswers } from './answers/policy.ts';
import { insightAnswers } from './answers/insights.ts';
import { inboxAnswers } from './answers/inbox.ts';
import { integrationAnswers } from './answers/integrations.ts';
import { findingAnswers } from './answers/findings.ts';
import { projectAnswers } from './answers/projects.ts';
import { heldAbsences, runAnswers } from './answers/runs.ts';
import { operationsAnswers } from './answers/operations.ts';
import { traceAnswers } from './answers/trace.ts';
import { webhookAnswers } from './answers/webhooks.ts';
import {
  layoutShifts,
  looks,
  openBrowser,
  openPage,
  picture,
  seriousFindings,
  sidewaysScrolling,
  take,
  watchShifts,
} from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';
import { type Visit, visits } from './visits.ts';

let browser: Browser;
let web: string;
let stage: Stage;
let session = signedIn;

beforeAll(async () => {
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
  stage = await startStage(web, [
    ...accessAnswers(() => session),
    ...integrationAnswers(),
    ...inboxAnswers(),
    ...runAnswers(heldAbsences),
    ...healthAnswers(),
    ...reportAnswers(),
    ...webhookAnswers(),
    ...operationsAnswers(),
    ...insightAnswers(),
    ...findingAnswers(),
    ...projectAnswers(),
    ...imageAnswers(),
    ...pipelineAnswers(),
    ...policyAnswers(),
    ...deploymentAnswers(),
    ...traceAnswers(),
    ...runningAnswers(),
    ...bindingAnswers(),
    ...pullRequestAnswers(),
    ...importAnswers(),
    ...organizationAnswers(),
    ...explorerAnswers(),
    ...helpAnswers(),
    ...satelliteAnswers(),
    ...overviewAnswers(),
    ...locatedAnswers(),
  ]);
});

afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

const firstNarrow = looks.find(({ name }) => name.startsWith('narrow'));

const pictureName = ({ address }: Visit): string =>
  address === '' ? 'first' : address.replaceAll(/[^a-z0-9]+/gi, '-');

describe('pages', () => {
  it('are all visited: the list of routes is the router’s', () => {
    const declared = Object.keys(createAppRouter({ basepath: '/' }).routesByPath).map((path) =>
      path.replace(/(.)\/$/, '$1'),
    );
    expect([...new Set(visits.map(({ route }) => route))].sort()).toEqual([...new Set(declared)].sort());
  });

  it('begin with no more than the budget, each of them', () => {
    const { pages, budget } = weigh(web);
    expect(pages.map(({ page }) => page)).toContain('pages/data/sql-page.tsx');
    expect(pages.filter(({ total }) => total > budget).map(({ page, total }) => `${page}: ${total}`)).toEqual([]);
  });

  // One test per visit: loading is the slow part, turning the light off is not.
  it.each(visits)('$address', async (visit) => {
    session = { 'signed out': signedOut, 'not set up': unset, 'signed in': signedIn }[visit.session ?? 'signed in'];
    const { page, context, complaints } = await openPage(browser);
    try {
      await watchShifts(page);
      await page.goto(stage.url + visit.address);
      await page.getByText(visit.ready).first().waitFor({ state: 'visible', timeout: 15_000 });
      await page.locator('.bone').first().waitFor({ state: 'detached', timeout: 15_000 });
      expect(await layoutShifts(page), 'moved after the page was drawn, wide').toEqual([]);
      for (const look of looks) {
        if (look === firstNarrow) {
          await page.setViewportSize(look);
          await page.reload();
          await page.locator('h1').first().waitFor();
          await page.locator('.bone, .pending').first().waitFor({ state: 'detached', timeout: 15_000 });
          await page.waitForTimeout(200);
          expect(await layoutShifts(page), 'moved after the page was drawn, narrow').toEqual([]);
        }
        await take(page, look);
        await picture(page, `${pictureName(visit)}-${look.name}`);
        expect(await seriousFindings(page, look), look.name).toEqual([]);
        expect(await sidewaysScrolling(page), look.name).toEqual([]);
      }
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
