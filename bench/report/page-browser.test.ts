/** The page as a person uses it, in Chromium. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRun } from '../document/read.js';
import {
  addressOf,
  closeBrowser,
  focusedId,
  folder,
  haveChromium,
  open,
  rowsOf,
  shown,
  textOf,
  theBrowser,
  VIEW_IDS,
  visit,
  written,
} from './page-browser-testing.js';
import {
  HOSTILE,
  storeExample,
  storeHostile,
  storeHostileOthers,
  storeLarge,
  storeOthers,
  storeSlower,
} from './page-testing.js';

const test = suite('report/page in a browser');
const ids = ['20260801T120000Z-aaaaaa', '20260802T120000Z-bbbbbb'] as const;

if (haveChromium()) {
  const two = written('two', (results) => {
    storeExample(results, ids[0]);
    storeSlower(results, ids[1]);
    storeOthers(results);
  });
  const { document: run } = readRun(join(folder, 'two', 'runs', ids[1]));
  const { baseline } = run.plan;
  const own = run.targets.filter(({ twinOf }) => twinOf === null).map(({ id }) => id);
  const others = own.filter((id) => id !== baseline);
  const cellOf = (target: string, scenario: string) =>
    run.cells.find((cell) => cell.target === target && cell.scenario === scenario);

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
        const ratios = rows.map(({ numbers }) => numbers[0] ?? 0);
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
        // The page hears of it with the next frame.
        await page.locator('html[data-theme=light]').waitFor();
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
        assert.is(await page.locator('nav').count(), 0);
        const damaged = written('damaged', (results) => {
          const broken = join(results, 'runs', ids[0]);
          mkdirSync(broken, { recursive: true });
          writeFileSync(join(broken, 'run.json'), '{"half": ');
        });
        const { page: other, complaints, context } = await open(await theBrowser(), damaged);
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
      () =>
        written('hostile', (results) => {
          storeHostile(results, ids[0]);
          storeHostileOthers(results);
        }),
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
          if (!(await page.locator(`#to-${id}`).isVisible())) continue;
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
    for (const [device, width] of [
      ['desktop', 1200],
      ['phone', 390],
    ] as const) {
      test(
        `axe finds nothing serious, ${scheme} on a ${device}`,
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
          { scheme, width },
        ),
      );
    }
  }

  test('the browser ends', closeBrowser);
} else {
  process.stdout.write('note: no Chromium: the page was not opened\n');
  test.skip('the page in a browser');
}

test.run();
