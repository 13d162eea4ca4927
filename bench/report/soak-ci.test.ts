import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SoakCell, type SoakDocument, soakDocumentSchema } from '../document/soak-schema.js';
import { renderSoak } from './soak.js';
import { annotationsOf, jobSummaryOf, junitOf, sarifOf } from './soak-ci.js';

const cell: SoakCell = {
  target: 'debian:x',
  scenario: 'up-ref',
  settings: [],
  plant: null,
  seed: 1,
  verdict: 'none',
  reason: '',
  cycles: 1_000_000,
  seconds: 0.5,
  handlesCreated: 3,
  handleBytes: 8000,
  checkpoints: [],
  findings: [],
  replay: null,
};
const leak: SoakCell = {
  ...cell,
  scenario: 'new',
  verdict: 'leak',
  reason: 'a <b> & "c" \u0001',
  findings: [
    {
      oracle: 'ledger',
      weight: 'decides',
      message: 'never given back: 100 %\nand more',
      sites: [{ label: 'SSL_new', file: 'native/a,b.cc', line: 9, count: 1 }],
      allocations: [],
      retainers: [],
      cycle: 4,
    },
  ],
};
const document: SoakDocument = {
  kind: 'dupmark-soak',
  schemaVersion: 1,
  id: '20260801T120000Z-abcdef',
  dupmark: { version: '0', commit: null },
  startedAt: '2026-08-01T12:00:00Z',
  endedAt: '2026-08-01T12:00:01Z',
  end: 'complete',
  seed: 1,
  command: [],
  targets: [{ id: 'debian:x', version: 'OpenSSL 9', nodeVersion: null, refused: null }],
  cells: [cell, leak, { ...cell, scenario: 'dup', verdict: 'not-available', reason: 'no SSL_dup' }],
};

test('the document is what its schema says', () => {
  assert.ok(soakDocumentSchema.safeParse(document).success);
  assert.not(soakDocumentSchema.safeParse({ ...document, more: 1 }).success);
});

test('JUnit has a case a cell, one failure, and no character that XML forbids', () => {
  const xml = junitOf(document);
  assert.match(xml, /tests="3" failures="1" skipped="1" errors="0"/);
  assert.match(xml, /message="a &#60;b&#62; &#38; &#34;c&#34; \?"/);
});

test('SARIF points at the line that took the reference', () => {
  const text = JSON.stringify(sarifOf(document));
  assert.match(text, /"ruleId":"ledger","level":"error"/);
  assert.match(text, /"uri":"native\/a,b.cc"},"region":{"startLine":9}/);
});

test('SARIF has what its schema asks for: declared rules, known levels, texts, and lines from 1', () => {
  const odd: SoakCell = {
    ...leak,
    findings: leak.findings.map((finding) => ({
      ...finding,
      sites: finding.sites.map((site) => ({ ...site, file: 'a b/ü.cc', line: 0 })),
    })),
  };
  const sarif = sarifOf({ ...document, cells: [odd] }) as {
    version: string;
    runs: readonly {
      tool: { driver: { name: string; rules: readonly { id: string }[] } };
      results: readonly {
        ruleId: string;
        level: string;
        message: { text: string };
        locations: readonly {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
        }[];
      }[];
    }[];
  };
  assert.is(sarif.version, '2.1.0');
  const [run] = sarif.runs;
  assert.is(run?.results.length, 1);
  for (const { ruleId, level, message, locations } of run?.results ?? []) {
    assert.ok(run?.tool.driver.rules.some(({ id }) => id === ruleId));
    assert.ok(['none', 'note', 'warning', 'error'].includes(level));
    assert.ok(message.text !== '');
    for (const { physicalLocation } of locations) {
      assert.is(physicalLocation.artifactLocation.uri, 'a%20b/%C3%BC.cc');
      assert.is(physicalLocation.region.startLine, 1);
    }
  }
});

test('an annotation is one line, escaped as GitHub wants it', () => {
  assert.equal(
    [...annotationsOf(document)],
    ['::error file=native/a%2Cb.cc,line=9::new on debian:x: never given back: 100 %25%0Aand more'],
  );
  assert.match(jobSummaryOf(document), /\| debian:x \| new \| 1000000 \| leak \|/);
});

test('what GitHub and SARIF viewers would drop is left out, the worst kept, and said', () => {
  const many = (n: number, one: SoakCell) => Array.from({ length: n }, () => one);
  const long: SoakCell = { ...leak, reason: 'ü'.repeat(2000) };
  const large: SoakDocument = { ...document, cells: [...many(900, cell), ...many(6000, long)] };
  const annotations = annotationsOf(large);
  assert.is(annotations.length, 10);
  assert.match(annotations[9] ?? '', /and 5990 more/);
  const page = jobSummaryOf(large);
  assert.ok(Buffer.byteLength(page) < 1 << 20);
  assert.match(page.split('\n')[6] ?? '', /\| leak \|/);
  assert.match(page, /\d+ more rows are in the stored document/);
  const sarif = sarifOf(large) as { runs: readonly { results: readonly unknown[] }[] };
  assert.is(sarif.runs[0]?.results.length, 5000);
});

test('what kept an oracle from its word is told of a clean cell too', () => {
  const noted = { ...document, cells: [{ ...cell, reason: 'no heap snapshot: the disk is full' }] };
  assert.match(junitOf(noted), /<system-out>no heap snapshot/);
  assert.match(renderSoak(noted, { width: 100, colour: false }), /no heap snapshot: the disk is full/);
});

test('the terminal names the reference and the cycle', () => {
  const text = renderSoak(document, { width: 100, colour: false });
  assert.match(text, /LEAK · new on debian:x/);
  assert.match(text, /\[cycle 4\]/);
  assert.match(text, /1 none · 1 LEAK · 1 not available/);
});

test.run();
