import { expect, it } from 'vitest';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { startProduct } from '../support/product.ts';
import { openBrowser } from './look.ts';

const password = 'correct horse battery';

it('a stranger with a server sees its numbers: set-up link, wizard, first run, Security, SQL', async () => {
  const simulator = await startSimulator({ profile: '26.9', scenario: small });
  const product = await startProduct();
  const browser = await openBrowser();
  try {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => void (message.type() === 'error' ? complaints.push(message.text()) : undefined));

    const link = /http:\/\/\S+\/setup#\S+/.exec(product.log())?.[0] ?? '';
    await page.goto(link);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(password);
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.getByText('Connect a SonarQube server').waitFor();
    expect(page.url()).not.toContain('#');

    await page.getByRole('link', { name: 'Connect SonarQube' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('sonar-lab');
    await page.keyboard.press('Enter');
    await page.getByLabel('SonarQube URL').fill(simulator.url);
    await page.getByLabel('API Token').fill(simulator.tokens.admin);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByRole('button', { name: /Finish|Save anyway/ }).click({ timeout: 60_000 });

    await page.waitForURL(/\/integrations\?added=/);
    await page.getByText('sonar-lab was added.').waitFor();
    await page.getByRole('link', { name: 'Watch the first sync' }).click();
    await page.waitForURL(/\/monitoring/);
    await page.getByText('Success').first().waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: 'Security' }).click();
    await page.getByText(/Data as of .*, complete/).waitFor({ timeout: 60_000 });
    const answer = await page.evaluate(async () => {
      const response = await fetch('api/v1/insights/security/summary');
      return (await response.json()) as { total: { open: number } };
    });
    const { open } = answer.total;
    expect(open).toBeGreaterThan(0);
    await page.locator('.tile-value').first().getByText(open.toLocaleString('en-GB'), { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Data' }).click();
    await page.getByRole('link', { name: 'SQL' }).click();
    await page.locator('.sql-plain').focus();
    await page.locator('.cm-content').click();
    await page.keyboard.type('select count(*) from sonarqube_projects');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 row in').waitFor();
    expect(await page.locator('tbody td:not(.fold-cell) .cell-line').allTextContents()).toEqual(['4']);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await product.close();
    await simulator.close();
  }
});
