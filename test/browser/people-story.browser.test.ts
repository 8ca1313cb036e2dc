import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { teamNumberRoutes } from '../../src/features/insights/teams/routes.ts';
import { createTeams } from '../../src/features/teams/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import type {} from '../support/global-database.ts';
import { accessAnswers, signedIn } from './answers/access.ts';
import { healthAnswers } from './answers/health.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { insightAnswers } from './answers/insights.ts';
import { operationsAnswers } from './answers/operations.ts';
import { looks, openBrowser, openPage, picture, seriousFindings, sidewaysScrolling, take } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

/*
 * People, org tree and Team Settings, from a file of 300 people with every kind of mistake in it, by keyboard alone. The
 * room is the hub's own over a database; only what is beside it is prepared.
 */
let browser: Browser;
let stage: Stage;
let clone: TestDatabase;
/** A file is not read before this. */
const { promise: heldBack, resolve: readOn } = Promise.withResolvers<void>();

beforeAll(async () => {
  browser = await openBrowser();
  clone = await cloneDatabase();
  await clone.db.execute(
    `insert into integrations.integrations (name, kind, settings) values ('sonar', 'sonarqube', '{"url": "https://sonar.example/"}');
     insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
     select 1, key, key, 'TRK', gen_random_uuid() from unnest('{payments-api,payments-web,shop,legacy}'::text[]) key`,
  );
  // The list of teams is that of the teams that are made.
  const numbers = teamNumberRoutes({ db: clone.db, now: () => new Date() });
  const beside = [
    ...accessAnswers(() => signedIn),
    ...healthAnswers(),
    ...insightAnswers().filter(({ path }) => !numbers.some((route) => route.path === path)),
    ...numbers,
    ...operationsAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
  ];
  const routes = createTeams({ db: clone.db, tell: async () => undefined }).routes.map((route) =>
    route.path === '/api/v1/people/uploads'
      ? {
          ...route,
          async handle(request: never) {
            await heldBack;
            return route.handle(request);
          },
        }
      : route,
  );
  stage = await startStage(await buildWeb(), [...routes, ...beside]);
}, 120_000);
afterAll(async () => {
  await stage?.close();
  await clone?.drop();
  await browser?.close();
});

interface Row {
  name: string;
  email: string;
  manager: string;
  site: string;
  team: string;
}

/** Three sites of four teams; the first of each team leads it, the first of all leads those. */
function everybody(): Row[] {
  return Array.from({ length: 300 }, (_, at) => {
    const team = at % 12;
    const lead = at < 12 ? (at === 0 ? '' : 'p0@example.com') : `p${team}@example.com`;
    return {
      name: `Person ${at}`,
      email: `p${at}@example.com`,
      manager: lead,
      site: ['Berlin', 'Rome', 'Oslo'][team % 3] ?? '',
      team: `Team ${String(team + 1).padStart(2, '0')}`,
    };
  });
}

/** One or a few people for each kind of fault there is in a row. */
function mistaken(): Row[] {
  const rows = everybody();
  const change = (at: number, to: Partial<Row>): void => void Object.assign(rows[at] ?? {}, to);
  change(20, { name: '' });
  change(31, { email: '' });
  change(42, { email: 'not an address' });
  change(53, { email: 'P54@example.com' });
  change(64, { manager: 'gone@example.com' });
  change(75, { manager: 'p76@example.com' });
  change(76, { manager: 'p75@example.com' });
  change(87, { site: '=HYPERLINK("http://evil.example")' });
  change(98, { team: 'x'.repeat(1_001) });
  return rows;
}

const fileOf = (name: string, rows: readonly Row[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(
    [
      'Full Name,E-Mail,Reports to,Office,Team',
      ...rows.map((row) =>
        [row.name, row.email, row.manager, row.site, row.team]
          .map((cell) => `"${cell.replaceAll('"', '""')}"`)
          .join(','),
      ),
    ].join('\n'),
  ),
});

