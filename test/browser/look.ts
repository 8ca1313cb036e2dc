import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const places = [
  process.env['PLUMBLINE_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The installed browser; undefined when there is none. */
export async function findChromium(): Promise<string | undefined> {
  for (const place of places) {
    if (place === undefined || place === '') continue;
    const there = await access(place).then(
      () => true,
      () => false,
    );
    if (there) return place;
  }
  return undefined;
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('No Chromium: install it, or set PLUMBLINE_CHROMIUM to one.');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath,
    args: [
      ...asRoot,
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
}

export interface Look {
  name: string;
  width: number;
  height: number;
  scheme: 'light' | 'dark';
}

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

export const looks: readonly Look[] = [
  { name: 'wide-light', ...wide, scheme: 'light' },
  { name: 'wide-dark', ...wide, scheme: 'dark' },
  { name: 'narrow-dark', ...narrow, scheme: 'dark' },
  { name: 'narrow-light', ...narrow, scheme: 'light' },
];

/** The moment the prepared answers were written for. */
export const now = new Date('2026-11-21T10:00:00Z');

export interface Opened {
  page: Page;
  context: BrowserContext;
  /** Errors of the console and of scripts so far. */
  complaints: string[];
}

/** A page of a fresh browser profile that writes down everything the console complains about. */
export async function openPage(browser: Browser, timezoneId = 'UTC'): Promise<Opened> {
  const context = await browser.newContext({
    viewport: wide,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, context, complaints };
}

interface Shift {
  value: number;
  moved: string[];
}

/**
 * Writes down what moves while a page loads. Answers come one after the other, as they do from afar: all at once they
 * would hide what each of them moves.
 */
export async function watchShifts(page: Page): Promise<void> {
  await page.route('**/api/**', async (route) => {
    const seed = [...route.request().url()].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 997, 7);
    await new Promise((resolve) => setTimeout(resolve, 20 + (seed % 120)));
    await route.continue().catch(() => undefined);
  });
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(globalThis, { plumblineShifts: shifts });
    type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Entry[]) {
        if (hadRecentInput) continue;
        const moved = sources.map(({ node }) =>
          node instanceof Element ? `${node.tagName}.${node.className}` : 'text',
        );
        shifts.push({ value, moved });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const allowedShift = 0.05;

/** What moved after the page was drawn, where that adds up to more than is allowed; empty where it does not. */
export async function layoutShifts(page: Page): Promise<string[]> {
  const shifts = await page.evaluate(() => (globalThis as unknown as { plumblineShifts: Shift[] }).plumblineShifts);
  const total = shifts.reduce((sum, { value }) => sum + value, 0);
  if (total <= allowedShift) return [];
  return [`${total.toFixed(3)} in all`, ...shifts.map(({ value, moved }) => `${value.toFixed(3)} ${moved.join(', ')}`)];
}

/** Gives a page another size and colours, and waits until its charts have followed. */
export async function take(page: Page, { width, height, scheme }: Look): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLElement>('.chart')].every(
      (chart) => chart.querySelector('svg')?.clientWidth === chart.clientWidth,
    ),
  );
}

/** For eyes, where PLUMBLINE_SCREENSHOTS names a folder; no check needs it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PLUMBLINE_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

const axeFile = createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js');

/** The builder would send and run a program of 1.5 MB twice for each look: once per document is enough. */
async function bringAxe(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(axeFile, 'utf8'));
}

/**
 * Serious and critical findings of axe, each with where it is. Another colour scheme changes contrasts and nothing else,
 * so in the dark only those are looked at.
 */
export async function seriousFindings(page: Page, { scheme }: Look): Promise<string[]> {
  await bringAxe(page);
  // Without frames the way that opens a second page per analysis only costs time.
  // What passed is not looked at; naming each of its elements would take most of the time.
  const axe = new AxeBuilder({ page, axeSource: 'void 0' })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] });
  const { violations } = await (scheme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary}`),
    );
}

/** Elements that make the page scroll sideways; empty when it does not. */
export async function sidewaysScrolling(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      const { right } = element.getBoundingClientRect();
      return right > width + 1 && element.closest('.table-scroll, .tabs, .chart-table, pre') === null;
    });
    return [
      `page is ${document.documentElement.scrollWidth} wide`,
      ...wide.slice(0, 5).map((element) => `${element.tagName}.${element.className}`),
    ];
  });
}
