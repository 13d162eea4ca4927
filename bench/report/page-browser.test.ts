/** The page as a person uses it, in Chromium. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRuns } from '../document/list.js';
import { readRun } from '../document/read.js';
import { compare } from '../stats/comparison.js';
import { blockMedians } from '../stats/summary.js';
import { renderPage } from './page.js';
import { pageData } from './page-data.js';
import {
  HOSTILE,
  haveChromium,
  LOST,
  launch,
  type OpenOptions,
  open,
  storeExample,
  storeHostile,
  storeLarge,
  VIEW_IDS,
  visit,
  type Watched,
} from './page-testing.js';

const test = suite('report/page in a browser');
const ids = ['20260801T120000Z-aaaaaa', '20260802T120000Z-bbbbbb'] as const;

const folder = mkdtempSync(join(tmpdir(), 'dupmark-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The address of the page of a folder's runs. */
function written(name: string, fill: (results: string) => void): string {
  const results = join(folder, name);
  fill(results);
  const { runs, skipped, left } = readRuns(results);
  const data = pageData(runs, {
    madeAt: new Date('2026-08-03T00:00:00Z'),
    dupmark: { version: '0.1.0', commit: null },
    skipped,
    left,
  });
  const file = join(folder, `${name}.html`);
  writeFileSync(file, renderPage(data));
  return pathToFileURL(file).href;
}

let browser: Browser | null = null;

/** A body with the page open, which must end with no message in the console and no request. */
const shown =
  (url: () => string, body: (page: Page, watched: Watched) => Promise<void>, options: OpenOptions = {}) =>
  async (): Promise<void> => {
    browser ??= await launch();
    const watched = await open(browser, url(), options);
    try {
      await body(watched.page, watched);
      assert.equal(watched.complaints, []);
    } finally {
      await watched.context.close();
    }
  };

