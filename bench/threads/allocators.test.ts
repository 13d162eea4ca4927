import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ALLOCATORS, installedLibrary } from './allocators.js';

const named = (name: string) => {
  const found = ALLOCATORS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no allocator ${name}`);
  return found;
};
const facts = (arenas: number | null, threadCache: boolean | null, home = '/lib/libc.so.6') => ({
  home,
  arenas,
  threadCache,
});

test('each variation is believed only when the driver saw its effect', () => {
  assert.ok(named('glibc').holds(facts(3, true), 2));
  assert.not(named('glibc').holds(facts(1, true), 2));
  assert.not(named('glibc').holds(facts(null, null, '/usr/lib/libjemalloc.so.2'), 1));
  assert.ok(named('glibc-one-arena').holds(facts(1, true), 4));
  assert.not(named('glibc-one-arena').holds(facts(3, true), 4));
  assert.ok(named('glibc-no-thread-cache').holds(facts(3, false), 4));
  assert.not(named('glibc-no-thread-cache').holds(facts(3, true), 4));
  assert.not(named('glibc-one-arena-no-thread-cache').holds(facts(1, true), 4));
  assert.ok(named('jemalloc').holds(facts(null, null, '/usr/lib/libjemalloc.so.2'), 1));
  assert.not(named('mimalloc').holds(facts(2, true), 1));
});

test('a library is looked for where distributions put it', () => {
  assert.is(
    installedLibrary(['libx.so.2', 'libx.so'], (file) => file === '/usr/lib/libx.so'),
    '/usr/lib/libx.so',
  );
  assert.is(
    installedLibrary(['libx.so'], () => false),
    null,
  );
});

test.run();
