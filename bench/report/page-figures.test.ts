/** Every number on the page is the stored one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeExpectations } from '../conform/document.js';
import { explain } from '../conform/explain.js';
import { readPrograms } from '../conform/programs.js';
import { compareRuns } from '../document/compared-runs.js';
import { exampleHistory } from '../document/history-testing.js';
import { historyTrends } from '../document/history-trends.js';
import { readRun } from '../document/read.js';
import { sensitivity } from '../document/sensitivity.js';
import { exampleConformance, exampleFaults, exampleSoak } from '../document/testing-stored.js';
import { compare } from '../stats/comparison.js';
import { detectable } from '../stats/family.js';
import { blockMedians } from '../stats/summary.js';
import {
  closeBrowser,
  folder,
  haveChromium,
  rowsOf,
  shown,
  textOf,
  visit,
  written,
} from './page-browser-testing.js';
import { LOST, storeExample, storeOthers, storeSlower } from './page-testing.js';

const test = suite('report/page figures');
const ids = ['20260801T120000Z-aaaaaa', '20260802T120000Z-bbbbbb'] as const;

if (haveChromium()) {
  const programs = await readPrograms();
  const two = written(
    'figures',
    (results) => {
      storeExample(results, ids[0]);
      storeSlower(results, ids[1]);
      storeOthers(results);
    },
    programs,
  );
  const [old, recent] = ids.map((id) => readRun(join(folder, 'figures', 'runs', id)));
  if (old === undefined || recent === undefined) throw new RangeError('two runs were stored');
  const { document: run, batches } = recent;
  const { baseline } = run.plan;
  const own = run.targets.filter(({ twinOf }) => twinOf === null).map(({ id }) => id);
  const others = own.filter((id) => id !== baseline);
  const targetIn = (label: string): string => own.find((id) => label.endsWith(id)) ?? `none in ${label}`;
  const cellOf = (target: string, scenario: string) =>
    run.cells.find((cell) => cell.target === target && cell.scenario === scenario);
  const batchesOf = (target: string, scenario: string) =>
    batches.filter((batch) => batch.target === target && batch.scenario === scenario);
  const siteOf = (target: string, scenario: string) => {
    const found = run.memory.find((one) => one.target === target && one.scenario === scenario)?.reading;
    return found?.kind === 'exact' ? found.sites[0] : undefined;
  };
  const dup = 'dup[cipher-list=20,certificate=ecdsa]';

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
          assert.equal(numbers, [cell?.ratioToBaseline?.ratio, cell?.summary?.medianNs, floor]);
          const words = {
            faster: 'faster',
            slower: 'slower',
            same: 'not distinguished',
            noisy: 'noisy',
            undecided: 'undecided',
          };
          assert.ok(texts[4]?.endsWith(words[cell?.ratioToBaseline?.verdict ?? 'undecided']));
        }
        const ratios = rows.map(({ numbers }) => numbers[0] ?? 0);
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
        assert.match(heat?.texts[1 + byVersion.indexOf('debian:bullseye')] ?? '', /✕ lost$/);
        // What the run did not see itself is taken from the conformance document: by target and version.
        assert.match(heat?.texts[1 + byVersion.indexOf('debian:trixie')] ?? '', /× $|×$/);
        assert.match(await textOf(page, '#lost'), new RegExp(LOST));
        await page.locator('#choose-kept').selectOption('lost');
        assert.is((await rowsOf(page, '#heatmap')).length, 1);
        await page.locator('#choose-kept').selectOption('shared');
        assert.is((await rowsOf(page, '#heatmap')).length, 0);

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
            ratio,
            cellOf(first, scenario)?.summary?.medianNs,
            cellOf(second, scenario)?.summary?.medianNs,
          ]);
        }
        // The other way round is the inverse of what is stored.
        await visit(page, `#/compare?base=${ids[1]}/${second}&contender=${ids[1]}/${first}`);
        (await rowsOf(page, '#comparison')).forEach(({ numbers }, i) => {
          assert.ok(Math.abs((numbers[0] ?? 0) * (compared[i]?.numbers[0] ?? 0) - 1) < 1e-12);
        });

        await visit(page, '#/memory?scenario=dup&target=debian:trixie');
        const site = siteOf('debian:trixie', 'dup');
        assert.equal((await rowsOf(page, '#sites'))[0]?.numbers, [
          site?.retainedBytes,
          site?.requestedBytes,
          site?.allocations,
        ]);
        assert.is(await page.locator('.treemap rect').count(), 1);

        await visit(page, '#/memory?scenario=dup&target=debian:trixie&before=bundled');
        const before = siteOf('bundled', 'dup');
        const [change] = await rowsOf(page, '#site-changes');
        const [was, is] = [before?.retainedBytes ?? 0, site?.retainedBytes ?? 0];
        assert.equal(change?.numbers, [was, is, is - was]);
        assert.match(change?.texts[0] ?? '', /ssl\/ssl_lib\.c:684/);
        assert.is(await page.locator('.treemap .part-more').count(), 1);
      },
    ),
  );

  test(
    'what changed since the run before, as dupmark compare judges it',
    shown(
      () => `${two}#/overview`,
      async (page) => {
        const compared = compareRuns(old, recent);
        const cell = compared.cells.find((one) => one.target === 'debian:trixie' && one.scenario === 'dup');
        const ratio = cell?.time.kind === 'compared' ? cell.time.comparison.ratio : 0;
        assert.ok(Math.abs(ratio - 1.2) < 0.01);
        const rows = await rowsOf(page, '#changes');
        assert.equal(
          rows.map(({ texts }) => texts.slice(0, 3)),
          [
            ['dup', '3.5.1 debian:trixie', 'time'],
            ['dup', '3.5.1 debian:trixie', 'bytes retained'],
          ],
        );
        const before = old.document.cells.find(
          (one) => one.target === 'debian:trixie' && one.scenario === 'dup',
        );
        assert.equal(rows[0]?.numbers, [
          before?.summary?.medianNs,
          cellOf('debian:trixie', 'dup')?.summary?.medianNs,
          ratio,
        ]);
        const bytes = siteOf('debian:trixie', 'dup')?.retainedBytes ?? 0;
        assert.equal(rows[1]?.numbers, [bytes, bytes + 96, (bytes + 96) / bytes]);

        const between = `#/compare?base=${ids[0]}/debian:trixie&contender=${ids[1]}/debian:trixie`;
        await visit(page, between);
        const row = (await rowsOf(page, '#comparison')).find(({ texts }) => texts[0] === 'dup');
        assert.is(row?.numbers[0], ratio);
        assert.match(row?.texts[3] ?? '', /slower beyond the limit$/);
        assert.match(await textOf(page, '#gate'), /^▲ 1 of 6 scenarios slower by more than 3 %/);
        await page.locator('#choose-limit').selectOption('25');
        assert.match(await textOf(page, '#gate'), /^✓ none of 6/);
        await page.locator('#choose-show').selectOption('distinguished');
        assert.is((await rowsOf(page, '#comparison')).length, 1);
      },
    ),
  );

  test(
    'cards and thresholds are those of the run',
    shown(
      () => `${two}#/overview`,
      async (page) => {
        const { floor, change } = sensitivity(run);
        const cards = await page
          .locator('.cards data')
          .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
        assert.equal(cards.map(Number).slice(0, 2), [floor?.worst, change?.median]);
        const [first = '', second = ''] = own.slice(1);
        await visit(page, `#/compare?base=${ids[1]}/${first}&contender=${ids[1]}/${second}`);
        const judged = run.scenarios.flatMap(
          ({ name }) => compare(batchesOf(first, name), batchesOf(second, name), run.plan.looks) ?? [],
        );
        const smallest = judged
          .flatMap(({ standardError }) =>
            standardError === null ? [] : detectable(standardError, judged.length),
          )
          .sort((a, b) => a - b);
        const shownNumbers = await page
          .locator('#thresholds data')
          .evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
        assert.equal(shownNumbers, [smallest[Math.floor(smallest.length / 2)], floor?.worst]);
      },
    ),
  );

  test(
    'conformance: surprises, what is not as expected, every cell, its explanation and program',
    shown(
      () => `${two}#/conformance`,
      async (page) => {
        const document = exampleConformance();
        assert.match(
          await textOf(page, '#unexpected'),
          /certificate=ecdsa on 1\.1\.1w .*expected own copy, seen not carried/,
        );
        assert.match(
          await textOf(page, '#surprises'),
          /certificate=ecdsa.*the duplicate has no certificate.*1\.1\.1w/,
        );
        const rows = await rowsOf(page, '#matrix');
        assert.equal(
          rows.map(({ texts }) => texts),
          [
            ['cipher-list=20', '●copy', '●copy'],
            ['certificate=ecdsa', '✕lost', '●copy / shared'],
          ],
        );
        await page.locator('#choose-outcome').selectOption('session');
        assert.is((await rowsOf(page, '#matrix')).length, 1);
        await page.locator('#matrix a').first().click();
        await page.locator('#explained').waitFor();
        const outcomes = await rowsOf(page, '#outcomes');
        assert.equal(
          outcomes.map(({ texts }) => texts.slice(0, 4)),
          [
            ['1.1.1w debian:bullseye', 'none', '✕lost', 'seen as not carried ▲ expected: own copy'],
            ['3.5.1 debian:trixie', 'none', '●copy', 'seen as own copy'],
            ['1.1.1w debian:bullseye', 'set first', '✕lost', 'seen as not carried'],
            ['3.5.1 debian:trixie', 'set first', '⇄shared', 'seen as shared'],
          ],
        );
        const [seen] = document.cells.filter(({ carried }) => carried === 'not carried');
        assert.match(outcomes[0]?.texts[4] ?? '', new RegExp(`the duplicate: ${seen?.duplicate}`));
        assert.match(await textOf(page, '#explained'), /The C program that shows this/);
        await page.locator('#explained-close').click();
        assert.is(await page.locator('#explained').count(), 0);
        const [claim] = await rowsOf(page, '#claims');
        assert.match(
          claim?.texts[2] ?? '',
          /holds: an entry \(1\.1\.1w\).*✕ does not hold: no entry \(3\.5\.1\)/,
        );
      },
    ),
  );

  test(
    'soaks and faults: verdicts then and now, findings worst first, and what repeats them',
    shown(
      () => `${two}#/soak`,
      async (page) => {
        const document = exampleSoak();
        const verdicts = await rowsOf(page, '#verdicts');
        assert.equal(
          verdicts.map(({ texts, numbers }) => [texts[0], ...numbers]),
          ['new', 'dup'].map((scenario) => [
            scenario,
            ...document.cells.filter((cell) => cell.scenario === scenario).map(({ cycles }) => cycles),
          ]),
        );
        assert.match(verdicts[1]?.texts[2] ?? '', /leak.*: none$/);
        const found = await textOf(page, '#findings');
        assert.match(
          found,
          /^▲leak dup on debian:trixie.*3 references never given back.* in cycle 528,090.*inconclusive/,
        );
        assert.match(found, new RegExp(`dupmark soak --replay results/runs/${document.id}/replay-3\\.json`));
        assert.equal(
          (await rowsOf(page, '#soaks')).map(({ numbers }) => numbers),
          [
            [8_000_000, 1, 0, 0, 1, 2, 0],
            [4_000_000, 0, 0, 0, 0, 2, 0],
          ],
        );
        await page.locator('#choose-soak').selectOption('20260731T120000Z-before');
        assert.match(await textOf(page, '#no-findings'), /every oracle is content/);

        await visit(page, '#/faults');
        const faults = await rowsOf(page, '#findings');
        assert.equal(
          faults.map(({ texts, numbers }) => [texts[0], ...numbers]),
          [
            ['▲silent lack', 1],
            ['?quiet', 1],
          ],
        );
        assert.match(
          faults[0]?.texts[2] ?? '',
          /^3\.5\.1new: .*lacks param-host.*proved: it accepts another name.*dupmark faults --targets debian:trixie --case '?SSL_dup\[param-host=default\]'? --nth 19$/,
        );
        assert.match(faults[1]?.texts[2] ?? '', /^3\.5\.1SSL_dup/);
        assert.is((await rowsOf(page, '#calls')).length, 1);
        await page.locator('#choose-cases').selectOption('all');
        const calls = await rowsOf(page, '#calls');
        const [, trixie] = exampleFaults().targets;
        assert.equal(
          calls.map(({ numbers }) => numbers.at(-1)),
          trixie?.cases.map(({ points }) => points.length),
        );
        assert.match(await textOf(page, 'main'), /bundled: not available here: inside the node executable/);
        assert.equal(
          (await rowsOf(page, '#injections')).map(({ numbers }) => numbers),
          [
            [1, 1],
            [0, 1],
          ],
        );
      },
    ),
  );

  test(
    'history: every release, and every change with its release',
    shown(
      () => `${two}#/history`,
      async (page) => {
        const document = exampleHistory();
        const trends = historyTrends(document);
        const changes = await rowsOf(page, '#history-changes');
        const stored = trends.flatMap(({ figure, changes: of }) =>
          of.map((change) =>
            change.kind === 'time' ? [change.from, change.to] : figure === 'time' ? [] : [...change[figure]],
          ),
        );
        const sizes = stored.map(([from = 0, to = 0]) => Math.abs(Math.log(to / from)));
        assert.is(changes.length, stored.length);
        assert.equal(
          changes.map(({ numbers: [from = 0, to = 0] }) => Math.abs(Math.log(to / from))),
          [...sizes].sort((a, b) => b - a),
        );
        assert.match(changes[0]?.texts[0] ?? '', /^3\.0\.6 → 3\.5\.1 node@8$/);
        for (const { series, scenario, figure, points } of trends) {
          await visit(page, `#/history?figure=${figure}&series=${series}&q=${scenario}`);
          const shownPoints = (await rowsOf(page, 'figure')).map(({ numbers }) => numbers);
          const expected = points.map(({ value, low, high }) =>
            [value, low, high].filter((one) => one !== null),
          );
          assert.equal(shownPoints, expected, `${series} ${scenario} ${figure}`);
        }
        await visit(page, '#/history?figure=time&series=node&q=new');
        await page.locator('#series-node-new').focus();
        await page.keyboard.press('End');
        assert.match(await textOf(page, '.readout'), /^3\.5\.5 \(node@12\): 1\.99\d×.* that of 3\.0\.0/);
        await page.keyboard.press('Home');
        await page.keyboard.press('ArrowRight');
        assert.match(await textOf(page, '.readout'), /^3\.0\.1 \(node@2\)/);
        await page.locator('#series-node-new svg').hover({ position: { x: 5, y: 40 } });
        assert.match(await textOf(page, '.readout'), /^3\.0\.0 \(node@1\)/);
        assert.match(
          (await page.locator('#series-node-new').getAttribute('aria-label')) ?? '',
          /3\.5\.1 \+\d+ %/,
        );
      },
    ),
  );

  test(
    'the first thing on the page is what is wrong, worst first, each with a way there',
    shown(
      () => two,
      async (page) => {
        const lines = await page.locator('#headlines li').allTextContents();
        const weights = lines.map((line) => line.slice(0, 1));
        assert.equal(
          weights,
          [...weights].sort((a, b) => '▲?✓'.indexOf(a) - '▲?✓'.indexOf(b)),
        );
        const all = lines.join('\n');
        assert.match(all, /Soakdup on debian:trixie: 3 references never given back/);
        assert.match(all, /Conformance1 outcome not as expected: certificate=ecdsa on 1\.1\.1w/);
        assert.match(all, /Times1 cell slower than in the run before: most dup on debian:trixie, 1\.\d{3}×/);
        assert.match(all, /Times1 cell allocate more/);
        assert.match(all, /Faults1 new finding: .*on debian:trixie/);
        await page.locator('#headlines a').first().click();
        await page.locator('#to-soak[aria-current=page]').waitFor();
      },
    ),
  );

  test(
    'without a run there is everything but runs; expectations stand in for a document',
    shown(
      () => written('others', storeOthers),
      async (page) => {
        assert.equal(await page.locator('nav a').allTextContents(), [
          'Overview',
          'History',
          'Threads',
          'Connections',
          'Node layer',
          'Conformance',
          'Soak',
          'Faults',
        ]);
        for (const id of ['overview', 'conformance', 'soak', 'faults', 'machine'])
          await visit(page, `#/${id}`);
        assert.is(await textOf(page, '#view-title'), 'Overview');
      },
    ),
  );

  test(
    'the program on the page is the one that conform --explain prints',
    shown(
      () => `${two}#/conformance?row=cipher-list%3D20&program=session`,
      async (page) => {
        const setting = programs?.settings['cipher-list=20'];
        if (programs === null || setting === undefined) throw new RangeError('the native part is not built');
        const options = { level: '20', declarations: 'headers' } as const;
        const printed = (withSession: boolean) => explain(setting, setting.code, { ...options, withSession });
        assert.is(await textOf(page, '#program pre'), printed(true));
        assert.ok(await page.locator('#program pre').isVisible());
        await page.locator('#choose-program').selectOption('plain');
        assert.is(await textOf(page, '#program pre'), printed(false));
        assert.ok(await page.locator('#program pre').isVisible());
      },
    ),
  );

  test(
    'expectations alone make a matrix',
    shown(
      () =>
        written('expected', (results) => {
          const range = { since: '1.1.1w', sinceNumber: 1, until: '3.5.9', untilNumber: 3, seen: 'own copy' };
          const later = { since: '4.0.3', sinceNumber: 4, until: '4.0.3', untilNumber: 4, seen: 'shared' };
          writeExpectations(join(results, 'expectations', 'conformance.json'), {
            schemaVersion: 1,
            settings: { 'cipher-list=20': [range, later], 'cipher-list=20 +session': [later] },
            claims: { 'null-and-queue': [{ ...range, seen: 'holds: an entry' }] },
          });
        }),
      async (page) => {
        await visit(page, '#/conformance');
        assert.equal(
          (await rowsOf(page, '#matrix')).map(({ texts }) => texts),
          [['cipher-list=20', '●copy / shared', '●copy / shared', '⇄shared']],
        );
        assert.match(await textOf(page, '#claims'), /null-and-queue.*holds: an entry/);
      },
    ),
  );

  test(
    'damaged expectations are named, and nothing else is lost',
    shown(
      () =>
        written('unexpected', (results) => {
          storeOthers(results);
          mkdirSync(join(results, 'expectations'), { recursive: true });
          writeFileSync(join(results, 'expectations', 'conformance.json'), '{"half');
        }),
      async (page) => {
        assert.match(await textOf(page, '#skipped'), /expectations.conformance\.json: .*not JSON/);
        await visit(page, '#/conformance');
        assert.is((await rowsOf(page, '#matrix')).length, 2);
      },
    ),
  );

  test(
    'what is slower with the same library is not put down to OpenSSL',
    shown(
      () =>
        written('drifted', (results) => {
          storeExample(results, ids[0]);
          storeSlower(results, ids[1], false);
        }),
      async (page) => {
        const all = (await page.locator('#headlines li').allTextContents()).join('\n');
        assert.match(all, /\? lookTimes1 cell slower .* with the same library, so not by OpenSSL: most dup/);
        assert.not.match(all, /▲ actTimes1 cell slower/);
        assert.match((await rowsOf(page, '#changes'))[0]?.texts.at(-1) ?? '', /slower same library$/);
      },
    ),
  );

  test('the browser ends', closeBrowser);
} else {
  test.skip('the page in a browser');
}

test.run();
