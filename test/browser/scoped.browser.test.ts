import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { createAppRouter } from '../../web/app/router.tsx';
import { type Seeded, seedTeams } from '../security/teams/seed.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import type {} from '../support/global-database.ts';
import { openBrowser } from './look.ts';
import { buildWeb } from './stage.ts';

/*
 * Somebody who works in one team opens every page of the application on a real hub: nothing is asked that is refused, nothing
 * waits for ever, no text of another team is anywhere, and what is about the whole organization says so.
 */

let browser: Browser;
let database: TestDatabase;
let hub: Hub;
let home: string;
let seeded: Seeded;

const person = { email: 'manager@example.com', name: 'Mia Manager', password: 'eleven purple tortoises' };
/** Of a team to which nothing belongs. */
const ofNothing = 'newcomer@example.com';

beforeAll(async () => {
  let web: string;
  [browser, web, database] = await Promise.all([openBrowser(), buildWeb(), cloneDatabase()]);
  seeded = await seedTeams(database.db);
  home = await mkdtemp(join(tmpdir(), 'plumbline-scoped-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: web,
    version: '0.0.0-test',
  });
  const local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const add = async (given: object): Promise<void> => {
    const made = await fetch(new URL('/api/v1/users', hub.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${local}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...person, ...given }),
    });
    if (!made.ok) throw new Error(await made.text());
  };
  await add({ role: 'team_manager', nodes: [seeded.a.node] });
  await add({ email: ofNothing, role: 'viewer', nodes: [seeded.nobody.node] });
  // Without an administrator the hub would ask for its set-up.
  await add({ email: 'root@example.com', role: 'admin' });
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await database?.drop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});

/** What stands for a parameter of an address. */
function filled(path: string): string {
  const { a, tree } = seeded;
  const ids: [begins: string, id: number | string][] = [
    ['/projects/', a.project],
    ['/images/', a.image],
    ['/pull-requests/repositories/', a.repository],
    ['/pull-requests/', a.pullRequest],
    ['/organization/trees/', tree],
    ['/organization/teams/', a.node],
    ['/integrations/', 1],
  ];
  const id = ids.find(([begins]) => path.startsWith(begins))?.[1] ?? 'x';
  return path
    .replace('$integration/$organization/$project/$pipeline', a.pipeline)
    .replace('$id', String(id))
    .replace('/$', '/readme')
    .replace(/\$\w+/g, 'x');
}

async function signedIn(email: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${hub.url.href}sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(person.password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.close();
  return context;
}

const router = createAppRouter({ basepath: '/' });
let permissions: readonly string[];

/** Whether the page there would be shown to somebody of a team. */
const mayOpen = (path: string): boolean =>
  router
    .matchRoutes(path, {})
    .map(({ staticData }) => staticData.needs)
    .every((need) => need === undefined || (need !== 'organization' && permissions.includes(need)));

/** Pages of the application that a page leads to. */
const linksOf = (page: Page): Promise<string[]> =>
  page.locator('.page a[href]').evaluateAll((links) => [
    ...new Set(
      links
        .map((link) => new URL((link as HTMLAnchorElement).href))
        .filter(({ origin, pathname }) => origin === location.origin && !pathname.startsWith('/api/'))
        .map(({ pathname }) => pathname),
    ),
  ]);

/** Opens an address and says what is wrong there. */
async function wrongAt(page: Page, path: string, others = [seeded.b, seeded.nobody]): Promise<string[]> {
  const wrong: string[] = [];
  const note = (what: string): void => void wrong.push(`${path}: ${what}`);
  const onResponse = (response: { url(): string; status(): number }): void => {
    if (response.url().includes('/api/') && response.status() === 403)
      note(`403 of ${new URL(response.url()).pathname}`);
    if (response.status() >= 500) note(`${response.status()} of ${new URL(response.url()).pathname}`);
  };
  const onError = (error: Error): void => note(error.message);
  page.on('response', onResponse);
  page.on('pageerror', onError);
  try {
    await page.goto(new URL(path, hub.url).href);
    await page.locator('h1').first().waitFor({ timeout: 30_000 });
    const still = await page
      .locator('.bone')
      .first()
      .waitFor({ state: 'detached', timeout: 30_000 })
      .then(
        () => false,
        () => true,
      );
    if (still) note('waits for ever');
    const text = await page.locator('body').innerText();
    for (const { marker } of others) if (text.includes(marker)) note(`shows ${marker}`);
    if (text.includes('not_authorized')) note('shows a refusal');
    for (const to of await linksOf(page)) if (!mayOpen(to)) note(`leads to ${to}`);
  } finally {
    page.off('response', onResponse);
    page.off('pageerror', onError);
  }
  return wrong;
}

describe('somebody who works in one team', () => {
  it('finds every page working or saying whose it is, and nothing that is refused', async () => {
    const context = await signedIn(person.email);
    try {
      const page = await context.newPage();
      const session = await (await page.request.get(`${hub.url.href}api/v1/session`)).json();
      ({ permissions } = session as { permissions: string[] });
      const paths = Object.keys(router.routesByPath)
        .map((path) => path.replace(/(.)\/$/, '$1'))
        .filter((path) => !/^\/(setup|sign-in)/.test(path));
      const addresses = [...new Set(paths)].map(filled);
      const wrong: string[] = [];
      for (const address of addresses) wrong.push(...(await wrongAt(page, address)));
      const { node } = seeded.a;
      for (const address of ['/insights/security', '/projects', '/images', '/insights/delivery'])
        wrong.push(...(await wrongAt(page, `${address}?node=${node}`)));
      expect(wrong).toEqual([]);
    } finally {
      await context.close();
    }
  });

  it('traces what is theirs, and finds nothing of what is not', async () => {
    const context = await signedIn(person.email);
    try {
      const page = await context.newPage();
      const session = await (await page.request.get(`${hub.url.href}api/v1/session`)).json();
      ({ permissions } = session as { permissions: string[] });
      const { a, b } = seeded;
      for (const own of [`image:${a.image}`, `pull_request:${a.pullRequest}`, `deployment:${a.deployment}`]) {
        expect(await wrongAt(page, `/trace?q=${own}`)).toEqual([]);
        await page.locator('.line').waitFor();
      }
      for (const foreign of [`image:${b.image}`, `pull_request:${b.pullRequest}`, `deployment:${b.deployment}`]) {
        expect(await wrongAt(page, `/trace?q=${foreign}`)).toEqual([]);
        await page.getByText('You work in some teams, and see only what is theirs.').waitFor();
      }
    } finally {
      await context.close();
    }
  });

  it('is told on each page that nothing belongs to the team where nothing does', async () => {
    const context = await signedIn(ofNothing);
    try {
      const page = await context.newPage();
      const session = await (await page.request.get(`${hub.url.href}api/v1/session`)).json();
      ({ permissions } = session as { permissions: string[] });
      const wrong: string[] = [];
      const pages = ['insights/security', 'insights/delivery', 'findings', 'projects', 'pull-requests', 'images'];
      for (const path of [...pages, 'deployments', 'deployments/pipelines', 'organization/people']) {
        wrong.push(...(await wrongAt(page, `/${path}`, [seeded.a, seeded.b])));
        const said = page.getByRole('heading', { name: /^(No .+|Nobody is) in mknobody-team$/ });
        await said.waitFor().catch(() => wrong.push(`${path}: does not say so`));
      }
      expect(wrong).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