/** A Row of a table: its cells' texts, and the stored numbers that stand behind them. */
interface Row {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

const rowsOf = async (page: Page, selector: string): Promise<readonly Row[]> =>
  (await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(`${selector} tbody tr`)})].map((row) => ({
    texts: [...row.children].map((cell) => cell.textContent),
    numbers: [...row.querySelectorAll('data')].map((one) => Number(one.value)),
  }))`)) as readonly Row[];

/** As the browser has it: Playwright hears of it later. */
const addressOf = async (page: Page): Promise<string> => String(await page.evaluate('location.href'));
const focusedId = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id');
const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? '';

if (haveChromium()) {
  const two = written('two', (results) => {
    for (const id of ids) storeExample(results, id);
  });
  const { document: run, batches } = readRun(join(folder, 'two', 'runs', ids[1]));
  const { baseline } = run.plan;
  const own = run.targets.filter(({ twinOf }) => twinOf === null).map(({ id }) => id);
  const others = own.filter((id) => id !== baseline);
  const targetIn = (label: string): string => own.find((id) => label.endsWith(id)) ?? `none in ${label}`;
  const cellOf = (target: string, scenario: string) =>
    run.cells.find((cell) => cell.target === target && cell.scenario === scenario);
  const batchesOf = (target: string, scenario: string) =>
    batches.filter((batch) => batch.target === target && batch.scenario === scenario);
  const dup = 'dup[cipher-list=20,certificate=ecdsa]';

  test(
    'every view opens from the menu, has figures, and names itself',
    shown(
      () => two,
      async (page) => {
        for (const id of VIEW_IDS) {
          await page.locator(`#to-${id}`).click();
          await page.locator(`#to-${id}[aria-current=page]`).waitFor();
          assert.is(await page.title(), `${await textOf(page, '#view-title')} · dupmark`);
          assert.is(await focusedId(page), 'view-title');
          assert.ok((await page.locator('main').innerText()).length > 300, id);
        }
      },
    ),
  );

  test(
    'the overview has the stored numbers, worst first',
    shown(
      () => `${two}#/overview`,
      async (page) => {
        const rows = await rowsOf(page, '#differences');
        assert.is(rows.length, others.length * run.scenarios.length);
        for (const { texts, numbers } of rows) {
          const [scenario = '', label = ''] = texts;
          const cell = cellOf(targetIn(label), scenario);
          const floor = cellOf('A/A bundled', scenario)?.ratioToBaseline?.ratio;
          assert.equal(numbers, [cell?.summary?.medianNs, cell?.ratioToBaseline?.ratio, floor]);
          const words = {
            faster: 'faster',
            slower: 'slower',
            same: 'not distinguished',
            noisy: 'noisy',
            undecided: 'undecided',
          };
          assert.ok(texts.at(-1)?.endsWith(words[cell?.ratioToBaseline?.verdict ?? 'undecided']));
        }
        const ratios = rows.map(({ numbers }) => numbers[1] ?? 0);
        assert.is(ratios[0], Math.max(...ratios));
        assert.ok((ratios[0] ?? 0) > 1.5);
      },
    ),
  );

  test(
    'versions, settings, distribution, compare and memory have the stored numbers',
    shown(
      () => `${two}#/trend`,
      async (page) => {
        const trend = await rowsOf(page, 'figure');
        assert.is(trend.length, own.length * run.scenarios.length);
        trend.forEach(({ texts: [label = ''], numbers }, i) => {
          const summary = cellOf(
            targetIn(label),
            run.scenarios[Math.floor(i / own.length)]?.name ?? '',
          )?.summary;
          assert.equal(numbers, [summary?.medianNs, summary?.interval?.lowNs, summary?.interval?.highNs]);
        });

        await visit(page, '#/settings');
        const byVersion = [...own].sort(
          (a, b) => own.indexOf(a) - own.indexOf(b), // the example's targets all report one version number
        );
        const [heat] = await rowsOf(page, '#heatmap');
        assert.equal(
          heat?.numbers,
          byVersion.map((id) => cellOf(id, dup)?.dupToNewConfigure?.ratio),
        );
        assert.match(heat?.texts[1 + byVersion.indexOf('debian:bullseye')] ?? '', /∗ lost by dup$/);
        assert.match(await textOf(page, '#lost'), new RegExp(LOST));

        await visit(page, '#/distribution?scenario=dup');
        const blocks = await rowsOf(page, 'figure');
        assert.equal(
          blocks.map(({ numbers }) => numbers[3]),
          byVersion
            .flatMap((id) => [...blockMedians(batchesOf(id, 'dup')).medianNs.values()])
            .map((ns) => Number(ns.toPrecision(9))),
        );

        const [, first = '', second = ''] = own;
        await visit(page, `#/compare?base=${ids[1]}/${first}&contender=${ids[1]}/${second}`);
        const compared = await rowsOf(page, '#comparison');
        assert.is(compared.length, run.scenarios.length);
        for (const {
          texts: [scenario = ''],
          numbers,
        } of compared) {
          const ratio = compare(
            batchesOf(first, scenario),
            batchesOf(second, scenario),
            run.plan.looks,
          )?.ratio;
          assert.equal(numbers, [
            cellOf(first, scenario)?.summary?.medianNs,
            cellOf(second, scenario)?.summary?.medianNs,
            ratio,
          ]);
        }
        await visit(page, `#/compare?base=${ids[1]}/${second}&contender=${ids[1]}/${first}`);
        await page.locator('#swap').click();
        assert.is((await rowsOf(page, '#comparison')).length, run.scenarios.length);
        await visit(page, `#/compare?base=${ids[0]}/${first}&contender=${ids[1]}/${first}`);
        assert.is((await rowsOf(page, '#between')).length, run.scenarios.length);

        await visit(page, '#/memory?scenario=dup&target=debian:trixie');
        const reading = run.memory.find(
          (one) => one.target === 'debian:trixie' && one.scenario === 'dup',
        )?.reading;
        const site = reading?.kind === 'exact' ? reading.sites[0] : undefined;
        assert.equal((await rowsOf(page, '#sites'))[0]?.numbers, [
          site?.retainedBytes,
          site?.requestedBytes,
          site?.allocations,
        ]);
        assert.is(await page.locator('.treemap rect').count(), 1);
      },
    ),
  );

  test(
    'filter, search and sort work, and their state is in the link',
    shown(
      () => two,
      async (page, { context }) => {
        await page.locator('#choose-operation').selectOption('dup');
        assert.is(await textOf(page, '.count'), '2 of 6 scenarios');
        await page.locator('#search').pressSequentially('CIPHER ecdsa');
        assert.is(await page.locator('#search').inputValue(), 'CIPHER ecdsa');
        assert.is(await focusedId(page), 'search');
        assert.is((await rowsOf(page, '#differences')).length, others.length);
        await page.locator('#differences-by-ratio').click();
        await page.locator('#differences-by-ratio').click();
        const rows = await rowsOf(page, '#differences');
        const ratios = rows.map(({ numbers }) => numbers[1] ?? 0);
        assert.equal(
          ratios,
          [...ratios].sort((a, b) => a - b),
        );
        assert.is(await page.locator('#differences th[aria-sort]').getAttribute('aria-sort'), 'ascending');
        await page.locator('#choose-verdict').selectOption('slower');
        const left = await rowsOf(page, '#differences');
        assert.ok(left.length > 0 && left.length < rows.length);
        await page.locator('#choose-run').selectOption(ids[0]);

        const again = await context.newPage();
        await again.goto(await addressOf(page));
        assert.equal(await rowsOf(again, '#differences'), await rowsOf(page, '#differences'));
        assert.is(await again.locator('#choose-run').inputValue(), ids[0]);
        assert.is(await again.locator('#search').inputValue(), 'CIPHER ecdsa');
        // Another view keeps what holds everywhere, and the way back is the browser's.
        await again.locator('#to-trend').click();
        await again.locator('#to-trend[aria-current=page]').waitFor();
        assert.is(await again.locator('figure').count(), 1);
        await again.goBack();
        await again.locator('#to-overview[aria-current=page]').waitFor();
        assert.is((await rowsOf(again, '#differences')).length, left.length);
        await page.locator('#search').fill('nothing has this name');
        assert.is(await textOf(page, '.count'), '0 of 6 scenarios');
        for (const id of VIEW_IDS) await visit(page, `#/${id}?q=nothing`);
      },
    ),
  );

  test(
    'the keyboard is enough: skip link, search, menu, sort, figures',
    shown(
      () => two,
      async (page) => {
        await page.keyboard.press('Tab');
        assert.match(await page.evaluate('document.activeElement.textContent'), /^Skip to/);
        await page.keyboard.press('Enter');
        assert.is(await focusedId(page), 'view-title');
        await page.keyboard.press('/');
        assert.is(await focusedId(page), 'search');
        await page.keyboard.type('new');
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Delete');
        await page.locator('#to-trend').focus();
        await page.keyboard.press('Enter');
        await page.locator('#to-trend[aria-current=page]').waitFor();
        assert.is(await textOf(page, '#view-title'), 'Versions');
        assert.is(await focusedId(page), 'view-title');
        await page.locator('summary').first().focus();
        await page.keyboard.press('Enter');
        assert.ok(await page.locator('details').first().locator('table').isVisible());
        await visit(page, '#/overview');
        await page.locator('#differences-by-time').focus();
        await page.keyboard.press('Enter');
        assert.is(await focusedId(page), 'differences-by-time');
        assert.is(await page.locator('#differences th[aria-sort]').getAttribute('aria-sort'), 'descending');
        await page.locator('#choose-verdict').focus();
        await page.keyboard.press('ArrowDown');
        assert.match(await addressOf(page), /verdict=faster/);
        assert.is(await focusedId(page), 'choose-verdict');
        // What is wider than the screen can be scrolled to.
        assert.is(await page.locator('.scroll').first().getAttribute('tabindex'), '0');
      },
    ),
  );

  const background = (page: Page): Promise<unknown> =>
    page.evaluate('getComputedStyle(document.body).backgroundColor');
  const WHITE = 'rgb(255, 255, 255)';
  test(
    'light, dark, the system’s choice, and print',
    shown(
      () => two,
      async (page) => {
        assert.is.not(await background(page), WHITE);
        await page.locator('#choose-theme').selectOption('light');
        assert.is(await background(page), WHITE);
        await page.reload();
        assert.is(await background(page), WHITE);
        await page.locator('#choose-theme').selectOption('auto');
        assert.is.not(await background(page), WHITE);
        await page.emulateMedia({ colorScheme: 'light' });
        assert.is(await background(page), WHITE);
        await page.locator('#choose-theme').selectOption('dark');
        assert.is.not(await background(page), WHITE);
        await page.emulateMedia({ media: 'print' });
        assert.is(await background(page), WHITE);
        for (const selector of ['nav', '.controls', '.skip']) {
          assert.is(await page.locator(selector).first().isVisible(), false, selector);
        }
        assert.ok((await page.pdf()).length > 10_000);
      },
      { scheme: 'dark' },
    ),
  );

  test(
    'nothing is wider than a telephone but what scrolls by itself',
    shown(
      () => two,
      async (page) => {
        for (const id of VIEW_IDS) {
          await visit(page, `#/${id}`);
          assert.is(await page.evaluate('document.documentElement.scrollWidth'), 360, id);
        }
      },
      { width: 360 },
    ),
  );

  test(
    'an empty store, and one with nothing readable',
    shown(
      () => written('empty', () => undefined),
      async (page) => {
        assert.is(await textOf(page, '#view-title'), 'No runs yet');
        assert.match(await textOf(page, 'main'), /make bench/);
        const damaged = written('damaged', (results) => {
          const broken = join(results, 'runs', ids[0]);
          mkdirSync(broken, { recursive: true });
          writeFileSync(join(broken, 'run.json'), '{"half": ');
        });
        const { page: other, complaints, context } = await open(browser as Browser, damaged);
        assert.match(await textOf(other, '#skipped'), /aaaaaa: .*run\.json: not JSON/);
        assert.equal(complaints, []);
        await context.close();
      },
    ),
  );

  test(
    'one run of one target shows its times, and no view without data',
    shown(
      () =>
        written('one', (results) => {
          const file = join(storeExample(results, ids[0]), 'run.json');
          const document = JSON.parse(readFileSync(file, 'utf8')) as typeof run;
          const alone = <T extends { readonly target: string }>(list: readonly T[]) =>
            list.filter(({ target }) => target === baseline);
          const cells = alone(document.cells);
          const targets = document.targets.filter(({ id }) => id === baseline);
          writeFileSync(file, JSON.stringify({ ...document, targets, cells, memory: [], lost: [] }));
        }),
      async (page) => {
        const rows = await rowsOf(page, '#times');
        assert.equal(
          rows.map(({ numbers: [ns] }) => ns),
          run.scenarios.map(({ name }) => cellOf(baseline, name)?.summary?.medianNs),
        );
        const links = await page.locator('nav a').allTextContents();
        assert.equal(links, ['Overview', 'Settings', 'Distribution', 'Machine and method']);
        // A link to a view that has nothing leads to the first.
        await visit(page, '#/memory');
        assert.is(await textOf(page, '#view-title'), 'Overview');
      },
    ),
  );

  test(
    'text from outside stays text on every view',
    shown(
      () => written('hostile', (results) => storeHostile(results, ids[0])),
      async (page) => {
        for (const id of VIEW_IDS) {
          await visit(page, `#/${id}`);
          assert.is(await page.evaluate('typeof window.hostile'), 'undefined', id);
          assert.is(await page.locator('#app script, #app img').count(), 0, id);
        }
        assert.ok((await textOf(page, 'main')).includes(HOSTILE));
        const search = `q=${encodeURIComponent(HOSTILE)}&verdict=${encodeURIComponent(HOSTILE)}&run=${encodeURIComponent(HOSTILE)}`;
        await visit(page, `#/overview?${search}`);
        await visit(page, '#/constructor?__proto__=1&differences-rows=-1&differences-sort=__proto__');
        assert.is(await textOf(page, '#view-title'), 'Overview');
        assert.is(await page.evaluate('typeof window.hostile'), 'undefined');
      },
    ),
  );

  test(
    '10,000 cells are there at once',
    shown(
      () => written('large', (results) => storeLarge(results, ids[0])),
      async (page) => {
        const ready = Number(
          await page.evaluate("performance.getEntriesByName('dupmark-interactive')[0].startTime"),
        );
        const slowest: string[] = [];
        for (const id of VIEW_IDS) {
          if (id === 'memory') continue;
          const ms = Number(
            await page.evaluate(
              `(() => { const from = performance.now(); document.getElementById('to-${id}').click(); dispatchEvent(new HashChangeEvent('hashchange')); return performance.now() - from; })()`,
            ),
          );
          slowest.push(`${id} ${ms.toFixed(0)}`);
        }
        process.stdout.write(
          `\nnote: 10,000 cells: interactive after ${ready.toFixed(0)} ms; views drawn in ms: ${slowest.join(', ')}\n`,
        );
        await visit(page, '#/overview');
        await page.locator('#differences-more').click();
        assert.is((await rowsOf(page, '#differences')).length, 500);
        assert.is(await focusedId(page), 'differences-more');
        await page.locator('#search').fill('setting-777');
        assert.is(await textOf(page, '.count'), '2 of 2000 scenarios');
      },
    ),
  );

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  for (const scheme of ['light', 'dark'] as const) {
    test(
      `axe finds nothing serious, ${scheme}`,
      shown(
        () => two,
        async (page) => {
          await page.evaluate(axe);
          for (const id of VIEW_IDS) {
            await visit(page, `#/${id}`);
            const found = await page.evaluate(
              `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => id + ': ' + nodes[0].html + ' ' + nodes[0].failureSummary))`,
            );
            assert.equal(found, [], id);
          }
        },
        { scheme, width: scheme === 'light' ? 1200 : 390 },
      ),
    );
  }

  test('the browser ends', async () => {
    await browser?.close();
  });
} else {
  process.stdout.write('note: no Chromium: the page was not opened\n');
  test.skip('the page in a browser');
}

test.run();