/** Goes there as somebody without a mouse does. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let pressed = 0; pressed < 150; pressed++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not lead to ${String(wanted)}.`);
}

async function press(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press('Enter');
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

const people = async (): Promise<number> =>
  (await clone.db.one<{ n: number }>('select count(*) as n from data.people where is_current')).n;

it('300 people with mistakes are corrected at once, become a tree, and a team gets what is its', async () => {
  const { page, context, complaints } = await openPage(browser);
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
  try {
    await page.goto(`${stage.url}organization/people/upload`);
    await page.getByLabel('CSV file of everybody').setInputFiles(fileOf('people.csv', mistaken()));
    // How much of it is on its way is told while the hub has not answered.
    await page.getByText(/^Sending people\.csv, .+ of .+ kB$/).waitFor();
    readOn();
    await page.getByText('8 things to correct').waitFor();
    const problems = page.getByRole('region', { name: 'Problems' });
    const codes = await problems.locator('code').allTextContents();
    expect(codes.toSorted()).toEqual([
      'circular_reference',
      'csv_cell_too_long',
      'csv_formula',
      'duplicate_email',
      'email_invalid',
      'manager_email_missing_in_developer_emails',
      'required_value_missing',
      'required_value_missing',
    ]);
    // The line of the file, with the line of names before it.
    await problems.getByText('Line 66: p64@example.com').waitFor();
    await lookAt(page, 'story-problems');
    expect([await button('Save').count(), await people()]).toEqual([0, 0]);

    await page.getByLabel('CSV file of everybody').setInputFiles(fileOf('corrected.csv', everybody()));
    await page.getByText('300 come, 0 change, 0 leave, 0 stay as they are.').waitFor();
    await lookAt(page, 'story-change');
    expect(await people()).toBe(0);
    await press(page, button('Save'));
    await page.getByText('The people are saved').waitFor();
    expect(await people()).toBe(300);

    await page.goto(`${stage.url}organization/trees/new`);
    await tabTo(page, page.getByLabel('Name', { exact: true }));
    await page.keyboard.type('Engineering');
    await tabTo(page, page.getByLabel('Level 1', { exact: true }));
    await page.getByLabel('Level 1', { exact: true }).selectOption('site');
    await press(page, button('Add a level'));
    await page.getByLabel('Level 2', { exact: true }).selectOption('team');
    await press(page, button('Preview'));
    await page.getByText('300 people in teams, 0 in none, 0 left out').waitFor();
    await lookAt(page, 'story-tree');
    await press(page, button('Make it'));
    await page.getByRole('region', { name: 'Tree' }).getByText('12 teams').waitFor();
    await page.waitForURL(/\/organization\/trees\/\d+$/);

    // Other levels are looked at like the first ones; the tree stays as it stands until the difference is applied.
    await press(page, page.getByRole('link', { name: 'Levels and filters' }));
    await press(page, button('Leave level 1 out'));
    await press(page, button('Preview'));
    await page.getByText('300 people in teams, 0 in none, 0 left out').waitFor();
    await lookAt(page, 'story-levels');
    await press(page, button('Save'));
    await page.getByText('300 people change teams').waitFor();
    await press(page, button('Apply it'));
    await page.waitForURL(/\/organization\/trees\/\d+$/);

    await page.goto(`${stage.url}organization/teams`);
    await press(page, page.getByRole('link', { name: 'Team 03' }));
    const rules = page.getByRole('region', { name: 'SonarQube projects' });
    await press(page, rules.getByRole('button', { name: 'Add a rule' }));
    await rules.getByLabel('By', { exact: true }).last().selectOption('glob');
    await tabTo(page, rules.getByLabel('Value').last());
    await page.keyboard.type('payments-*');
    await press(page, rules.getByRole('button', { name: 'Preview' }));
    await rules.getByText('2 SonarQube projects').first().waitFor();
    await lookAt(page, 'story-team');
    await press(page, rules.getByRole('button', { name: 'Save the rules' }));
    await rules.getByRole('button', { name: 'Save the rules' }).waitFor({ state: 'detached' });
    const taken = await clone.db.query(
      `select p.source_key as key, n.name as team from teams.team_projects t join code_quality.projects p on p.id = t.project_id
         join teams.node_periods n on n.node_id = t.team_id and n.valid_to is null where t.valid_to is null order by 1`,
    );
    expect(taken).toEqual([
      { key: 'payments-api', team: 'Team 03' },
      { key: 'payments-web', team: 'Team 03' },
    ]);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}, 240_000);
