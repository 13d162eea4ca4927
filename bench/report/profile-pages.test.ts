/** The two pages of a profile, as text and in Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../core/profile.js';
import type { ProfileDocument } from '../document/profile-schema.js';
import { exampleDocument } from '../document/testing.js';
import { flamePage } from './flame-page.js';
import { haveChromium, launch } from './page-browser-testing.js';
import { renderProfile } from './profile.js';
import { treemapPage } from './treemap-page.js';

const test = suite('report/pages of a profile');
const HOSTILE = '</script><script>document.title="owned"</script>"\'&';

const leaf = (name: string, self: number): Frame => ({ name, library: 'libssl', self, children: [] });
const site = (file: string, line: number, requestedBytes: number) => ({
  file,
  line,
  allocations: 1,
  requestedBytes,
  retainedAllocations: 1,
  retainedBytes: requestedBytes,
});

function example(): ProfileDocument {
  const run = exampleDocument();
  const [a, b] = run.targets;
  const [scenario] = run.scenarios;
  assert.ok(a && b && scenario);
  const profiled = (target: typeof a, children: Frame[], sites: ReturnType<typeof site>[]) => {
    const bytes = sites.reduce((sum, { requestedBytes }) => sum + requestedBytes, 0);
    const perIteration = 100 + children.reduce((sum, { self }) => sum + self, 0);
    return {
      target,
      memory: {
        kind: 'exact' as const,
        allocations: sites.length,
        requestedBytes: bytes,
        retainedAllocations: sites.length,
        retainedBytes: bytes,
        sites,
      },
      instructions: {
        kind: 'exact' as const,
        perIteration,
        iterations: 100,
        unnamed: 0,
        tree: { name: 'new', library: 'dupmark_driver', self: 100, children },
      },
    };
  };
  return {
    kind: 'dupmark-profile',
    schemaVersion: 1,
    id: run.id,
    dupmark: run.dupmark,
    startedAt: run.startedAt,
    endedAt: run.startedAt,
    command: ['profile'],
    environment: run.environment,
    cLibrary: run.cLibrary,
    scenario,
    targets: [
      profiled(
        a,
        [leaf('same', 400), leaf('gone', 500)],
        [site('ssl/ssl_lib.c', 691, 7624), site('ssl/a.c', 5, 80)],
      ),
      profiled(
        b,
        [leaf('same', 400), leaf('grown', 1100), leaf(HOSTILE, 400)],
        [site('ssl/ssl_lib.c', 737, 5576), site('ssl/record/b.c', 9, 8848), site('ssl/a.c', 5, 80)],
      ),
    ],
    notes: ['a note'],
  };
}

const rowOf = (text: string, name: string): readonly string[] =>
  (text.split('\n').find((line) => line.includes(name)) ?? '')
    .split('│')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');

test('tables: lines and functions that changed add up to the whole', () => {
  const text = renderProfile(example(), 'text', 25);
  assert.equal(rowOf(text, 'ssl/ssl_lib.c:691 → 737'), [
    'ssl/ssl_lib.c:691 → 737',
    'handle',
    '=',
    '7,624',
    '5,576',
    '−2,048',
  ]);
  assert.equal(rowOf(text, 'b.c:9 (new)').slice(2), ['+1', '–', '8,848', '+8,848']);
  assert.is(rowOf(text, 'a.c:5').length, 0, 'what stayed the same is not told');
  assert.equal(rowOf(text, 'bytes requested'), ['bytes requested', '7,704', '14,504', '+6,800 (+88 %)']);
  assert.match(text, /100,000 such handles hold 735 MiB → 1\.35 GiB/);
  assert.equal(rowOf(text, 'gone'), ['gone', 'libssl', '500', '0', '−500', '500', '0']);
  assert.equal(rowOf(renderProfile(example(), 'text', 1), '2 functions more'), [
    '2 functions more',
    '500',
    '400',
    '−100',
  ]);
  assert.match(
    renderProfile(example(), 'markdown', 25),
    /^\| gone \| libssl \| 500 \| 0 \| −500 \| 500 \| 0 \|$/m,
  );
});

test('both pages are one file that asks for nothing, whatever the names are', () => {
  for (const page of [flamePage(example()), treemapPage(example())]) {
    assert.ok(page !== null);
    assert.not.match(page, /https?:|src=|@import|url\(/);
    assert.match(page, /default-src &#39;none&#39;|default-src 'none'/);
    assert.not.ok(page.includes(HOSTILE));
  }
});

const chromium = haveChromium();
if (!chromium) console.log('note: no Chromium here: the pages of a profile were not opened');
(chromium ? test : test.skip)(
  'Chromium: widths are instructions, a click widens, finding finds',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dupmark-flame-'));
    const browser = await launch();
    try {
      const complaints: string[] = [];
      const open = async (name: string, content: string | null): Promise<Page> => {
        const file = join(folder, name);
        writeFileSync(file, content ?? '');
        const page = await browser.newPage();
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(pathToFileURL(file).href);
        return page;
      };
      const flame = await open('flame.html', flamePage(example()));
      const width = (name: string, of = 1) =>
        flame.evaluate(
          `Number(document.querySelectorAll('svg')[${of}].querySelector('g[data-name="${name}"] rect').getAttribute('width'))`,
        );
      assert.is(await width('new'), 1200);
      assert.is(await width('new', 0), 600);
      assert.is(await width('grown'), 660);
      await flame.locator('svg').nth(1).locator('g[data-name=grown]').click();
      assert.is(await width('grown'), 1200);
      assert.match(
        (await flame.locator('#detail').textContent()) ?? '',
        /^grown \(libssl\) · 1,100 .* on [^:]*.*: 0$/,
      );
      await flame.locator('#reset').click();
      assert.is(await width('grown'), 660);
      await flame.locator('#find').fill('SAME');
      assert.is(await flame.locator('#found').textContent(), '2 found');
      assert.is(await flame.locator('g.hit').count(), 2);
      const treemap = await open('treemap.html', treemapPage(example()));
      const areas = (await treemap.evaluate(
        `[...document.querySelectorAll('g')].map((g) => [g.querySelector('title').textContent, Number(g.querySelector('rect').getAttribute('width')), g.getAttribute('class')])`,
      )) as [string, number, string | null][];
      assert.is(areas.length, 5);
      assert.ok(areas.every(([, one]) => one > 0));
      assert.equal(
        areas.filter(([, , kind]) => kind === null).map(([title]) => title.split(' ')[0]),
        ['ssl/a.c:5', 'ssl/a.c:5'],
      );
      assert.is(await treemap.title(), 'noop · dupmark profile');
      assert.equal(complaints, []);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test.run();
