import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rebuildDaily } from '../../src/features/code-quality/daily/rebuild-daily.ts';
import { followNodes, rebuildRollups } from '../../src/features/insights/index.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { markedRows } from '../security/teams/marked-rows.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import type {} from '../support/global-database.ts';
import { clientId, clientSecret, startIdentityProvider } from '../support/identity-provider/index.ts';
import { looks, openBrowser, picture, seriousFindings, sidewaysScrolling, take } from './look.ts';
import { buildWeb } from './stage.ts';

/*
 * Somebody who leads a team and was never here signs in through the real provider, by keyboard alone, and sees where the
 * team stands: which three projects are worst, and which targets are broken. Hub, database and provider are the real ones.
 */

let browser: Browser;
let database: TestDatabase;
let hub: Hub;
let home: string;
let nodes: Record<string, number>;

beforeAll(async () => {
  let web: string;
  [browser, web, database] = await Promise.all([openBrowser(), buildWeb(), cloneDatabase()]);
  nodes = await seedShop();
  home = await mkdtemp(join(tmpdir(), 'plumbline-manager-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: web,
    version: '0.0.0-test',
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await database?.drop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});

const day = 86_400_000;

/** Open vulnerabilities of each project, by level and age in days. */
const projects: readonly [
  team: string,
  name: string,
  found: readonly [level: string, days: number, count: number][],
][] = [
  [
    'Payments',
    'ledger',
    [
      ['BLOCKER', 40, 2],
      ['HIGH', 12, 5],
      ['MEDIUM', 90, 6],
    ],
  ],
  [
    'Payments',
    'card-vault',
    [
      ['BLOCKER', 3, 1],
      ['HIGH', 45, 7],
    ],
  ],
  [
    'Payments',
    'refunds',
    [
      ['HIGH', 20, 4],
      ['LOW', 200, 3],
    ],
  ],
  ['Payments', 'receipts', [['MEDIUM', 10, 2]]],
  ['Payments', 'statements', [['LOW', 5, 1]]],
  [
    'Checkout',
    'basket',
    [
      ['BLOCKER', 300, 40],
      ['HIGH', 300, 40],
    ],
  ],
  ['Search', 'index', [['BLOCKER', 300, 60]]],
];

async function seedShop(): Promise<Record<string, number>> {
  const { db } = database;
  const write = markedRows(db);
  let written = 0;
  // What is not given is filled with a text of its own.
  const add = (table: string, given: object): Promise<number> => write(table, `shop${written++}`, { ...given });
  const tree = await add('teams.org_trees', { name: 'By department', filters: [], deleted_at: null });
  const made: Record<string, number> = {};
  const node = async (name: string, parent: string | null, depth: number): Promise<void> => {
    const id = await add('teams.nodes', { tree_id: tree });
    const place = { parent_id: parent === null ? null : made[parent], leaf: depth === 2, depth, manager_id: null };
    await add('teams.node_periods', { node_id: id, tree_id: tree, name, ...place, valid_to: null });
    made[name] = id;
  };
  await node('Shop', null, 0);
  for (const department of ['Commerce', 'Platform']) await node(department, 'Shop', 1);
  for (const team of ['Payments', 'Checkout']) await node(team, 'Commerce', 2);
  await node('Search', 'Platform', 2);
  const settings = { url: 'https://sonar.example/' };
  const integration_id = await add('integrations.integrations', {
    name: 'sonar',
    kind: 'sonarqube',
    settings,
    checks: [],
    facts: {},
  });
  const rule_id = await add('code_quality.rules', { integration_id });
  const ids: number[] = [];
  for (const [team, name, found] of projects) {
    const project_id = await add('code_quality.projects', {
      integration_id,
      source_key: name,
      name,
      duplicate_of: null,
    });
    ids.push(project_id);
    const slice = `project:${name}`;
    await add('ingestion.slices', { integration_id, slice, current_published_at: new Date() });
    await add('ingestion.sync_wants', { integration_id, slice, phase: 'current' });
    const path_id = await add('code_quality.paths', { project_id, path: `src/${name}.ts` });
    const of = { integration_id, project_id, deleted_at: null, run_id: null };
    const branch = { kind: 'branch', is_main: true, name: 'main', gate_status: 'ERROR' };
    const branch_id = await add('code_quality.branches', { ...of, ...branch });
    await add('teams.team_projects', { team_id: made[team], project_id, valid_to: null });
    for (const [raw_level, days, count] of found)
      for (let at = 0; at < count; at++)
        await add('code_quality.findings', {
          ...of,
          branch_id,
          rule_id,
          path_id,
          source_key: `${name}-${raw_level}-${at}`,
          message: `${name}: build this query from parameters (${at + 1})`,
          kind: 'issue',
          class: 'vulnerability',
          axis: 'impact',
          raw_level,
          state: 'open',
          counted_state: 'open',
          asset_type: 'repository',
          issue_status: 'OPEN',
          status: 'OPEN',
          opened_at: new Date(Date.now() - days * day),
          period_from: new Date(Date.now() - days * day),
          period_to: null,
          resolution: null,
          author_id: null,
          assignee_id: null,
          tag_ids: [],
        });
  }
  await db.transaction((tx) => rebuildDaily(tx, ids));
  await rebuildRollups(db);
  await followNodes(db);
  return made;
}

/** What an administrator sets up before anybody else comes: the provider, whose groups say who leads what, and targets. */
async function setUp(provider: { issuer: string }): Promise<void> {
  const local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const origin = hub.url.origin;
  const call = async (method: string, path: string, body: object | undefined, by: Record<string, string>) => {
    const headers = { 'content-type': 'application/json', origin, ...by };
    const answer = await fetch(new URL(path, hub.url), { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const byToken = { authorization: `Bearer ${local}` };
  const root = { email: 'root@example.com', name: 'Root', password: 'eleven purple tortoises' };
  await call('POST', '/api/v1/users', { ...root, role: 'admin' }, byToken);
  const signedIn = await call('POST', '/api/v1/session', { email: root.email, password: root.password }, {});
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { users } = (await (await call('GET', '/api/v1/users', undefined, byToken)).json()) as {
    users: { id: number }[];
  };
  const rules = (await (await call('GET', '/api/v1/settings/sign-in', undefined, byToken)).json()) as object;
  await call('PUT', '/api/v1/settings/sign-in', { ...rules, breakGlassUserId: users[0]?.id }, { cookie });
  await call(
    'PUT',
    '/api/v1/settings/single-sign-on',
    {
      enabled: true,
      name: 'Example login',
      issuer: provider.issuer,
      clientId,
      clientSecret,
      scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
      parameters: { prompt: 'consent' },
      groups: [{ group: 'payments-leads', role: 'team_manager', node: nodes['Payments'] }],
    },
    { cookie },
  );
  const targets = { critical: 7, high: 30, medium: 60, low: null };
  await call('PUT', '/api/v1/insights/targets', { targets, warnPercent: 25 }, byToken);
}

/** Keys and pages it took somebody; how long is nobody's business. */
class Way {
  readonly page: Page;
  steps = 0;

  constructor(page: Page) {
    this.page = page;
  }

  /** Goes there by Tab and presses Enter: one step. */
  async press(wanted: Locator): Promise<void> {
    await this.reach(wanted);
    await this.page.keyboard.press('Enter');
    this.steps++;
  }

  async type(into: Locator, text: string): Promise<void> {
    await this.reach(into);
    await this.page.keyboard.type(text);
    this.steps++;
  }

  private async reach(wanted: Locator): Promise<void> {
    await wanted.waitFor();
    for (let pressed = 0; pressed < 150; pressed++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key does not lead to ${String(wanted)}.`);
  }
}

async function lookAt(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `${name}-${look.name}`);
    expect(await seriousFindings(page, look), `${name} ${look.name}`).toEqual([]);
    expect(await sidewaysScrolling(page), `${name} ${look.name}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

const cellsOf = (table: Locator): Promise<string[]> =>
  table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.querySelector('td')?.textContent ?? ''));

it('a team manager signs in for the first time and finds the worst projects and the broken targets of the team', async () => {
  const provider = await startIdentityProvider(`${hub.url.href}sign-in/back`, `${hub.url.href}sign-in`);
  provider.people.set('mia', {
    email: 'mia@example.com',
    email_verified: true,
    name: 'Mia Manager',
    groups: ['payments-leads'],
  });
  provider.ask();
  await setUp(provider);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  // What the pages of the provider ask for, such as an icon, is not ours.
  page.on('console', (message) => {
    const { url } = message.location();
    if (message.type() === 'error' && !url.startsWith(provider.issuer)) complaints.push(`${message.text()} ${url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const way = new Way(page);
  try {
    await page.goto(hub.url.href);
    await way.press(page.getByRole('button', { name: 'Sign in with Example login' }));
    await way.type(page.getByLabel('Name'), 'mia');
    await page.keyboard.press('Enter');

    // The account is made, with what the group gives, and the first page is the team's.
    const trail = page.getByRole('navigation', { name: 'Place in the org tree' });
    await trail.getByText('Payments').waitFor();
    expect(new URL(page.url()).searchParams.get('node')).toBe(String(nodes['Payments']));
    const late = page.getByRole('link', { name: /^Past their target/ });
    // No run has read all of the server here, so the page says at least.
    await late.getByText(/15$/).waitFor();
    await lookAt(page, 'manager-team');

    await way.press(late);
    await page.getByText('The list below shows only').waitFor();
    const list = page.getByRole('region', { name: 'Open', exact: false }).last();
    await list.getByText('ledger: build this query').first().waitFor();
    // Two and six of one project, seven of another: what is younger than its target, or has none, is not among them.
    await page.getByText('1 to 15 of 15').waitFor();
    const worst = page.getByRole('region', { name: 'Projects with the most open vulnerabilities' });
    await worst.getByRole('link', { name: 'ledger' }).waitFor();
    expect((await cellsOf(worst)).slice(0, 3)).toEqual(['ledger', 'card-vault', 'refunds']);
    const targets = page.getByRole('region', { name: 'Open vulnerabilities by target' });
    await targets.getByRole('row', { name: 'All' }).getByRole('link', { name: '15' }).waitFor();
    await lookAt(page, 'manager-broken');
    expect(way.steps, 'steps from the sign-in page to both').toBeLessThanOrEqual(3);

    // The panel of the tree names the team, and leads to nothing that is not theirs.
    await way.press(page.getByRole('button', { name: 'Org tree: Payments' }));
    const panel = page.getByRole('dialog', { name: 'Org tree' });
    await panel.getByRole('link', { name: 'Payments' }).waitFor();
    expect(await panel.getByRole('link', { name: /Shop|Commerce|Checkout|Platform|Search/ }).count()).toBe(0);
    await lookAt(page, 'manager-tree');
    await page.keyboard.press('Escape');
    expect(await page.locator('body').innerText()).not.toMatch(/basket|Checkout/);
    expect(complaints).toEqual([]);
    expect(await (await page.request.get(`${hub.url.href}api/v1/session`)).json()).toMatchObject({
      user: { email: 'mia@example.com', name: 'Mia Manager', role: 'team_manager', nodes: [nodes['Payments']] },
    });
  } finally {
    await context.close();
  }
}, 240_000);
