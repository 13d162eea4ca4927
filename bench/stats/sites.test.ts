import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { MemorySite } from '../core/sample.js';
import { areaOf, compareSites } from './sites.js';

const test = suite('stats/sites');
const site = (file: string, line: number, allocations: number, bytes: number): MemorySite => ({
  file,
  line,
  allocations,
  requestedBytes: bytes,
  retainedAllocations: allocations,
  retainedBytes: bytes,
});
const told = (before: readonly MemorySite[], after: readonly MemorySite[]) =>
  compareSites(before, after).map((one) => [
    one.file,
    one.before?.line ?? null,
    one.after?.line ?? null,
    one.allocations,
    one.requestedBytes,
  ]);

test('the same lines, and lines that only moved, are no change', () => {
  const before = [site('ssl/a.c', 10, 1, 100), site('ssl/a.c', 20, 2, 64)];
  assert.equal(told(before, before), []);
  assert.equal(told(before, [site('ssl/a.c', 15, 1, 100), site('ssl/a.c', 31, 2, 64)]), []);
});

test('a line that allocates more, also when it moved', () => {
  assert.equal(told([site('ssl/a.c', 10, 1, 100)], [site('ssl/a.c', 10, 1, 140)]), [
    ['ssl/a.c', 10, 10, 0, 40],
  ]);
  assert.equal(told([site('ssl/a.c', 10, 1, 100)], [site('ssl/a.c', 12, 1, 160)]), [
    ['ssl/a.c', 10, 12, 0, 60],
  ]);
  // Twice as many allocations, or more than twice the size, is something else.
  assert.is(told([site('ssl/a.c', 10, 1, 100)], [site('ssl/a.c', 12, 2, 100)]).length, 2);
  assert.is(told([site('ssl/a.c', 10, 1, 100)], [site('ssl/a.c', 12, 1, 200)]).length, 1);
  assert.is(told([site('ssl/a.c', 10, 1, 100)], [site('ssl/a.c', 12, 1, 201)]).length, 2);
  // The most alike belong together, whatever their order.
  assert.equal(
    told(
      [site('a.c', 1, 1, 7624), site('a.c', 2, 1, 4000)],
      [site('a.c', 3, 1, 5576), site('a.c', 4, 1, 7000)],
    ),
    [
      ['a.c', 2, 3, 0, 1576],
      ['a.c', 1, 4, 0, -624],
    ],
  );
});

test('lines that came and went, the largest first', () => {
  const before = [site('ssl/old.c', 5, 1, 32), site('ssl/a.c', 1, 1, 8)];
  const after = [site('ssl/record/methods/tls_common.c', 1267, 2, 8848), site('ssl/a.c', 1, 1, 8)];
  assert.equal(told(before, after), [
    ['ssl/record/methods/tls_common.c', null, 1267, 2, 8848],
    ['ssl/old.c', 5, null, -1, -32],
  ]);
});

test('of changes alike in size, files in the order of their names; retained bytes count as well', () => {
  const grown = (file: string) => ({ ...site(file, 1, 1, 10), retainedBytes: 90 });
  const before = [site('b.c', 1, 1, 10), site('a.c', 1, 1, 10), site('c.c', 1, 1, 10)];
  const after = [grown('b.c'), grown('a.c'), site('c.c', 1, 1, 15)];
  assert.equal(
    compareSites(before, after).map(({ file, requestedBytes, retainedBytes }) => [
      file,
      requestedBytes,
      retainedBytes,
    ]),
    [
      ['a.c', 0, 80],
      ['b.c', 0, 80],
      ['c.c', 5, 5],
    ],
  );
});

test('every amount of a line counts', () => {
  const before = site('a.c', 1, 1, 10);
  for (const field of ['allocations', 'requestedBytes', 'retainedAllocations', 'retainedBytes'] as const) {
    assert.is(compareSites([before], [{ ...before, [field]: 9 }]).length, 1, field);
  }
});

test('one line more in a file: the others keep their partners', () => {
  const before = [site('f.c', 10, 1, 16), site('f.c', 20, 1, 64)];
  const after = [site('f.c', 12, 1, 16), site('f.c', 18, 1, 48), site('f.c', 25, 1, 64)];
  assert.equal(told(before, after), [['f.c', null, 18, 1, 48]]);
});

test('areas by the longest path that fits', () => {
  assert.is(areaOf('ssl/record/methods/tls_common.c'), 'record layer');
  assert.is(areaOf('ssl/d1_lib.c'), 'SSL');
  assert.is(areaOf('crypto/params.c'), 'crypto');
  assert.is(areaOf('?'), '?');
  for (const [file, area] of [
    ['ssl/statem/extensions.c', 'handshake'],
    ['ssl/quic/quic_impl.c', 'QUIC'],
    ['ssl/ech/ech_store.c', 'ECH'],
    ['ssl/ssl_cert.c', 'certificates'],
    ['ssl/ssl_ciph.c', 'cipher lists'],
    ['ssl/ssl_sess.c', 'sessions'],
    ['ssl/s3_lib.c', 'handle'],
    ['ssl/ssl_lib.c', 'handle'],
    ['crypto/bio/bio_lib.c', 'BIO'],
    ['crypto/buffer/buffer.c', 'buffers'],
    ['crypto/stack/stack.c', 'stacks'],
    ['crypto/x509/x509_vpm.c', 'X.509'],
    ['crypto/threads_pthread.c', 'locks'],
    ['crypto/ex_data.c', 'ex_data'],
    ['crypto/evp/evp_lib.c', 'EVP'],
    ['providers/common/provider_ctx.c', 'providers'],
  ] as const) {
    assert.is(areaOf(file), area);
  }
});

test.run();
