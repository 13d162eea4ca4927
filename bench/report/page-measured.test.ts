/** Threads, connections and the Node layer: the page's numbers are those of the reports, and it shows each of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exampleNodeLayer, publishedConnections, publishedThreads } from '../document/testing-stored.js';
import { handleFigures, memoryOf, pairFigures } from '../holding/figures.js';
import { teamScenarioName } from '../suites/threads.js';
import { teamFigures } from '../threads/figures.js';
import { formatHeld } from './format.js';
import { nodeLayerCells } from './node-layer.js';
import {
  addressOf,
  closeBrowser,
  focusedId,
  haveChromium,
  rowsOf,
  shown,
  textOf,
  visit,
  written,
} from './page-browser-testing.js';
import { pageConnections, pageNodeLayer, pageThreads } from './page-data/measured.js';
import { HOSTILE, storeHostileOthers, storeMeasured } from './page-testing.js';
import { allocatorKeys, keyOf, seriesOf } from './threads.js';

const test = suite('report/page measured');
const threads = { ...publishedThreads(), end: 'budget' as const };
const connections = publishedConnections();
const nodeLayer = exampleNodeLayer();
const pages = {
  threads: pageThreads(threads),
  connections: pageConnections(connections),
  nodeLayer: pageNodeLayer(nodeLayer),
};

test('threads: figures of every series, allocators too, and nothing raw', () => {
  const series = seriesOf(threads);
  assert.equal(
    pages.threads.series.map(({ name }) => name),
    series.map((one) => teamScenarioName(one)),
  );
  pages.threads.series.forEach(({ teams }, i) => {
    const one = series[i];
    if (one === undefined) throw new RangeError('a series too many');
    for (const { target, figures, reason } of teams) {
      assert.equal(figures, teamFigures(threads, threads.batches, keyOf(target, one)));
      assert.is(figures.length, threads.plan.threads.length);
      assert.is(reason, null);
    }
  });
  assert.equal(
    pages.threads.allocatorSeries.flatMap(({ teams }) => teams.map(({ figures }) => figures)),
    allocatorKeys(threads).flatMap(({ keys }) =>
      keys.map((key) => teamFigures(threads, threads.allocatorBatches, key)),
    ),
  );
  assert.is(pages.threads.allocatorSeries.length, 12);
  assert.ok(JSON.stringify(pages.threads).length < 130_000);
});

test('threads: what is not there says why', () => {
  const [first] = threads.availability;
  if (first === undefined) throw new RangeError('nothing was published');
  const without = pageThreads({
    ...threads,
    availability: [{ ...first, availability: { kind: 'absent', reason: 'no SSL_dup' } }],
    batches: [],
  });
  const [one] = without.series;
  assert.equal(
    one?.teams.map(({ reason }) => reason),
    threads.targets.map(({ id }) => (id === first.target ? 'absent: no SSL_dup' : 'no data')),
  );
});

test('connections: every figure is that of its report', () => {
  const { sections } = pages.connections;
  const valuesOf = (kind: string, of: string, label: string) =>
    sections.find((one) => one.kind === kind && one.of === of)?.rows.find((row) => row.label === label)
      ?.values;
  const ids = connections.targets.map(({ id }) => id);
  for (const { name } of connections.presets) {
    const figures = ids.map((id) =>
      handleFigures(connections.handles.filter(({ target, preset }) => target === id && preset === name)),
    );
    const last = figures.map(({ checkpoints }) => checkpoints.at(-1));
    assert.equal(
      valuesOf('handles', name, 'resident bytes at 100,000'),
      last.map((one) => one?.residentBytes),
    );
    assert.equal(
      valuesOf('handles', name, 'create, to 100,000'),
      last.map((one) => one?.createNs),
    );
    assert.equal(
      valuesOf('handles', name, 'free'),
      figures.map(({ freeNs }) => freeNs),
    );
  }
  for (const { name } of connections.variants) {
    assert.equal(
      valuesOf('pairs', name, 'server, exact, after data'),
      ids.map((id) => {
        const found = connections.connections.find((one) => one.target === id && one.variant === name);
        return found && pairFigures(found, 'afterData')?.serverBytes;
      }),
    );
    assert.equal(
      valuesOf('idle', name, '10,000'),
      ids.map((id) => memoryOf(connections, id, name, 10_000)),
    );
  }
  assert.is(sections.length, connections.presets.length + 2 * connections.variants.length);
  assert.ok(JSON.stringify(pages.connections).length < 30_000);
});

test('the Node layer: times, OpenSSL’s parts and their shares', () => {
  const cells = nodeLayerCells(nodeLayer);
  assert.equal(
    pages.nodeLayer.tasks.flatMap(({ cells: of }) => of),
    cells.map(({ summary, openssl, opensslShare, reason }) => ({
      time: summary && { medianNs: summary.medianNs, interval: summary.interval },
      openssl: openssl && { medianNs: openssl.medianNs, interval: openssl.interval },
      share: opensslShare && { ratio: opensslShare.ratio, interval: opensslShare.interval },
      reason,
    })),
  );
  assert.ok(Math.abs((cells[2]?.opensslShare?.ratio ?? 0) - 2_150 / 24_300) < 1e-9);
  assert.is(cells.at(-1)?.reason, 'the worker ended by SIGSEGV');
});

if (haveChromium()) {
  const url = written('measured', storeMeasured);
  const figuresOf = (name: string, target: string) =>
    pages.threads.series.find((one) => one.name === name)?.teams.find((team) => team.target === target)
      ?.figures ?? [];
  const numbersOf = ({
    threads: count,
    latencyNs,
    cpuNs,
    perSecond,
    contention,
  }: ReturnType<typeof figuresOf>[number]) => [
    ...[count, latencyNs, cpuNs, perSecond],
    ...(contention === null ? [] : [contention.ratio]),
  ];

  test(
    'threads: each number is the stored one, and the charts are those of the chosen series',
    shown(
      () => `${url}#/threads?teams-rows=1000&allocator-teams-rows=1000`,
      async (page) => {
        const rows = await rowsOf(page, '#teams');
        const all = (series: typeof pages.threads.series) =>
          series.flatMap(({ teams }) => teams.flatMap(({ figures }) => figures.map(numbersOf)));
        const first = pages.threads.series.find(({ name }) => name === 'new · one context');
        if (first === undefined) throw new RangeError('it was not published');
        assert.equal(
          rows.map(({ numbers }) => numbers),
          all([first, ...pages.threads.series.filter((one) => one !== first)]),
        );
        assert.is(rows[0]?.texts[0], first.name);
        assert.equal(
          (await rowsOf(page, '#allocator-teams')).map(({ numbers }) => numbers),
          all(pages.threads.allocatorSeries),
        );
        // Four threads on two CPUs are marked, in words too.
        const over = rows.filter(({ texts }) => texts[2]?.includes('more threads than 2 CPUs'));
        assert.is(over.length, rows.length / 3);
        assert.ok(over.every(({ numbers }) => numbers[0] === 4));

        assert.is(await page.locator('figure').first().locator('.mark').count(), 15);
        assert.is(await page.locator('figure').first().locator('.ideal').count(), 5);
        await page.locator('#choose-series').focus();
        await page.locator('#choose-series').selectOption('up-ref · one handle');
        assert.is(await focusedId(page), 'choose-series');
        await page.locator('#choose-target').selectOption('debian:trixie');
        assert.is(await page.locator('figure').first().locator('.mark').count(), 3);
        const [one] = figuresOf('up-ref · one handle', 'debian:trixie');
        const label = (await page.locator('figure svg').first().getAttribute('aria-label')) ?? '';
        assert.match(label, /^up-ref · one handle, operations per second.*3\.5\.9 debian:trixie, 1 thread: /);
        assert.equal((await rowsOf(page, '#teams'))[0]?.numbers, one && numbersOf(one));
        await page.locator('#search').fill('up-ref handle');
        assert.is((await rowsOf(page, '#teams')).length, 3);
        await page.locator('#teams-by-throughput').click();
        const sorted = (await rowsOf(page, '#teams')).map(({ numbers }) => numbers[3] ?? 0);
        assert.equal(
          sorted,
          [...sorted].sort((a, b) => b - a),
        );
        assert.match(await addressOf(page), /series=up-ref.*target=debian.*q=up-ref/);
        assert.match(await textOf(page, '#provenance'), /not complete: budget/);
      },
    ),
  );

  test(
    'connections: each number is the stored one, in tables of one unit',
    shown(
      () => `${url}#/connections?times-rows=1000`,
      async (page) => {
        const { sections } = pages.connections;
        for (const [id, kind, units] of [
          ['idle', 'idle', ['memory']],
          ['pairs', 'pairs', ['bytes']],
          ['handles', 'handles', ['bytes']],
          ['times', 'handles', ['ns']],
        ] as const) {
          const expected = sections
            .filter((one) => one.kind === kind)
            .flatMap(({ of, rows }) => rows.map((row) => ({ ...row, of })))
            .filter(({ unit }) => units.some((one) => one === unit));
          const rows = await rowsOf(page, `#${id}`);
          assert.equal(
            rows.map(({ numbers }) => numbers),
            expected.map(({ values }) => values.filter((value) => value !== null)),
          );
          assert.equal(
            rows.map(({ texts }) => texts),
            expected.map(({ of, label, unit, values }) => [
              ...[of, label],
              ...values.map((value) => (value === null ? '–' : formatHeld(unit, value))),
            ]),
          );
        }
        // Numbers of connections are sorted as numbers.
        await page.locator('#idle-by-row').click();
        assert.equal(
          [...new Set((await rowsOf(page, '#idle')).map(({ texts }) => texts[1]))],
          ['1,000', '10,000', '100,000', '1,000,000'],
        );
        await page.locator('#choose-target').selectOption('bundled');
        assert.is((await rowsOf(page, '#idle'))[0]?.numbers.length, 1);
        await page.locator('#search').fill('nginx');
        assert.equal(
          [...new Set((await rowsOf(page, '#times')).map(({ texts }) => texts[0]))],
          ['nginx-like'],
        );
      },
    ),
  );

  test(
    'the Node layer: each number is the stored one, bars are its shares, and what failed says why',
    shown(
      () => `${url}#/node-layer`,
      async (page) => {
        const cells = pages.nodeLayer.tasks.flatMap(({ cells: of }) => of);
        const rows = await rowsOf(page, '#tasks');
        assert.equal(
          rows.map(({ numbers }) => numbers),
          cells.map(({ time, share, openssl }) =>
            [time?.medianNs, share?.ratio, openssl?.medianNs].filter((one) => one !== undefined),
          ),
        );
        assert.match(rows.at(-1)?.texts[2] ?? '', /^not available.*SIGSEGV$/);
        assert.match(rows[0]?.texts[3] ?? '', /OpenSSL has none/);
        const widths = await page
          .locator('.share-bar rect')
          .evaluateAll((all) => all.map((one) => Number(one.getAttribute('width'))));
        const drawn = cells.filter(({ time }) => time !== null);
        assert.is(widths.length, 2 * drawn.length);
        drawn.forEach(({ share }, i) => {
          const [whole = 0, part = 0] = widths.slice(2 * i);
          assert.ok(Math.abs(part / whole - (share?.ratio ?? 0)) < 0.01);
        });
        await page.locator('#choose-task').selectOption('connection');
        assert.is((await rowsOf(page, '#tasks')).length, 2);
        await page.locator('#search').fill('node@22');
        assert.is((await rowsOf(page, '#tasks')).length, 1);
      },
    ),
  );

  test(
    'they alone make a page: the overview says that nothing can be wrong',
    shown(
      () => url,
      async (page) => {
        assert.equal(await page.locator('nav a').allTextContents(), [
          ...['Overview', 'Threads', 'Connections', 'Node layer'],
        ]);
        assert.match(await textOf(page, 'main'), /Nothing here could have changed/);
      },
    ),
  );

  test(
    'hostile names are text in each of them',
    shown(
      () => written('measured-hostile', storeHostileOthers),
      async (page) => {
        for (const id of ['threads', 'connections', 'node-layer']) {
          await visit(
            page,
            `#/${id}?target=${encodeURIComponent(`${HOSTILE}debian:trixie`)}&series=${HOSTILE}`,
          );
          assert.ok((await textOf(page, 'main')).includes(HOSTILE), id);
          assert.is(await page.locator('#app script, #app img').count(), 0, id);
          assert.is(await page.evaluate('typeof window.hostile'), 'undefined', id);
        }
      },
    ),
  );

  test('the browser ends', closeBrowser);
} else {
  test.skip('the page in a browser');
}

test.run();
