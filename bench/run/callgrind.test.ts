import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CallgrindProfile, readCallgrind } from './callgrind.js';
import { SPREAD_MAX, subtract } from './instructions.js';
import { sourceFile } from './survey.js';

const test = suite('run/callgrind');

/** As callgrind 3.19 writes it: SSL_new calls CRYPTO_malloc, which calls malloc of another library; g calls itself. */
const DUMP = `# callgrind format
version: 1
positions: line
events: Ir
summary: 1000

ob=/lib/libssl.so.3
fl=???
fn=SSL_new
0 100
cob=/lib/libcrypto.so.3
cfi=???
cfn=CRYPTO_malloc
calls=10 0 
0 700
0 50
cfn=g
calls=1 0 
0 150

fn=g
0 90
cfn=g
calls=3 0 
0 60

ob=/lib/libcrypto.so.3
fl=???
fn=CRYPTO_malloc
0 300
cob=/lib/libc.so.6
cfi=???
cfn=malloc
calls=10 0 
0 400

ob=/lib/libc.so.6
fn=malloc
0 400

totals: 1000
`;

test('self and inclusive costs, by library and function', () => {
  const { total, functions, calls } = readCallgrind(DUMP);
  assert.is(total, 1000);
  const of = (library: string, name: string) => {
    const found = functions.get(`/lib/${library}\n${name}`);
    return found && [found.self, found.inclusive];
  };
  assert.equal(of('libssl.so.3', 'SSL_new'), [150, 150]); // called by nobody that is in the dump
  assert.equal(of('libcrypto.so.3', 'CRYPTO_malloc'), [300, 700]);
  assert.equal(of('libc.so.6', 'malloc'), [400, 400]);
  // Its calls of itself are within its own cost already; the library of a callee holds for one call only.
  assert.equal(of('libssl.so.3', 'g'), [90, 150]);
  assert.equal(
    calls.map(({ caller, callee, instructions }) => [caller.name, callee.name, instructions]),
    [
      ['SSL_new', 'CRYPTO_malloc', 700],
      ['SSL_new', 'g', 150],
      ['g', 'g', 60],
      ['CRYPTO_malloc', 'malloc', 400],
    ],
  );
});

test('what is no whole dump is refused', () => {
  assert.throws(() => readCallgrind(DUMP.replace('totals: 1000\n', '')), /no totals/);
  assert.throws(() => readCallgrind(DUMP.replace('0 300', '0 x')), /has no cost/);
});

const profile = (total: number, inclusive: number): CallgrindProfile => ({
  total,
  calls: [],
  functions: new Map([['l\nf', { name: 'f', object: '/x/l', self: inclusive / 2, inclusive }]]),
});

test('one iteration is the difference of the two counts; what is fixed falls out', () => {
  const reading = subtract(profile(100_309, 60_000), profile(200_309, 120_000), 100);
  assert.equal(reading, {
    kind: 'exact',
    perIteration: 1000,
    iterations: 100,
    spread: 0,
    functions: [{ name: 'f', library: 'l', inclusive: 600, self: 300 }],
  });
});

test('counts that are not proportional are no exact figure', () => {
  const off = 1 + 4 * SPREAD_MAX;
  const reading = subtract(profile(1e6, 1), profile(2e6 * off, 1), 100);
  assert.is(reading.kind, 'not-available');
  assert.is(subtract(profile(5, 1), profile(5, 1), 100).kind, 'not-available');
});

test('OpenSSL source files have one name, wherever they were built', () => {
  assert.is(sourceFile('ssl/ssl_lib.c'), 'ssl/ssl_lib.c');
  assert.is(sourceFile('../ssl/record/methods/tls_common.c'), 'ssl/record/methods/tls_common.c');
  assert.is(sourceFile('../deps/openssl/openssl/crypto/stack/stack.c'), 'crypto/stack/stack.c');
  assert.is(sourceFile('?'), '?');
});

test.run();
