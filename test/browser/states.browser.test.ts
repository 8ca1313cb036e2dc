import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Route } from '../../src/features/access/index.ts';
import { HeldAbsenceList, Run } from '../../src/features/ingestion/contract.ts';
import { SecuritySummary } from '../../src/features/insights/contract.ts';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { accessAnswers, signedIn, signedOut, viewer } from './answers/access.ts';
import { traceAnswers } from './answers/trace.ts';
import { bindingAnswers } from './answers/bindings.ts';
import { explorerAnswers } from './answers/explorer.ts';
import { importAnswers } from './answers/imports.ts';
import { imageAnswers } from './answers/images.ts';
import { pipelineAnswers } from './answers/pipelines.ts';
import { policyAnswers } from './answers/policy.ts';
import { healthAnswers } from './answers/health.ts';
import { reportAnswers } from './answers/reports.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { insightAnswers, nothing, partial } from './answers/insights.ts';
import { organizationAnswers } from './answers/organization.ts';
import { inboxAnswers } from './answers/inbox.ts';
import { type IntegrationStage, integrationAnswers } from './answers/integrations.ts';
import { findingAnswers } from './answers/findings.ts';
import { projectAnswers } from './answers/projects.ts';
import { type PullRequestStage, pullRequestAnswers } from './answers/pull-requests.ts';
import { aRun, heldAbsences, runAnswers } from './answers/runs.ts';
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

let browser: Browser;
let web: string;
let stage: Stage | undefined;
let opened: Opened | undefined;

beforeAll(async () => {
  [browser, web] = await Promise.all([openBrowser(), buildWeb()]);
});
afterEach(closeAll);
async function closeAll(): Promise<void> {
  await opened?.context.close();
  await stage?.close();
  opened = undefined;
  stage = undefined;
}
afterAll(() => browser?.close());

interface Setting {
  session?: typeof signedIn;
  state?: typeof partial;
  integrations?: IntegrationStage;
  images?: Parameters<typeof imageAnswers>[0];
  pipelines?: Parameters<typeof pipelineAnswers>[0];
  policy?: Parameters<typeof policyAnswers>[0];
  pullRequests?: PullRequestStage;
  bindings?: Parameters<typeof bindingAnswers>[0];
  inbox?: Parameters<typeof inboxAnswers>[0];
  /** Stand before the usual answers of the same path. */
  instead?: Route[];
}

async function open(address: string, setting: Setting = {}): Promise<Page> {
  const {
    session = signedIn,
    state,
    integrations,
    images,
    pipelines,
    policy,
    pullRequests,
    bindings,
    inbox,
    instead = [],
  } = setting;
  const usual = [
    ...accessAnswers(() => session),
    ...integrationAnswers(integrations),
    ...inboxAnswers(inbox),
    ...runAnswers(),
    ...healthAnswers(),
    ...reportAnswers(),
    ...insightAnswers(state),
    ...organizationAnswers({ nobody: true }),
    ...findingAnswers(),
    ...projectAnswers(),
    ...traceAnswers(),
    ...imageAnswers(images),
    ...pipelineAnswers(pipelines),
    ...policyAnswers(policy),
    ...bindingAnswers(bindings),
    ...pullRequestAnswers(pullRequests),
    ...importAnswers(),
    ...explorerAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
  ];
  const replaced = new Set(instead.map((route) => `${route.method} ${route.path}`));
  stage = await startStage(web, [
    ...instead,
    ...usual.filter((route) => !replaced.has(`${route.method} ${route.path}`)),
  ]);
  opened = await openPage(browser);
  await opened.page.goto(stage.url + address);
  return opened.page;
}

/** Enough to see a state by that is part of a longer test. */
const pictured = looks.filter(({ name }) => name === 'wide-light' || name === 'narrow-dark');

const summary = '/api/v1/insights/security/summary';

