/**
 * Reports against golden files in testdata/. After a wanted change, write them anew with
 * `DUPMARK_WRITE_GOLDEN=1 node dist/bench/report/terminal.test.js` and read what changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exampleDocument } from '../document/testing.js';
import { renderRun, terminalOptions } from './terminal.js';
import { troubledDocument } from './testing.js';

const test = suite('report/terminal');
const PLAIN = { width: 100, colour: false };
const ESCAPE = '\u001b';

function golden(name: string, text: string): void {
  const file = path.join('bench', 'report', 'testdata', name);
  if (process.env.DUPMARK_WRITE_GOLDEN === '1') writeFileSync(file, text);
  assert.fixture(text, readFileSync(file, 'utf8'), file);
}

test('golden: a clean run over five targets, 100 columns', () => {
  golden('clean-100.txt', renderRun(exampleDocument(), PLAIN));
});

test('golden: a run in which much went wrong, 100 columns', () => {
  golden('troubled-100.txt', renderRun(troubledDocument(), PLAIN));
});

test('golden: the same, 80 columns', () => {
  golden('troubled-80.txt', renderRun(troubledDocument(), { width: 80, colour: false }));
});

test('no line is wider than asked, at any width, and none ends in a space', () => {
  for (const document of [exampleDocument(), troubledDocument()]) {
    for (let width = 40; width <= 180; width += 7) {
      for (const line of renderRun(document, { width, colour: false }).split('\n')) {
        assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`);
        assert.is(line.trimEnd(), line, `'${line}'`);
      }
    }
  }
});

test('colour changes nothing but colour, and undecided ratios have none', () => {
  const coloured = renderRun(troubledDocument(), { width: 100, colour: true });
  assert.ok(coloured.includes(ESCAPE));
  const plain = coloured.replace(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');
  const trimmed = (text: string): string => text.replace(/ +$/gm, '');
  assert.is(trimmed(plain), trimmed(renderRun(troubledDocument(), PLAIN)));
  const green = `${ESCAPE}[32m`;
  assert.ok(coloured.includes(`${green}0.620× `));
  for (const [, undecided] of coloured.matchAll(/(.{5})\d\.\d{3}× ±\?/g))
    assert.is(undecided?.endsWith('m'), false);
});

test('without colour there is no escape sequence', () => {
  assert.is(renderRun(troubledDocument(), PLAIN).includes(ESCAPE), false);
});

test('text from outside reaches the terminal without control characters', () => {
  const evil = `${ESCAPE}]0;owned\u0007\u009b31m\nline`;
  const document = exampleDocument();
  const [first, ...others] = document.targets;
  assert.ok(first?.facts);
  const text = renderRun(
    {
      ...document,
      command: [evil],
      targets: [
        { ...first, package: evil, facts: { ...first.facts, version: evil, cLibrary: evil } },
        ...others.map((target) => ({ ...target, refused: evil })),
      ],
      environment: { ...document.environment, cpuModel: evil },
      lost: [{ target: first.id, scenario: 'dup', settings: [evil] }],
      events: [
        { at: document.startedAt, kind: 'crash', target: evil, block: 1, scenario: evil, message: evil },
      ],
      warnings: [{ code: 'load', message: evil, advice: evil, where: { target: evil, scenario: null } }],
      availability: [{ target: first.id, scenario: 'new', availability: { kind: 'failed', reason: evil } }],
    },
    PLAIN,
  );
  assert.is(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text), false);
});

test('every target refused: said once, with each reason, and no empty table', () => {
  const document = exampleDocument();
  const targets = document.targets.map((target) => ({ ...target, facts: null, refused: 'another answered' }));
  const text = renderRun({ ...document, targets, cells: [] }, PLAIN);
  assert.match(text, /No target was measured/);
  assert.is(text.match(/refused: another answered/g)?.length, 5);
  assert.is(text.includes('time per operation'), false);
});

test('a run that has only begun: no data anywhere, with the reason', () => {
  const text = renderRun(
    exampleDocument({ status: { kind: 'running' }, endedAt: null, memory: [] }, []),
    PLAIN,
  );
  assert.match(text, /no data \[1\]/);
  assert.match(text, /\[1\] no data: the run has not come to it/);
  assert.match(text, /allocations and bytes per handle: not counted/);
  assert.match(text, /0 of 8 blocks/);
});

test('one target alone: no ratio to a baseline', () => {
  const document = exampleDocument();
  const text = renderRun(exampleDocument({ targets: document.targets.slice(0, 1) }), PLAIN);
  assert.is(text.includes('to baseline'), false);
  assert.match(text, /dup\/new-configure/);
});

test('options: colour only on a terminal, never with NO_COLOR or a dumb one; a width for pipes', () => {
  const terminal = { isTTY: true, columns: 132 };
  assert.equal(terminalOptions(terminal, {}), { width: 132, colour: true });
  assert.equal(terminalOptions(terminal, { NO_COLOR: '1' }), { width: 132, colour: false });
  assert.equal(terminalOptions(terminal, { NO_COLOR: '' }), { width: 132, colour: true });
  assert.equal(terminalOptions(terminal, { TERM: 'dumb' }), { width: 132, colour: false });
  assert.equal(terminalOptions({}, {}), { width: 100, colour: false });
  assert.equal(terminalOptions({ isTTY: true, columns: 0 }, {}), { width: 100, colour: true });
});

test.run();
