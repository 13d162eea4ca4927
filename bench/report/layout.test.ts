import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Column, fit, layOut, type Stanza, type Style, wrap } from './layout.js';

const test = suite('report/layout');
const PLAIN: Style = { head: (text) => text, name: (text) => text, label: (text) => text };
const columns = (...ids: string[]): Column[] => ids.map((id) => ({ id, notes: ['1.0'] }));
const stanza = (name: string, ...cells: string[]): Stanza => ({
  name,
  rows: [
    { label: 'time', cells: cells.map((text) => ({ text })) },
    { label: 'ratio', cells: cells.map((text) => ({ text: `~${text}` })) },
  ],
});

test('fit: keeps the start, or the end of a path', () => {
  assert.is(fit('abcdef', 6), 'abcdef');
  assert.is(fit('abcdef', 4), 'abc…');
  assert.is(fit('abcdef', 4, 'end'), '…def');
  assert.is(fit('abcdef', 1), 'a');
});

test('wrap: at spaces, at marks, and where it must', () => {
  assert.equal(wrap('one two three', 8), ['one two', 'three']);
  assert.equal(wrap('one two three', 8, 2), ['one two', '  three']);
  assert.equal(wrap('debian:experimental', 12), ['debian:', 'experimental']);
  assert.equal(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  assert.equal(wrap('', 10), ['']);
});

test('columns side by side, a name beside its first row', () => {
  assert.equal(layOut(columns('a', 'b'), [stanza('new', '1 ns', '22 ns')], 40, PLAIN), [
    '             a       b',
    '           1.0     1.0',
    'new       1 ns   22 ns',
    '  ratio  ~1 ns  ~22 ns',
  ]);
});

test('a name that does not fit gets a line of its own; the others stay', () => {
  const stanzas = [stanza('dup[one,two,three,four]', '1 ns'), stanza('new', '2 ns')];
  assert.equal(layOut(columns('a'), stanzas, 20, PLAIN), [
    '             a',
    '           1.0',
    'dup[one,two,three,',
    '    four]',
    '  time    1 ns',
    '  ratio  ~1 ns',
    'new       2 ns',
    '  ratio  ~2 ns',
  ]);
});

test('columns that do not fit follow in bands of even size', () => {
  assert.equal(
    layOut(columns('a', 'b', 'c', 'd'), [stanza('n', '1', '2', '3', '4')], 20, PLAIN).join('\n'),
    `           a    b
         1.0  1.0
n          1    2
  ratio   ~1   ~2

           c    d
         1.0  1.0
n          3    4
  ratio   ~3   ~4`,
  );
});

test('ids of different height end on the same line', () => {
  const lines = layOut(columns('a', 'debian:experimental'), [stanza('new', '1', '2')], 60, PLAIN);
  assert.equal(lines.slice(0, 3), [
    '                   debian:',
    '           a  experimental',
    '         1.0           1.0',
  ]);
});

test('heads come again on the next screen', () => {
  const stanzas = Array.from({ length: 30 }, (_, i) => stanza(`n${i}`, '1'));
  const lines = layOut(columns('head'), stanzas, 40, PLAIN);
  assert.is(lines.filter((line) => line.trim() === 'head').length, 3);
});

test('property: no line is wider than asked, and no cell is lost', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', ':', ',', '-', '=', '['),
    minLength: 1,
    maxLength: 40,
  });
  const cell = fc.string({ unit: fc.constantFrom('1', '2', '×'), minLength: 1, maxLength: 15 });
  const table = fc.integer({ min: 1, max: 6 }).chain((n) =>
    fc.record({
      ids: fc.array(word, { minLength: n, maxLength: n }),
      stanzas: fc.array(fc.tuple(word, fc.array(cell, { minLength: n, maxLength: n })), {
        minLength: 1,
        maxLength: 5,
      }),
      width: fc.integer({ min: 40, max: 160 }),
    }),
  );
  fc.assert(
    fc.property(table, ({ ids, stanzas, width }) => {
      const lines = layOut(
        columns(...ids),
        stanzas.map(([name, cells]) => stanza(name, ...cells)),
        width,
        PLAIN,
      );
      for (const line of lines) assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`);
      const text = lines.join('\n');
      for (const [, cells] of stanzas) for (const one of cells) assert.ok(text.includes(`~${one}`), one);
    }),
    { seed: 10 },
  );
});

test.run();
