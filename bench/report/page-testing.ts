/** What the tests of the page share: runs to show, stored as real ones are, and a browser that watches itself. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Batch } from '../core/sample.js';
import { parseScenario } from '../core/scenario.js';
import { recordScenario } from '../document/record.js';
import type { RunDocument } from '../document/schema.js';
import { appendBatch, closeRun, createRun, saveDocument } from '../document/store.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';

const CHROMIUM = '/usr/bin/chromium';
const TWIN = 'A/A bundled';
export const LOST = 'ex-data: got 0 instead of 7';

/** Text that would run, load or break out of its element if it were ever read as markup. */
export const HOSTILE = '</script><script>window.hostile=1</script><img src=x onerror="window.hostile=2">';

/** Stores a run of five targets with an A/A twin, a lost setting, an absent cell and warnings; gives its folder. */
export function storeExample(results: string, id: string, blocks = 8): string {
  const batches = withTwin(exampleBatches(blocks));
  return store(results, exampleRun(id, batches, {}), batches);
}

/** The same with hostile text wherever text comes from outside. */
export function storeHostile(results: string, id: string): string {
  const swap = <T extends { readonly target: string }>(one: T): T =>
    one.target === 'debian:trixie' ? { ...one, target: HOSTILE } : one;
  const batches = withTwin(exampleBatches()).map(swap);
  const plain = exampleRun(id, batches, {});
  const document: RunDocument = {
    ...plain,
    command: ['bench', HOSTILE],
    status: { kind: 'partial', reason: HOSTILE },
    environment: { ...plain.environment, cpuModel: HOSTILE, distribution: HOSTILE },
    targets: plain.targets.map((target) =>
      target.id === 'debian:trixie' && target.facts !== null
        ? {
            ...target,
            id: HOSTILE,
            package: HOSTILE,
            facts: { ...target.facts, version: `OpenSSL ${HOSTILE}` },
          }
        : target,
    ),
    memory: plain.memory.map(swap).map((one) => ({
      ...one,
      reading:
        one.reading.kind === 'exact'
          ? { ...one.reading, sites: one.reading.sites.map((site) => ({ ...site, file: HOSTILE })) }
          : one.reading,
    })),
    lost: plain.lost.map((one) => ({ ...one, settings: [HOSTILE] })),
    events: [
      { at: plain.startedAt, kind: 'crash', target: HOSTILE, block: 1, scenario: 'dup', message: HOSTILE },
    ],
  };
  return store(results, document, batches);
}

/** 1,000 settings of dup and of new-configure on five targets: 10,000 cells. */
export function storeLarge(results: string, id: string): string {
  const names = Array.from({ length: 1000 }, (_, i) => [
    `new-configure[setting-${i}]`,
    `dup[setting-${i}]`,
  ]).flat();
  const targets = exampleDocument({}, []).targets.map(({ id: target }) => target);
  const batches: Batch[] = [];
  names.forEach((scenario, s) => {
    targets.forEach((target, t) => {
      for (let block = 0; block < 6; block++) {
        const roundNs = [1, 2].map((r) => 500 + (s % 97) + 40 * t + block + r);
        batches.push({ block, target, scenario, iterations: 100, roundNs, state: { kind: 'complete' } });
      }
    });
  });
  const scenarios = names.map((name) => recordScenario(parseScenario(name), 100));
  const document = exampleDocument({ id, scenarios, memory: [] }, batches);
  return store(results, document, batches);
}

function exampleRun(id: string, batches: readonly Batch[], over: Partial<RunDocument>): RunDocument {
  const plain = exampleDocument({}, []);
  const [baseline] = plain.targets;
  if (baseline === undefined) throw new RangeError('the example has no target');
  const dup = 'dup[cipher-list=20,certificate=ecdsa]';
  return exampleDocument(
    {
      id,
      targets: [...plain.targets, { ...baseline, id: TWIN, twinOf: baseline.id }],
      lost: [{ target: 'debian:bullseye', scenario: dup, settings: [LOST] }],
      ...over,
    },
    batches,
  );
}

function withTwin(batches: readonly Batch[]): readonly Batch[] {
  const twin = batches
    .filter(({ target }) => target === 'bundled')
    .map((batch) => ({
      ...batch,
      target: TWIN,
      roundNs: batch.roundNs.map((ns, r) => ns * (1 + 0.001 * Math.sin(r + batch.block))),
    }));
  return [...batches, ...twin];
}

function store(results: string, document: RunDocument, batches: readonly Batch[]): string {
  const run = createRun(results, { ...document, cells: [] });
  for (const batch of batches) appendBatch(run, batch);
  closeRun(run);
  saveDocument(run, document);
  return run.folder;
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

export const VIEW_IDS = [
  'overview',
  'trend',
  'settings',
  'distribution',
  'compare',
  'memory',
  'machine',
] as const;
