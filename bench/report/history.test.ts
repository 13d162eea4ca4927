import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { historyChanges } from '../document/history-changes.js';
import { cellOf, exampleHistory, memoryOf, stepOf } from '../document/history-testing.js';
import { describeLine, renderHistory } from './history.js';
import { historySvg, ticksOf } from './history-svg.js';

const test = suite('report/history');

const text = () => renderHistory(exampleHistory(), { width: 100, colour: false });

test('names the release of each change, what changed and the line that did it', () => {
  const said = text();
  assert.match(said, /node: OpenSSL 3\.0\.6 → 3\.5\.1 \(node@7 → node@8\)\n {2}new: time \+(99|100) % /);
  assert.match(said, /bytes requested 6,112 → 9,000, bytes retained 6,112 → 9,000/);
  assert.match(said, /ssl\/ssl_lib\.c, 690 → 691: \+2,888 B \(handle\)/);
  assert.match(said, /missing: debian:sid: no network/);
});

test('marks a change where it is, in its own series, and shows what is not there', () => {
  const lines = text().split('\n');
  const marked = lines.filter((line) => /×.*%\*|\d\*/.test(line));
  assert.is(marked.length, 4);
  assert.ok(lines.some((line) => /3\.0\.3 {2}node@4 .*–/.test(line)));
});

test('no line is longer than the terminal, and control characters do not reach it', () => {
  const evil = '\u001b[31mevil\u202e';
  const [first, ...rest] = exampleHistory().steps;
  if (first === undefined) throw new Error('no step');
  const steps = [{ ...first, target: evil }, ...rest];
  const said = renderHistory(exampleHistory({ steps, missing: [{ target: evil, reason: evil }] }), {
    width: 90,
    colour: false,
  });
  assert.is(/[\u001b\u202e]/.test(said), false);
  for (const line of text().split('\n')) assert.ok(line.length <= 100, line);
});

test('lines of OpenSSL: moved, new, gone, and what is only retained', () => {
  const line = { file: 'ssl/ssl_lib.c', allocations: 0, requestedBytes: 16, retainedBytes: 16 };
  assert.is(describeLine({ ...line, before: 5, after: 5 }), 'ssl/ssl_lib.c, 5: +16 B (handle)');
  assert.is(describeLine({ ...line, before: 5, after: 9 }), 'ssl/ssl_lib.c, 5 → 9: +16 B (handle)');
  assert.is(
    describeLine({ ...line, before: null, after: 9, allocations: 1 }),
    'ssl/ssl_lib.c, new at 9: +16 B, +1 allocation (handle)',
  );
  assert.is(
    describeLine({ ...line, before: 5, after: null, allocations: -2, requestedBytes: -16 }),
    'ssl/ssl_lib.c, gone from 5: −16 B, −2 allocations (handle)',
  );
  assert.is(
    describeLine({ ...line, before: 5, after: 5, requestedBytes: 0, retainedBytes: -8 }),
    'ssl/ssl_lib.c, 5: −8 B retained (handle)',
  );
});

test('the picture: one mark a release and series, a line at each change point, words for those who do not see it', () => {
  const svg = historySvg(exampleHistory());
  // Time of new (12 + 2), of up-ref (11, as one is missing), bytes and allocations of new (14 each).
  assert.is(svg.match(/class="mark"/g)?.length, 14 + 11 + 14 + 14 + 2);
  // Node: time and bytes of new; Debian: time and bytes of new.
  assert.is(svg.match(/class="change"/g)?.length, 4);
  assert.match(svg, /<desc id="desc">[^<]*node, new, time: at 3\.5\.1 \(node@8\)/);
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.is(/NaN|undefined|Infinity/.test(svg), false);
});

test('names in the picture are text, whatever is in them', () => {
  const evil = '"><script>alert(1)</script>&';
  const steps = [1, 2].map((i) => stepOf(evil, `${evil}${i}`, evil, [cellOf('new', i, memoryOf(100))]));
  const history = exampleHistory({ steps, changes: historyChanges(steps, ['new']) });
  const svg = historySvg({ ...history, plan: { ...history.plan, reference: evil, referenceOpenssl: evil } });
  assert.is(svg.includes('<script'), false);
  assert.ok(svg.includes('&lt;script&gt;'));
});

test('an empty history is a picture too', () => {
  const svg = historySvg(exampleHistory({ steps: [], changes: [] }));
  assert.is(/NaN|undefined|Infinity/.test(svg), false);
});

test('ticks are round numbers around all values', () => {
  assert.equal(ticksOf(0.98, 2.05), [0.5, 1, 1.5, 2, 2.5]);
  assert.equal(ticksOf(7, 16), [5, 10, 15, 20]);
  const flat = ticksOf(7, 7);
  assert.ok((flat[0] ?? 8) <= 7 && (flat.at(-1) ?? 0) >= 7 && flat.length >= 2);
});

test.run();
