import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../core/scenario.js';
import { batchOf, blocksOf } from '../stats/testing.js';
import { counterpartName, deriveCells } from './cells.js';
import { recordScenario } from './record.js';
import { exampleDocument } from './testing.js';

const test = suite('document/cells');
const record = (name: string) => recordScenario(parseScenario(name));

test('one cell for each target and scenario, also where nothing was measured', () => {
  const document = exampleDocument();
  assert.is(document.cells.length, document.targets.length * document.scenarios.length);
  const empty = deriveCells(document, []);
  assert.is(empty.length, document.cells.length);
  assert.ok(empty.every((cell) => cell.summary === null && cell.ratioToBaseline === null));
});

test('a refused target has no cells', () => {
  const document = exampleDocument();
  const [first, ...others] = document.targets;
  assert.ok(first);
  const targets = [...others, { ...first, refused: 'another library answered' }];
  assert.ok(deriveCells({ ...document, targets }, []).every((cell) => cell.target !== first.id));
});

test('the baseline has no ratio to itself; the others have', () => {
  for (const cell of exampleDocument().cells) {
    assert.is(cell.ratioToBaseline === null, cell.target === 'bundled', `${cell.target} ${cell.scenario}`);
  }
});

test('dup is held against new, and against new-configure with the same settings', () => {
  const document = exampleDocument();
  const cell = document.cells.find(
    ({ target, scenario }) => target === 'bundled' && scenario === 'dup[cipher-list=20,certificate=ecdsa]',
  );
  assert.ok(Math.abs((cell?.dupToNew?.ratio ?? 0) / (3110 / 1204) - 1) < 0.01);
  assert.ok(Math.abs((cell?.dupToNewConfigure?.ratio ?? 0) / (3110 / 12_400) - 1) < 0.01);
  assert.is(cell?.dupToNewConfigure?.verdict, 'faster');
  for (const other of document.cells) {
    if (!other.scenario.startsWith('dup')) assert.is(other.dupToNew, null);
  }
});

test('the counterpart has the same phase and handles alive', () => {
  const dup = record('dup[mode=all]/create@256');
  assert.is(counterpartName(dup, 'new'), 'new/create@256');
  assert.is(counterpartName(dup, 'new-configure'), 'new-configure[mode=all]/create@256');
  assert.is(counterpartName(dup, 'new-inherit'), 'new-inherit[mode=all]/create@256');
  assert.is(counterpartName(record('dup'), 'new-inherit'), null);
  assert.is(counterpartName(record('new'), 'new'), null);
});

test('batches of unknown targets and scenarios are not used', () => {
  const document = exampleDocument();
  const strangers = [batchOf([1], { target: 'nobody' }), ...blocksOf([[1]], { scenario: 'clear' })];
  assert.equal(deriveCells(document, strangers), deriveCells(document, []));
});

test.run();
