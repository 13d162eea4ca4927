import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareTargets } from '../document/compared.js';
import { applyGate, parseLimit } from '../document/gate.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import { renderCsv, renderMarkdown, renderText, siteText } from './compared.js';

const test = suite('report/compared');

test('every format says what was found, and control characters never reach a terminal', () => {
  const batches = exampleBatches();
  const run = { document: exampleDocument({}, batches), batches };
  const nasty = run.document.targets.map((one) => ({ ...one, package: `evil\u001b[31m` }));
  const compared = compareTargets(
    { ...run, document: { ...run.document, targets: nasty } },
    'bundled',
    'debian:trixie',
  );
  const result = applyGate(compared, [parseLimit('bytes>0')]);
  for (const text of [renderText(compared, result), renderMarkdown(compared, result)]) {
    assert.match(text, /slower 1\.90/);
    assert.match(text, /6,112 → 10,536 \+72 %/);
    assert.match(text, /FAIL bytes(>|&gt;)0: new: bytes requested 6112 → 10536/);
    assert.match(text, /not available here: bundled: not counted in this run/);
    assert.not.match(text, /\u001b/);
  }
  const lines = renderCsv(compared).trim().split('\n');
  assert.is(lines.length, 1 + compared.cells.length);
  assert.ok(lines.every((line) => line.includes(',')));
  assert.match(renderCsv(compared), /"dup\[cipher-list=20,certificate=ecdsa\]",,slower,1\.[89]/);
});

test('a line of OpenSSL’s source that changed, in words', () => {
  const amounts = { allocations: 2, requestedBytes: 8848, retainedAllocations: 2, retainedBytes: 8848 };
  const site = { file: 'ssl/record/methods/tls_common.c', line: 1267, ...amounts };
  const change = { file: site.file, allocations: 2, requestedBytes: 8848, retainedBytes: 8848 };
  assert.is(
    siteText({ ...change, before: null, after: site }),
    '+4,424 B twice: record layer (ssl/record/methods/tls_common.c:1267)',
  );
  assert.is(
    siteText({
      ...change,
      allocations: -1,
      requestedBytes: -16,
      before: { ...site, file: 'ssl/a.c' },
      after: null,
      file: 'ssl/a.c',
    }),
    '−16 B in −1 allocation: SSL (ssl/a.c:1267, gone)',
  );
  assert.is(
    siteText({
      ...change,
      file: 'ssl/ssl_lib.c',
      allocations: 0,
      requestedBytes: -2048,
      before: site,
      after: site,
    }),
    '−2,048 B: handle (ssl/ssl_lib.c:1267)',
  );
});

test.run();
