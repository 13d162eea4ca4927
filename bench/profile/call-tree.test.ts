import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareFunctions, functionTotals, inclusiveOf } from '../core/profile.js';
import { readCallgrind } from '../run/callgrind.js';
import { callTree, libraryName, ownName } from './call-tree.js';
import { namedDump } from './profile.js';

const test = suite('profile/call tree');

/**
 * As callgrind writes it with --separate-callers: main counts dupmark_counted, whose loop calls SSL_new; that calls malloc
 * directly and through f and a linkage table, and an unnamed function calls itself once. All costs times `n`.
 */
const dump = (n: number): string => `version: 1
events: Ir

ob=/x/dupmark_driver
fl=driver.cc
fn=main
cfn=dupmark_counted'main
calls=0 0
0 ${1000 * n + 30}

fn=dupmark_counted'main
10 30
cfn=loop'dupmark_counted'main
calls=1 0
0 ${1000 * n}

fn=loop'dupmark_counted'main
12 ${10 * n}
cob=/x/libssl.so.3
cfi=???
cfn=SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${990 * n}

ob=/x/libssl.so.3
fl=???
fn=SSL_new'loop'dupmark_counted'main
0 ${100 * n}
cfn=f'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${600 * n}
cob=/x/libc.so.6
cfi=???
cfn=malloc'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${200 * n}
cfn=0x20'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${90 * n}

fn=f'SSL_new'loop'dupmark_counted'main
0 ${50 * n}
cob=???
cfi=???
cfn=0x99'f'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${550 * n}

fn=0x20'SSL_new'loop'dupmark_counted'main
0 ${60 * n}
cfn=0x20'2'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${30 * n}

fn=0x20'2'SSL_new'loop'dupmark_counted'main
0 ${30 * n}

ob=???
fn=0x99'f'SSL_new'loop'dupmark_counted'main
0 ${50 * n}
cob=/x/libc.so.6
cfi=???
cfn=malloc'0x99'f'SSL_new'loop'dupmark_counted'main
calls=${n} 0
0 ${500 * n}

ob=/x/libc.so.6
fn=malloc'SSL_new'loop'dupmark_counted'main
0 ${200 * n}

fn=malloc'0x99'f'SSL_new'loop'dupmark_counted'main
0 ${500 * n}

totals: ${1000 * n + 30}
`;

const treeOf = (n: number) =>
  callTree(readCallgrind(dump(n)), readCallgrind(dump(2 * n)), {
    iterations: n,
    counted: 'dupmark_counted',
    driver: 'dupmark_driver',
    root: 'new',
    nameOf: (object, name) => (object === '/x/libssl.so.3' && name === '0x20' ? 'ssl_hidden' : name),
  });

test('one iteration: contexts are kept, the loop and linkage tables belong to their callers', () => {
  const tree = treeOf(100);
  const leaf = (name: string, library: string, self: number) => ({ name, library, self, children: [] });
  assert.equal(tree, {
    name: 'new',
    library: 'dupmark_driver',
    self: 10,
    children: [
      {
        name: 'SSL_new',
        library: 'libssl',
        self: 100,
        children: [
          { name: 'f', library: 'libssl', self: 100, children: [leaf('malloc', 'libc', 500)] },
          leaf('malloc', 'libc', 200),
          {
            name: 'ssl_hidden',
            library: 'libssl',
            self: 60,
            children: [leaf('ssl_hidden', 'libssl', 30)],
          },
        ],
      },
    ],
  });
  // Nothing is lost on the way.
  assert.is(inclusiveOf(tree), 1000);
});

test('totals by function: all contexts together, and calls of itself once', () => {
  const totals = functionTotals(treeOf(10)).map(({ name, self, inclusive }) => [name, self, inclusive]);
  assert.equal(totals, [
    ['malloc', 700, 700],
    ['SSL_new', 100, 990],
    ['f', 100, 600],
    ['ssl_hidden', 90, 90],
  ]);
});

test('a difference has functions of either side, the largest first, and none that stayed the same', () => {
  const before = {
    name: 'new',
    library: 'd',
    self: 5,
    children: [
      { name: 'same', library: 'l', self: 7, children: [] },
      { name: 'gone', library: 'l', self: 3, children: [] },
      {
        name: 'calls',
        library: 'l',
        self: 1,
        children: [{ name: 'same', library: 'm', self: 1, children: [] }],
      },
    ],
  };
  const after = {
    ...before,
    children: [
      { name: 'same', library: 'l', self: 7, children: [] },
      { name: 'grown', library: 'l', self: 9, children: [] },
      {
        name: 'calls',
        library: 'l',
        self: 1,
        children: [{ name: 'same', library: 'm', self: 2, children: [] }],
      },
    ],
  };
  assert.equal(
    compareFunctions(before, after).map(({ name, library, self, inclusive }) => [
      `${library}:${name}`,
      self.before,
      self.after,
      inclusive.before,
      inclusive.after,
    ]),
    [
      ['l:grown', 0, 9, 0, 9],
      ['l:gone', 3, 0, 3, 0],
      ['m:same', 1, 2, 1, 2],
      ['l:calls', 1, 1, 2, 3],
    ],
  );
  assert.equal(compareFunctions(before, before), []);
});

test('names without callers, libraries without versions', () => {
  assert.is(ownName("malloc'CRYPTO_malloc'SSL_new"), 'malloc');
  assert.is(ownName('SSL_new'), 'SSL_new');
  assert.equal(
    [
      '/usr/lib/libssl.so.3',
      '/x/libcrypto.so.1.1',
      '/x/libc.so.6',
      '/x/libc-2.31.so',
      '/x/ld-linux-x86-64.so.2',
    ].map(libraryName),
    ['libssl', 'libcrypto', 'libc', 'libc', 'ld-linux-x86-64'],
  );
});

test('an exported dump has names for addresses, each in its own library, and no call from before collection', () => {
  const names = new Map([
    ['/x/libssl.so.3\n0x20', 'ssl_hidden'],
    ['/x/libc.so.6\n0x20', 'another'],
  ]);
  const named = namedDump(
    [
      ...[
        'ob=/x/libssl.so.3',
        'fn=0x20',
        '0 5',
        'cob=/x/libc.so.6',
        'cfi=???',
        'cfn=0x20',
        'calls=3 0',
        '0 9',
      ],
      ...[
        'cfn=0x20',
        'calls=1 0',
        '0 2',
        'fn=main',
        'cob=/x/y',
        'cfn=begun',
        'calls=0 0',
        '0 16',
        'fn=0x21',
        '0 1',
      ],
    ].join('\n'),
    names,
  );
  assert.equal(named.split('\n'), [
    ...[
      'ob=/x/libssl.so.3',
      'fn=ssl_hidden',
      '0 5',
      'cob=/x/libc.so.6',
      'cfi=???',
      'cfn=another',
      'calls=3 0',
      '0 9',
    ],
    ...['cfn=ssl_hidden', 'calls=1 0', '0 2', 'fn=main', 'fn=0x21', '0 1'],
  ]);
});

test.run();