describe('states', () => {
  it('empty: says what the page will show and leads to the one thing to do', async () => {
    const page = await open('insights/security', { state: nothing, integrations: { none: true } });
    await page.getByRole('link', { name: 'Connect SonarQube' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/sonarqube');
  });

  it('only a registry: says what it does not tell, and leads to the server that does', async () => {
    const page = await open('insights/security', {
      state: nothing,
      integrations: { onlyRegistry: true },
    });
    await page.getByText('Connect a SonarQube server next').waitFor();
    await page.getByText('It tells of images').waitFor();
    await page.getByRole('link', { name: 'Look at the images' }).waitFor();
    await page.getByRole('link', { name: 'Connect SonarQube' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/sonarqube');
  });

  it('a tile filters the list and changes no other number; a second click takes that back', async () => {
    const page = await open('insights/security');
    const high = page.getByRole('link', { name: /^High 56/ });
    const tiles = page.locator('.tiles');
    await high.waitFor();
    const before = await tiles.innerText();
    await high.click();
    await page.getByText('The list below shows only: High').waitFor();
    expect(new URL(page.url()).search).toBe('?listSeverity=high');
    expect(await high.getAttribute('aria-current')).toBe('true');
    expect(await tiles.innerText()).toBe(before);
    await page.getByRole('link', { name: /^8 to 30 days 70/ }).click();
    await page.getByText('The list below shows only: 8 to 30 days old').waitFor();
    expect(new URL(page.url()).search).toBe('?age=8-30');
    await page.getByRole('link', { name: /^8 to 30 days 70/ }).click();
    await page.getByText('The list below shows only').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });

  it('a severity that the filter leaves out is grey and keeps its number', async () => {
    const page = await open('insights/security?severity=critical');
    const medium = page.getByRole('link', { name: /^Medium 161 left out by the filter/ });
    await medium.waitFor();
    expect(await medium.getAttribute('class')).toContain('left-out');
    await medium.click();
    await page.getByText('The list below shows only: Medium').waitFor();
  });

  it('bindings: nothing is bound before a person confirms what is suggested', async () => {
    const bound: unknown[] = [];
    const page = await open('projects/bindings', { instead: bindingAnswers({ none: true, bound }) });
    await page.getByRole('button', { name: 'See suggestions' }).click();
    await page.getByText('SonarQube could not be asked about 1 project').waitFor();
    expect(bound).toEqual([]);
    await page.getByRole('checkbox', { name: 'Bind Basket to SHOP/basket' }).check();
    await page.getByRole('button', { name: 'Bind 1 project' }).click();
    await page.getByText('1 project bound').waitFor();
    expect(bound).toEqual([
      { bindings: [{ project: 11, repository: 'SHOP/basket', integration: 'bitbucket', mono: false }] },
    ]);
    await page.getByRole('button', { name: 'Add binding' }).click();
    await page.getByRole('button', { name: 'Bind', exact: true }).last().click();
    await page.getByText('Choose a project.').waitFor();
    await page.getByText(/^Paste the address of a page of the repository/).waitFor();
  });

  it('import: asks for a token, sets up what is chosen, and says what failed', async () => {
    const sent: unknown[] = [];
    const page = await open('projects/import', { instead: importAnswers({ token: null, sent }) });
    await page.getByLabel('HTTP access token for bitbucket').fill('BBDC-of-mine');
    await page.getByRole('button', { name: 'Save token' }).click();
    await page.getByRole('checkbox', { name: 'Choose PAY/ledger' }).check();
    await page.getByRole('checkbox', { name: 'Choose PAY/cut-off' }).check();
    await page.getByRole('button', { name: 'Set up 2 repositories' }).click();
    await page.getByRole('heading', { name: 'Setting up 1 of 2' }).waitFor();
    await page.getByRole('heading', { name: '1 repository set up, 1 not' }).waitFor();
    await page.getByText('The server has a project with this key').waitFor();
    const repositories = ['ledger', 'cut-off'].map((slug) => ({ project: 'PAY', slug }));
    expect(sent).toEqual([{ repositories, sonarqube: 1, keyRule: 'project_slug' }]);
    expect(new URL(page.url()).searchParams.get('import')).toBe('4');
    await page.getByRole('button', { name: 'Show the import 3' }).click();
    await page.getByRole('heading', { name: '37 repositories set up, 2 not, 1 left out' }).waitFor();
    expect(page.url()).not.toContain('BBDC');
    await page.getByRole('button', { name: 'Set up… PAY/ledger' }).click();
    await page.getByLabel('Project key', { exact: false }).last().fill('17');
    await page.getByText(/at least one that is no digit/).waitFor();
  });

  it('import: stops with a token that dies, asks for another, and goes on', async () => {
    const page = await open('projects/import', { instead: importAnswers({ stops: true }) });
    await page.getByRole('checkbox', { name: 'Choose PAY/ledger' }).check();
    await page.getByRole('button', { name: 'Set up 1 repository' }).click();
    await page.getByText('Enter another one above').waitFor();
    await page.getByRole('button', { name: 'Replace' }).click();
    await page.getByLabel('HTTP access token for bitbucket').fill('BBDC-of-mine');
    await page.getByRole('button', { name: 'Save token' }).click();
    await page.getByRole('heading', { name: '1 repository set up' }).waitFor();
  });

  it('empty images: leads to connecting a registry', async () => {
    const page = await open('images', { images: { none: true }, integrations: { none: true } });
    await page.getByText('the commit it was built from').waitFor();
    await page.getByRole('link', { name: 'Connect a registry' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/oci-registry');
  });

  it('empty policy: says why there is nothing and leads to the step that is missing', async () => {
    const page = await open('policy', { policy: { none: true } });
    await page.getByText('Analyses from before the integration was made count too').waitFor();
    await page.getByRole('link', { name: 'Connect a registry' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/oci-registry');
  });

  it('a waiver without a reason is not sent', async () => {
    const page = await open('images/1');
    await page.getByRole('button', { name: 'Waive' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Waive' }).click();
    await dialog.getByText('Say in a few words why it may go out.').waitFor();
  });

  it('empty inbox: says what would arrive and offers to set it up', async () => {
    const page = await open('integrations/1/inbox', { inbox: { nothing: true, unreachable: true } });
    await page.getByText('Set PLUMBLINE_PUBLIC_URL to the address').waitFor();
    await page.getByText('Set up the webhook above').waitFor();
    await page.getByRole('button', { name: 'Set up…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('For').selectOption('projects');
    expect(await dialog.getByRole('button', { name: 'Set up' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Project keys').fill('payments-api');
    expect(await dialog.getByRole('button', { name: 'Set up' }).isDisabled()).toBe(false);
  });

  it('a new token is shown once, to be copied', async () => {
    const page = await open('settings/tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('ci-payments');
    await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
    const shown = page.getByRole('dialog', { name: 'Your new token' });
    await shown.getByText('It is shown this once').waitFor();
    expect(await shown.getByLabel('The token').inputValue()).toMatch(/^plb_/);
    for (const look of looks) {
      await take(page, look);
      expect(await seriousFindings(page, look), look.name).toEqual([]);
      expect(await sidewaysScrolling(page), look.name).toEqual([]);
    }
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'detached' });
  });

  it('a list: its page is in the address, and another filter begins at the first', async () => {
    const page = await open('images?q=shop');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL('**/images?q=shop&page=2');
    await page.getByLabel('Also without a tag').click();
    await page.waitForURL('**/images?q=shop&untagged=1');
  });

  it('findings: facets, search and the open panel are in the address; what is left out is grey with its count', async () => {
    const page = await open('findings');
    const facet = page.getByRole('region', { name: 'Severity', exact: true });
    await facet.getByText('118').waitFor();
    await facet.getByLabel('Critical').check();
    await page.getByRole('button', { name: 'Remove Severity: Critical' }).waitFor();
    expect(await facet.locator('label.left-out').count()).toBeGreaterThan(2);
    expect(await facet.locator('label.left-out', { hasText: 'High' }).innerText()).toContain('118');
    const box = page.getByRole('searchbox', { name: 'Search findings' });
    await box.pressSequentially('100% sql', { delay: 5 });
    await page.waitForURL(/severity=critical.*q=100|q=100.*severity=critical/);
    await page.getByRole('region', { name: 'Rule', exact: true }).getByRole('button', { name: 'Rule' }).click();
    await page.getByLabel('java:S2077').check();
    await page.waitForURL(/rule=java:S2077/);
    expect(await box.inputValue()).toBe('100% sql');
    expect(await page.getByRole('link', { name: 'CSV' }).getAttribute('href')).toContain('search=100%25+sql');
    await page.getByRole('textbox', { name: 'Page' }).fill('7');
    await page.keyboard.press('Enter');
    await page.waitForURL(/page=7/);
    await page.locator('[data-row-link]').first().press('Enter');
    const panel = page.getByRole('dialog');
    await panel.getByText('The mapping of levels reads the impact BLOCKER as Critical.').waitFor();
    await panel.getByRole('button', { name: 'Next finding' }).click();
    await page.waitForURL(/finding=2/);
    await page.reload();
    await panel.getByText('Give what the user sent as a parameter:').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => !url.search.includes('severity'));
    expect(await box.inputValue()).toBe('');
  });

  it('partial: numbers are there and marked as incomplete', async () => {
    const page = await open('insights/security', { state: partial });
    await page.getByText('12 of 148 projects so far').waitFor();
    await page.getByText('398', { exact: true }).first().waitFor();
  });

  it('error: code, sentence, remedy and request, and trying again works', async () => {
    let broken = true;
    const usual = insightAnswers().find(({ path }) => path === summary);
    const page = await open('insights/security', {
      instead: [
        prepared('GET', summary, SecuritySummary, async () => {
          if (broken) throw new PlumblineError('upstream_error', { upstream: 'Bad Gateway from the other side' });
          return (await usual?.handle({} as never)) as never;
        }),
      ],
    });
    const alert = page.getByRole('alert');
    await alert.getByText('upstream_error').waitFor();
    await alert.getByText('Request').waitFor();
    await alert.getByText('What the other system said').click();
    await alert.getByText('Bad Gateway from the other side').waitFor();
    broken = false;
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('398', { exact: true }).first().waitFor();
  });

  it('no permission: says who can give it, and shows no way to change anything', async () => {
    const page = await open('settings/tokens', { session: viewer });
    await page.getByText('An administrator can give you another role').waitFor();
    expect(await page.getByRole('link', { name: 'Audit trail' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Integrations' }).click();
    await page.getByRole('link', { name: 'sonar-production' }).first().click();
    await page.getByText('Connection', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /Run now|Check now/ }).count()).toBe(0);
  });

  it('offline hub: says so, keeps what is shown, and connects again by itself', async () => {
    const page = await open('projects');
    await page.getByText('ledger-core').first().waitFor();
    await opened?.context.setOffline(true);
    await page.getByLabel('Find a project').fill('pay');
    await page.getByText('The hub does not answer.').first().waitFor();
    await opened?.context.setOffline(false);
    await page.getByText('The hub does not answer.').first().waitFor({ state: 'detached' });
    await page.getByText('ledger-core').first().waitFor();
  });

  it('a session that ended leads to the sign-in page, and from there back', async () => {
    let session = signedOut;
    const page = await open('projects?q=pay', {
      instead: [
        ...accessAnswers(() => session).filter(({ path, method }) => path === '/api/v1/session' && method === 'GET'),
        prepared('POST', '/api/v1/session', z.any(), () => {
          session = signedIn;
          return session;
        }),
      ],
    });
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByText('ledger-core').first().waitFor();
    expect(page.url()).toBe(`${stage?.url}projects?q=pay`);
  });
});

describe('by keyboard', () => {
  it('rows: arrows move, Enter opens the panel under its own address, Escape closes it and brings the focus back', async () => {
    const page = await open('insights/security');
    const first = page.locator('#findings [data-row-link]').first();
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Open in SonarQube').waitFor();
    expect(new URL(page.url()).searchParams.get('finding')).toBe('3');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('finding')).toBeNull();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Sanitise this value');
  });

  it('charts: one tab stop, arrows read the periods', async () => {
    const page = await open('insights/security');
    const periods = page.getByRole('slider', { name: /Open vulnerabilities by severity/ });
    await periods.focus();
    const last = await periods.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowLeft');
    expect(last).toMatch(/so far: 398 open, Critical 14/);
    await expect.poll(() => periods.getAttribute('aria-valuetext')).toMatch(/^11 Nov to 17 Nov: \d+ open/);
    await page.locator('.tooltip').getByText('11 Nov to 17 Nov').waitFor();
  });

  it('audit trail: verified with a key, it names the row that is broken; filters are in the address and in the files', async () => {
    const page = await open('settings/audit');
    await page.getByText('integration.server_changed').waitFor();
    await page.getByRole('button', { name: 'Verify' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('A row was changed.').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Row 17, entry 20 (user.changed');
    expect(await page.getByLabel('Copy the hash').inputValue()).toBe('f'.repeat(64));
    for (const look of looks) {
      await take(page, look);
      expect(await seriousFindings(page, look)).toEqual([]);
      expect(await sidewaysScrolling(page)).toEqual([]);
      await picture(page, `audit-trail-broken-${look.width}-${look.scheme}`);
    }
    await page.getByRole('combobox', { name: 'On' }).selectOption('integration');
    await page.getByRole('searchbox', { name: 'Any text' }).fill('sonar');
    await expect.poll(() => new URL(page.url()).search).toBe('?kind=integration&q=sonar');
    for (const [name, format] of [
      ['CSV', 'csv'],
      ['JSON lines', 'jsonl'],
    ] as const)
      await expect
        .poll(() => page.getByRole('link', { name }).getAttribute('href'))
        .toMatch(new RegExp(`/api/v1/audit\\?objectKind=integration&search=sonar&format=${format}$`));
  });

  it('palette: opens with / and Ctrl-K, finds, and goes with Enter', async () => {
    const page = await open('insights/security');
    await page.getByText('Open vulnerabilities by severity').waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: /Search pages/ }).waitFor();
    await page.keyboard.type('audit');
    await page.getByRole('option', { name: /Audit trail/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('integration.created').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search pages/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: /Search pages/ }).waitFor({ state: 'detached' });
  });

  it('palette: a pasted issue key opens its finding, actions do what they say, and only what may be done is offered', async () => {
    const page = await open('settings/system', { session: viewer });
    const ask = async (text: string): Promise<void> => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Search pages/ }).fill(text);
    };
    await ask('sonar-production');
    await page.getByRole('option', { name: /sonar-production inbox/ }).waitFor();
    expect(await page.getByRole('option', { name: /Sync sonar-production/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await ask('dark theme');
    await page.getByRole('option', { name: /Use the dark theme/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await ask('9f2c1ab07d');
    await page.getByRole('option', { name: /Analysis of main, 2026-11-20/ }).waitFor();
    await picture(page, 'palette-commit');
    await page.getByRole('combobox', { name: /Search pages/ }).fill('AZqT0k8Wb1xY');
    await page.getByRole('option', { name: /Use a strong cipher/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/1/findings?finding=3');
  });

  it('help: beside the title to the place that is about the page, between pages, and back', async () => {
    const page = await open('integrations/1/inbox');
    await page.getByRole('link', { name: 'Help for this page' }).click();
    await page.waitForURL('**/help/webhooks#the-inbox-page');
    await page.locator('[id="doc-the-inbox-page"]').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('doc-the-inbox-page');
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await page.locator('.prose a[href^="help/"]').first().click();
    await expect.poll(() => page.url()).not.toContain('#the-inbox-page');
    // Without loading the application again: links between pages stay within it.
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
    await page.getByLabel('Search the documentation').fill('troubleshooting webhooks');
    await page.getByRole('link', { name: 'Webhooks › Troubleshooting' }).click();
    await page.waitForURL('**/help/webhooks#troubleshooting');
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Documentation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Plumbline' }).waitFor();
    expect(opened?.complaints.filter((complaint) => /content security/i.test(complaint))).toEqual([]);
  });

  it('wizard: from name to report with Tab and Enter; checks appear while others still run', async () => {
    let goOn = (): void => undefined;
    const checkWaits = new Promise<void>((resolve) => (goOn = resolve));
    const page = await open('integrations/add/sonarqube', { integrations: { checkWaits, checkFails: true } });
    const name = page.getByRole('textbox', { name: 'Name' });
    await name.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Give it a name').waitFor();
    await name.fill('sonar-lab');
    await page.keyboard.press('Enter');
    await page.getByLabel('SonarQube URL').fill('https://sonar.example.net/web');
    expect(await page.getByRole('link', { name: /Make a token/ }).getAttribute('href')).toBe(
      'https://sonar.example.net/web/account/security',
    );
    await page.keyboard.press('Enter');
    await page.getByText('API Token is required').waitFor();
    await page.getByLabel('API Token').fill('squ_1234');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: /^Project Keys/ }).fill('team-*');
    await page.getByRole('button', { name: 'Choose from the server’s list' }).click();
    await page.getByText('4 of 148. Type to narrow.').waitFor();
    await page.getByLabel('Search project keys').fill('pay');
    await page.getByText('2 in all.').waitFor();
    await page.getByLabel('payments-web').check();
    expect(await page.getByRole('textbox', { name: /^Project Keys/ }).inputValue()).toBe('team-*\npayments-web');
    for (const look of pictured) {
      await take(page, look);
      await picture(page, `wizard-choices-${look.name}`);
      expect(await seriousFindings(page, look), look.name).toEqual([]);
      expect(await sidewaysScrolling(page), look.name).toEqual([]);
    }
    await page.getByRole('textbox', { name: /^Project Keys/ }).fill('ledger-core, Payments-API');
    await page.getByLabel('Organization').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Is SonarQube').waitFor();
    expect(await page.getByText('Token is valid').count()).toBe(0);
    expect(page.url()).not.toContain('squ_');
    goOn();
    await page.getByText('Did you mean payments-api').waitFor();
    await page.getByText('What this token can do on this server').first().waitFor();
    await page.getByRole('button', { name: 'Save anyway and finish' }).waitFor();
    // Bad news first, what passed in one line that opens, and no headline above it that says all is well.
    expect(await page.locator('.check > strong').first().innerText()).toContain('Project keys');
    expect(await page.getByText('The connection works').count()).toBe(0);
    expect(await page.getByText('Token is valid').isVisible()).toBe(false);
    await page.getByText('5 checks passed').click();
    await page.getByText('Token is valid').waitFor({ state: 'visible' });
    await page.getByRole('button', { name: 'Use payments-api and check again' }).click();
    await page.getByText('The connection works').waitFor();
    await page.getByText('the token may on 3 of the 5 projects tried').waitFor();
    for (const look of pictured) {
      await take(page, look);
      await picture(page, `wizard-finish-${look.name}`);
      expect(await seriousFindings(page, look), look.name).toEqual([]);
      expect(await sidewaysScrolling(page), look.name).toEqual([]);
    }
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.getByRole('textbox', { name: /^Project Keys/ }).inputValue()).toBe('ledger-core, payments-api');
  });

  it('Finish: a webhook that is refused is said so, the integration is there, and its overview is next', async () => {
    const asked: unknown[] = [];
    const page = await open('integrations/add/sonarqube', {
      instead: [
        prepared('PUT', '/api/v1/integrations/:id/webhook', z.any(), ({ body }) => {
          asked.push(body);
          throw new PlumblineError('webhook_address_unreachable');
        }),
      ],
    });
    await page.getByRole('textbox', { name: 'Name' }).fill('sonar-lab');
    await page.keyboard.press('Enter');
    await page.getByLabel('SonarQube URL').fill('https://sonar.example.net');
    await page.getByLabel('API Token').fill('squ_1234');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByLabel(/Set up the webhook/).check();
    await page.getByRole('button', { name: 'Save anyway and finish' }).click();
    await page.getByText('The webhook was not set up.').waitFor();
    await page.getByText('webhook_address_unreachable').waitFor();
    expect(asked).toEqual([{ scope: 'available' }]);
    await page.getByRole('link', { name: 'Your integrations' }).last().click();
    await page.waitForURL('**/integrations?added=1');
    await page.getByText('sonar-production was added.').waitFor();
  });

  it('deleting says which webhooks stay on the server and where to remove them', async () => {
    const page = await open('integrations/1/settings');
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type sonar-production/).fill('sonar-production');
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByText('1 webhook is still on the other system.').waitFor();
    await dialog.getByText('payments-api → Project settings → Webhooks').waitFor();
    for (const look of pictured) {
      await take(page, look);
      await picture(page, `left-behind-${look.name}`);
      expect(await seriousFindings(page, look), look.name).toEqual([]);
    }
    await dialog.getByRole('button', { name: 'Your integrations' }).click();
    await page.waitForURL('**/integrations');
  });

  it('held back: a person sees what is missing, confirms it, and is shown the run that looks again', async () => {
    const confirmed: unknown[] = [];
    const page = await open('integrations/1/monitoring', {
      instead: [
        prepared('GET', '/api/v1/held-absences', HeldAbsenceList, () => ({ held: heldAbsences, total: 2 })),
        prepared('POST', '/api/v1/held-absences/:id/confirm', Run, ({ params, body }) => {
          confirmed.push([params['id'], body]);
          return aRun;
        }),
      ],
    });
    const card = page.getByRole('region', { name: 'Held back' });
    await card.getByText('97 of 148 projects are missing.').waitFor();
    await card.getByText('7,010 of 12,004 issues are missing in payments-api · release/2.x.').waitFor();
    // What is confirmed already is not asked for twice.
    await card.getByRole('button', { name: 'Confirm they are gone' }).click();
    const dialog = page.getByRole('dialog', { name: 'Mark 97 projects as gone?' });
    await dialog.getByRole('button', { name: 'Keep them' }).click();
    expect(confirmed).toEqual([]);
    await card.getByRole('button', { name: 'Confirm they are gone' }).click();
    await dialog.getByRole('button', { name: 'Confirm they are gone' }).click();
    await page.waitForURL(/run=5/);
    expect(confirmed).toEqual([['1', { fingerprint: '97-1-1' }]]);
  });

  it('held back: who may not start runs sees it and cannot confirm it', async () => {
    const page = await open('integrations/1/completeness', {
      session: viewer,
      instead: [prepared('GET', '/api/v1/held-absences', HeldAbsenceList, () => ({ held: heldAbsences, total: 2 }))],
    });
    await page.getByText('97 of 148 projects are missing.').waitFor();
    expect(await page.getByRole('button', { name: 'Confirm they are gone' }).count()).toBe(0);
  });
});

describe('pipelines', () => {
  it('are empty for a reason, and lead to connecting Harness', async () => {
    const page = await open('deployments/pipelines', { pipelines: { none: true }, integrations: { none: true } });
    await page.getByText('No Harness is connected').waitFor();
    await page.getByRole('link', { name: 'Connect Harness' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/harness');
  });

  it('lead from a list to what failed where, each step with its own address', async () => {
    const page = await open('deployments/pipelines');
    // What never ran to its end has no rate, and not a rate of nought.
    await page
      .getByRole('row', { name: /Never ran/ })
      .getByText('no run ended')
      .first()
      .waitFor();
    await page.getByRole('link', { name: '#472 failed' }).click();
    await page.waitForURL('**/deployments/pipelines/4/payments/ledger/deploy?run=2');
    const panel = page.getByRole('dialog');
    await panel.getByText('exceeded its progress deadline').first().waitFor();
    await panel.getByText('rolled back').waitFor();
    await panel.getByRole('link', { name: 'the run before' }).click();
    await page.waitForURL('**/deploy?run=3');
    await panel.getByText('A retry took its place.').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/deploy');
    await page.getByRole('button', { name: 'Status: Any status' }).click();
    await page.getByRole('checkbox', { name: 'Failed' }).click();
    await page.waitForURL('**/deploy?status=failure');
  });
});

describe('pull requests', () => {
  it('are empty for a reason, and each leads to what to do about it', async () => {
    let page = await open('pull-requests', { pullRequests: { none: true } });
    await page.getByText('No Bitbucket Server is connected').waitFor();
    await page.getByRole('link', { name: 'Connect Bitbucket Server' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/integrations/add/bitbucket-server');
    await closeAll();
    page = await open('pull-requests', {
      pullRequests: { none: true },
      bindings: { none: true },
      integrations: { bitbucket: true },
    });
    await page.getByText('No project is bound to a repository').waitFor();
    await page.goto(`${stage?.url}integrations/8`);
    await page.getByText('No SonarQube project is bound to a repository yet').waitFor();
    await page.getByRole('link', { name: 'Bind a project' }).click();
    expect(new URL(page.url()).pathname).toBe('/plumbline/projects/bindings');
    await closeAll();
    page = await open('pull-requests', { pullRequests: { none: true }, integrations: { bitbucket: true } });
    await page.goto(`${stage?.url}integrations/8`);
    await page.getByText('With a report that was not written').waitFor();
    await page.goto(`${stage?.url}pull-requests`);
    await page.getByText('No pull request is open').waitFor();
    await page.getByRole('button', { name: 'Show closed ones' }).click();
    await page.getByText('No pull request matches these filters.').waitFor();
    expect(new URL(page.url()).search).toBe('?state=any');
  });

  it('lead from what went wrong to the calls that were made, and are reported again', async () => {
    const asked: string[] = [];
    const page = await open('pull-requests', { pullRequests: { again: (id) => asked.push(id) } });
    await page.getByRole('button', { name: /Reports: Any report/ }).click();
    await page.getByRole('checkbox', { name: 'Not written' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '#17 Move to the new gateway' }).click();
    // The list says the same words.
    await page.waitForURL('**/pull-requests/3*');
    await page.getByRole('heading', { level: 1, name: /Move to the new gateway/ }).waitFor();
    // The report that needs a person is the one that is shown.
    await page.getByText('Bitbucket does not accept the token of svc-plumbline.').first().waitFor();
    await page.getByRole('link', { name: 'Ledger' }).first().click();
    await page.getByText('1,000 of 2,500').first().waitFor();
    await page.getByRole('row', { name: /ada@example.com/ }).click();
    await page.getByRole('cell', { name: '401' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Report again' }).click();
    await expect.poll(() => asked).toEqual(['3']);
  });

  it('say what to enter so that they are blocked, and only what was seen of it', async () => {
    const page = await open('pull-requests/1', { pullRequests: { unseen: true } });
    await page.getByRole('link', { name: 'What to enter in Bitbucket, and what was seen' }).click();
    await page.getByText('Not seen yet').first().waitFor();
    expect(await page.getByText('Seen blocking').count()).toBe(0);
    expect(await page.getByLabel('Report key of Ledger').inputValue()).toBe(
      'com.sonarsource.sonarqube_payments:ledger',
    );
    await page.getByText('Must not have any annotations').waitFor();
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByText('Seen blocking').waitFor();
    await page.getByText('Seen not blocking').waitFor();
    await page.getByRole('cell', { name: /Bitbucket does not accept the token/ }).waitFor();
    expect(await page.getByText(/configured/i).count()).toBe(0);
  });

  it('say which companion projects could not be deleted, why, and what to do', async () => {
    const page = await open('pull-requests');
    const card = page.getByRole('region', { name: 'Companion projects', exact: true });
    await card.getByText('payments:ledger:pr-88').waitFor();
    await card.getByText('Administer on new projects').waitFor();
    await card.getByRole('link', { name: 'PAY/ledger #88' }).click();
    await page.getByText('The token may not delete the companion.').waitFor();
    await page.goto(`${stage?.url}pull-requests/1`);
    await page.getByText('1,000 of 2,500').first().waitFor();
    expect(await page.getByText('could not be deleted').count()).toBe(0);
  });

  it('offer no writing to who may only read', async () => {
    const page = await open('pull-requests', { session: viewer });
    await page.getByText('Not evaluated (server: OK)').waitFor();
    expect(await page.getByRole('button', { name: /Report again/ }).count()).toBe(0);
  });
});
