import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessAnswers, signedIn } from './answers/access.ts';
import { healthAnswers } from './answers/health.ts';
import { reportAnswers } from './answers/reports.ts';
import { insightAnswers } from './answers/insights.ts';
import { helpAnswers, locatedAnswers } from './answers/help.ts';
import { operationsAnswers } from './answers/operations.ts';
import { organizationAnswers } from './answers/organization.ts';
import { looks, openBrowser, openPage, picture, seriousFindings, sidewaysScrolling, take } from './look.ts';
import { buildWeb, type Stage, startStage } from './stage.ts';

let browser: Browser;
let stage: Stage;
let faulty = true;
let nobody = true;

beforeAll(async () => {
  browser = await openBrowser();
  const both = (of: boolean) => organizationAnswers({ nobody: of, faulty: () => faulty });
  const answers = both(false);
  const empty = both(true);
  // The lists are empty until something was saved.
  const routes = answers.map((route, at) => ({
    ...route,
    handle: (request: never) => (nobody ? (empty[at] ?? route) : route).handle(request),
  }));
  const others = [
    ...accessAnswers(() => signedIn),
    ...healthAnswers(),
    ...reportAnswers(),
    ...insightAnswers(),
    ...operationsAnswers(),
    ...helpAnswers(),
    ...locatedAnswers(),
  ];
  stage = await startStage(await buildWeb(), [...others, ...routes]);
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

const file = {
  name: 'people.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('Full Name,Email,Manager Email\nAda,ada@x,\n'),
};

async function lookAt(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await take(page, look);
    await picture(page, `${name}-${look.name}`);
    expect(await seriousFindings(page, look), `${name} ${look.name}`).toEqual([]);
    expect(await sidewaysScrolling(page), `${name} ${look.name}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

describe('an administrator', () => {
  it('uploads people with mistakes, corrects them, saves, makes a tree and applies a difference', async () => {
    const { page, context, complaints } = await openPage(browser);
    try {
      await page.goto(`${stage.url}organization/people`);
      await page.getByText('Nobody is known yet').waitFor();
      await page.getByRole('link', { name: 'Upload a CSV file' }).click();
      await page.getByLabel('CSV file of everybody').setInputFiles(file);
      await page.getByText('3 things to correct').waitFor();
      expect(await page.getByText('eve@example.com → gus@example.com → eve@example.com').count()).toBe(1);
      expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
      await lookAt(page, 'upload-problems');
      faulty = false;
      await page.getByLabel('CSV file of everybody').setInputFiles({ ...file, name: 'corrected.csv' });
      await page.getByText('12 come, 3 change, 1 leave, 284 stay as they are.').waitFor();
      await lookAt(page, 'upload-change');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The people are saved').waitFor();
      nobody = false;
      await page.getByRole('link', { name: 'See them' }).click();
      await page.getByRole('link', { name: 'Bob Noyce' }).first().waitFor();

      await page.goto(`${stage.url}organization/trees/new`);
      await page.getByLabel('Name', { exact: true }).fill('Engineering');
      await page.getByRole('button', { name: 'Add a level' }).click();
      expect(await page.getByLabel('Level 2', { exact: true }).inputValue()).toBe('manager');
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('2 people would be in no team.').waitFor();
      await lookAt(page, 'tree-preview');
      await page.getByRole('radio', { name: 'Table' }).check();
      await page.getByRole('columnheader', { name: 'Led by' }).waitFor();
      await page.getByRole('button', { name: 'Make it' }).click();
      await page.getByRole('link', { name: 'See the difference' }).click();
      await page.getByText('1 person joins a team, 2 people change teams.').waitFor();
      await page.getByRole('button', { name: 'Apply it' }).click();
      await page.getByRole('radio', { name: 'In no team' }).check();
      await page.getByText('no manager, and nobody reports to them').waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });

  it('looks at what rules of a team would take, makes its what is nobody’s, and finds the team’s numbers', async () => {
    nobody = false;
    const { page, context, complaints } = await openPage(browser);
    try {
      await page.goto(`${stage.url}organization/teams`);
      await page.getByRole('link', { name: 'Bob Noyce' }).first().click();
      const rules = page.getByRole('region', { name: 'SonarQube projects' });
      await rules.getByRole('button', { name: 'Add a rule' }).click();
      await rules.getByLabel('Value').last().fill('core');
      expect(await rules.getByRole('button', { name: 'Save the rules' }).count()).toBe(0);
      await rules.getByRole('button', { name: 'Preview' }).click();
      await rules.getByText('2 SonarQube projects').first().waitFor();
      await rules.getByText('1 of those shown would be shared with other teams').waitFor();
      await lookAt(page, 'team-settings');
      await rules.getByRole('button', { name: 'Save the rules' }).click();
      await page.getByRole('radio', { name: 'As the org tree says' }).first().check();
      await page.getByRole('button', { name: 'Save the choice' }).click();
      await page.getByRole('button', { name: 'Save the choice' }).waitFor({ state: 'detached' });

      await page.goto(`${stage.url}organization/trees/1/belongings`);
      await lookAt(page, 'belongings');
      await page.getByRole('button', { name: /^Make Shop Bob Noyce’s/ }).click();
      await page.getByRole('radio', { name: 'Shared 2' }).check();
      await page.getByRole('link', { name: 'Bob Noyce' }).first().waitFor();

      await page.goto(`${stage.url}insights/security`);
      await page.getByRole('button', { name: 'Org tree: Organization' }).click();
      const panel = page.getByRole('dialog', { name: 'Org tree' });
      await panel.getByLabel('Find a team').fill('noyce');
      await panel.getByText('Berlin').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Place in the org tree' }).getByText('Bob Noyce').waitFor();
      expect(new URL(page.url()).searchParams.get('node')).toBe('3');
      await page.getByRole('link', { name: 'Berlin' }).click();
      await page.getByText('Below Berlin').waitFor();
      await lookAt(page, 'security-of-a-node');
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
