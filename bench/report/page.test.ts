import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import { summarise } from '../stats/summary.js';
import { linear, roundStep } from './page/charts/scale.js';
import { squarify } from './page/charts/squarify.js';
import { formatRoute, readRoute, withChoices } from './page/route.js';
import { embeddedJson, renderPage } from './page.js';
import { pageData } from './page-data/index.js';
import { blockFigures } from './page-data/runs.js';

const test = suite('report/page');
const ABOUT = { madeAt: new Date('2026-08-03T00:00:00Z'), dupmark: { version: '0.1.0', commit: null } };

test('embedded JSON cannot end its element, and reads back as it was', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant('</script><!--<script>\u2028')),
      (text) => {
        const embedded = embeddedJson({ [text]: [text] });
        assert.not.match(embedded, /[<\u2028\u2029]/);
        assert.equal(JSON.parse(embedded), { [text]: [text] });
      },
    ),
  );
});

test('the page holds its data, is small without it, and allows no request', () => {
  const batches = exampleBatches();
  const data = pageData({ runs: [{ document: exampleDocument({}, batches), batches }] }, ABOUT);
  const page = renderPage(data);
  const embedded = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  assert.equal(JSON.parse(embedded), JSON.parse(JSON.stringify(data)));
  assert.ok(page.length - embedded.length < 500_000);
  const policy = /content="(default-src[^"]*)"/.exec(page)?.[1] ?? '';
  assert.match(policy, /^default-src 'none'; /);
  assert.not.match(policy, /unsafe|http|\*/);
  // The policy lets in exactly what stands in the page.
  for (const [, text = ''] of page.matchAll(/<(?:script|style)>(.*?)<\/(?:script|style)>/gs)) {
    assert.ok(policy.includes(`sha256-${createHash('sha256').update(text).digest('base64')}`));
  }
  assert.not.match(page.replace(embedded, ''), /(?:src|href)="(?!data:)/);
});

test('blocks carry the medians that the summaries are made of', () => {
  const batches = exampleBatches(9).filter(
    ({ target, scenario }) => target === 'bundled' && scenario === 'dup',
  );
  const medians = blockFigures(batches)
    .map(([, , , , medianNs]) => medianNs)
    .sort((a, b) => a - b);
  assert.is(medians.length, 9);
  assert.ok(Math.abs((medians[4] ?? 0) - (summarise(batches)?.medianNs ?? 0)) < 1e-5);
  const [block, rounds, ...figures] =
    blockFigures([{ ...batches[0], block: 3, roundNs: [5, 0, 1, 3, 2, 4] } as (typeof batches)[0]])[0] ?? [];
  assert.equal([block, rounds, ...figures], [3, 5, 1, 2, 3, 4, 5]);
});

test('pairs of targets that are not the baseline; none where there would be too many', () => {
  const batches = exampleBatches();
  const document = exampleDocument({}, batches);
  const [run] = pageData({ runs: [{ document, batches }] }, ABOUT).runs;
  assert.is(run?.pairs?.length, 6);
  const pair = run?.pairs?.find(
    ({ base, contender }) => base === 'debian:bullseye' && contender === 'debian:trixie',
  );
  assert.ok(Math.abs((pair?.comparisons[1]?.ratio ?? 0) - 1.9 / 0.62) < 0.02);
  assert.is(pair?.comparisons[1]?.verdict, 'slower');
  assert.is(pair?.comparisons[3]?.verdict, 'same');
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...document.scenarios[0], name: `noop-${i}` }));
  const large = { ...document, scenarios: many as typeof document.scenarios };
  assert.is(pageData({ runs: [{ document: large, batches: [] }] }, ABOUT).runs[0]?.pairs, null);
});

test('routes read back as they were written', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z-]*$/),
      fc.dictionary(fc.string(), fc.string({ minLength: 1 })),
      (view, choices) => {
        const route = { view, choices: new Map(Object.entries(choices)) };
        assert.equal(readRoute(formatRoute(route)), route);
      },
    ),
  );
  assert.equal(readRoute('#<script>'), { view: '', choices: new Map() });
  const route = withChoices(readRoute('#/trend?run=a&q=dup'), { q: null, metric: 'ratio' });
  assert.is(formatRoute(route), '#/trend?run=a&metric=ratio');
});

test('a treemap fills its room in proportion, without overlaps', () => {
  const room = { x: 0, y: 0, width: 900, height: 380 };
  // By hand: a half, then two quarters one below the other.
  assert.equal(squarify([2, 1, 1], { x: 0, y: 0, width: 8, height: 4 }), [
    { x: 0, y: 0, width: 4, height: 4 },
    { x: 4, y: 0, width: 4, height: 2 },
    { x: 4, y: 2, width: 4, height: 2 },
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 60 }), (list) => {
      const values = [...list].sort((a, b) => b - a);
      const total = values.reduce((sum, value) => sum + value, 0);
      const places = squarify(values, room);
      places.forEach((place, i) => {
        const share = (place.width * place.height) / (room.width * room.height);
        assert.ok(Math.abs(share - (values[i] ?? 0) / total) < 1e-9);
        assert.ok(place.x > -1e-6 && place.x + place.width < room.width + 1e-6);
        assert.ok(place.y > -1e-6 && place.y + place.height < room.height + 1e-6);
        for (const other of places.slice(i + 1)) {
          const across = Math.min(place.x + place.width, other.x + other.width) - Math.max(place.x, other.x);
          const down = Math.min(place.y + place.height, other.y + other.height) - Math.max(place.y, other.y);
          assert.ok(across < 1e-6 || down < 1e-6);
        }
      });
    }),
  );
});

test('scales have round ticks that hold all values', () => {
  assert.equal(linear(0, 1370, 0, 100).ticks, [0, 500, 1000, 1500]);
  assert.is(linear(0, 1370, 200, 0)(750), 100);
  assert.is(roundStep(0.07), 0.1);
  assert.is(roundStep(342), 500);
  assert.ok(linear(0, 0, 0, 1).ticks.length > 1);
});

test.run();
