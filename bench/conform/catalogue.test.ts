import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROJECT_FOLDER } from '../worker/files.js';
import { withWorker } from './testing.js';

const Catalogue = suite('catalogue');

/** The list of SSL_new(3): its 23 bullets up to 3.6, then the five that came with 4.0. */
const page = readFileSync(join(PROJECT_FOLDER, 'bench', 'conform', 'testdata', 'bullets.txt'), 'utf8')
  .trim()
  .split('\n');

/** Ids and texts of native/settings/bullets.h, with adjacent strings joined. */
function ourBullets(): readonly { readonly id: string; readonly since: number; readonly text: string }[] {
  const header = readFileSync(join(PROJECT_FOLDER, 'native', 'settings', 'bullets.h'), 'utf8')
    .replace(/\\\n/g, ' ')
    .replace(/"\s+"/g, '');
  return [...header.matchAll(/B\(k\w+, "([^"]+)", (0x[0-9a-f]+)L,\s*"([^"]+)"\)/g)].map(
    ([, id = '', since = '', text = '']) => ({ id, since: Number(since), text }),
  );
}

Catalogue('has every bullet of the page in its own words, and no other', () => {
  const bullets = ourBullets();
  assert.equal(
    bullets.filter(({ id }) => id !== 'undocumented').map(({ text }) => text),
    page,
  );
  const inFour = bullets.filter(({ since }) => since === 0x40000000).map(({ text }) => text);
  assert.equal(inFour, page.slice(23));
});

Catalogue('claims every bullet by an entry, with what a user meets when it is lost', async () => {
  const catalogue = await withWorker((worker) => worker.ask('describe', {}));
  for (const { id, since } of ourBullets()) {
    const entries = catalogue.filter(({ bullet }) => bullet === id);
    assert.ok(entries.length > 0, `no entry for ${id}`);
    for (const entry of entries) {
      assert.is(entry.documentedSince, since, entry.id);
      assert.is(entry.documented, id === 'undocumented' ? 'not carried' : 'carried', entry.id);
    }
  }
  for (const { id, call, ifLost, levels } of catalogue) {
    assert.ok(call.length > 0 && ifLost.length > 0 && levels.length > 0, id);
  }
  const ids = catalogue.map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length, 'ids are used once');
  assert.ok(catalogue.filter(({ bullet }) => bullet !== 'undocumented').length >= 60);
  assert.ok(catalogue.filter(({ bullet }) => bullet === 'undocumented').length >= 40);
});

Catalogue('names conflicts once, with settings and levels that there are', async () => {
  const catalogue = await withWorker((worker) => worker.ask('describe', {}));
  const known = new Set(
    catalogue.flatMap(({ id, levels }) => [
      id,
      ...(levels.length === 1 ? [] : levels.map((level) => `${id}=${level}`)),
    ]),
  );
  const named = new Set<string>();
  for (const { id, conflictsWith } of catalogue) {
    for (const other of conflictsWith) {
      assert.ok(known.has(other) && !other.startsWith(`${id}=`) && other !== id, `${id} names ${other}`);
      assert.not(named.has(`${id} ${other}`) || named.has(`${other} ${id}`), `${id} and ${other}, twice`);
      named.add(`${id} ${other}`);
    }
  }
  assert.ok(named.size > 200, `${named.size} conflicts`);
});

Catalogue('keeps the settings that are timed every day', async () => {
  const catalogue = await withWorker((worker) => worker.ask('describe', {}));
  assert.equal(
    catalogue
      .filter(({ everyday }) => everyday)
      .map(({ id }) => id)
      .sort(),
    [
      ...[
        'certificate',
        'certificate-chain',
        'cipher-list',
        'client-ca-list',
        'ex-data',
        'max-proto-version',
      ],
      ...['min-proto-version', 'mode', 'msg-callback', 'options', 'read-ahead', 'session', 'verify'],
    ],
  );
});

Catalogue.run();
