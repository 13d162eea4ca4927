/** What the tests of the page share: a browser that watches itself, and ways to read what it shows. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import type { Programs } from '../conform/program.js';
import { renderPage } from './page.js';
import { pageData, readPageSource } from './page-data/index.js';

const CHROMIUM = '/usr/bin/chromium';

export const VIEW_IDS = [
  'overview',
  'trend',
  'history',
  'settings',
  'compare',
  'distribution',
  'memory',
  'threads',
  'connections',
  'node-layer',
  'conformance',
  'soak',
  'faults',
  'machine',
] as const;

/** Where this process's tests put their stores and pages. */
export const folder = mkdtempSync(join(tmpdir(), 'dupmark-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The address of the page of a folder's documents. */
export function written(
  name: string,
  fill: (results: string) => void,
  programs: Programs | null = null,
): string {
  const results = join(folder, name);
  fill(results);
  const data = pageData(
    { ...readPageSource(results), programs },
    { madeAt: new Date('2026-08-03T00:00:00Z'), dupmark: { version: '0.1.0', commit: null } },
  );
  const file = join(folder, `${name}.html`);
  writeFileSync(file, renderPage(data));
  return pathToFileURL(file).href;
}

/** Whether there is a browser to open the page with; says so once when there is none. */
export function haveChromium(): boolean {
  const found = existsSync(CHROMIUM);
  if (!found) process.stdout.write('note: no Chromium: the page was not opened\n');
  return found;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** A Watched page has kept what it should never have: messages of the console, errors, and requests beside its file. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

export interface OpenOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

export async function open(
  browser: Browser,
  url: string,
  { width = 1200, scheme = 'light' }: OpenOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const [file = ''] = url.split('#');
  context.on('request', (request) => {
    if (request.url().split('#')[0] !== file) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.locator('#view-title').waitFor();
  return { page, context, complaints };
}

/** Goes to another state of the page by its hash, as a link does. */
export async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  // The event comes in a later turn than the change.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
}

let browser: Promise<Browser> | null = null;

/** The process's only browser. */
export function theBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

/** To be called by the last test. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

/** A body with the page open, which must end with no message in the console and no request. */
export const shown =
  (url: () => string, body: (page: Page, watched: Watched) => Promise<void>, options: OpenOptions = {}) =>
  async (): Promise<void> => {
    const watched = await open(await theBrowser(), url(), options);
    try {
      await body(watched.page, watched);
      assert.equal(watched.complaints, []);
    } finally {
      await watched.context.close();
    }
  };

/** A Row of a table: its cells' texts, and the stored numbers that stand behind them. */
export interface Row {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

export const rowsOf = async (page: Page, selector: string): Promise<readonly Row[]> =>
  (await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(`${selector} tbody tr`)})].map((row) => ({
    texts: [...row.children].map((cell) => cell.textContent),
    numbers: [...row.querySelectorAll('data')].map((one) => Number(one.value)),
  }))`)) as readonly Row[];

/** As the browser has it: Playwright hears of it later. */
export const addressOf = async (page: Page): Promise<string> => String(await page.evaluate('location.href'));
export const focusedId = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id');
export const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? '';
