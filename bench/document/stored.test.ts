import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTemporaryFolder, refusal } from '../targets/testing.js';
import { historyFile, saveHistory } from './history.js';
import { exampleHistory } from './history-testing.js';
import { listRunIds, readRuns } from './list.js';
import { PROFILE_FILE } from './profile-schema.js';
import { createRun } from './store.js';
import { findStored, keepStored, pathOfStored, readStored, STORED_KINDS } from './stored.js';
import { exampleDocument } from './testing.js';
import {
  exampleConformance,
  exampleFaults,
  exampleNodeLayer,
  exampleProfile,
  exampleSoak,
  publishedConnections,
  publishedThreads,
  storeConform,
  storeFaults,
  storeSoak,
} from './testing-stored.js';

const test = suite('document/stored');
const RUN = '20260801T120000Z-aaaaaa';

function fill(results: string): void {
  createRun(results, exampleDocument({ id: RUN }, []));
  storeSoak(results, exampleSoak());
  storeSoak(results, exampleSoak({ id: '20260802T120000Z-soaked' }));
  storeFaults(results, exampleFaults());
  storeConform(results, exampleConformance());
}

test('each kind is found by its own reader and no other', () =>
  inTemporaryFolder(async (results) => {
    for (const kind of STORED_KINDS) {
      assert.equal(readStored(results, kind), { found: [], skipped: [], left: 0 });
    }
    fill(results);
    assert.equal(
      readStored(results, 'soak').found.map(({ id }) => id),
      ['20260802T120000Z-soaked', exampleSoak().id],
    );
    assert.is(readStored(results, 'soak', 1).left, 1);
    assert.equal(readStored(results, 'faults').found[0]?.document, exampleFaults());
    assert.equal(readStored(results, 'conform').found[0]?.document, exampleConformance());
    assert.equal(listRunIds(results), { ids: [RUN], skipped: [] });
    // A soak among the runs is no damaged run.
    assert.equal(readRuns(results).skipped, []);
    assert.is(readRuns(results).runs.length, 1);
  }));

test('a document is found by its id, whatever its kind, and nothing outside', () =>
  inTemporaryFolder(async (results) => {
    fill(results);
    for (const id of [RUN, exampleSoak().id, exampleFaults().id, exampleConformance().id]) {
      const stored = findStored(results, id);
      assert.is(stored.document.id, id);
      assert.is(pathOfStored(results, id), stored.path);
      assert.ok(existsSync(stored.path));
    }
    assert.is(pathOfStored(results, exampleConformance().id).endsWith('.json'), true);
    for (const id of ['../conformance', '', '/etc', '20260801T120000Z-nobody']) {
      assert.match(await refusal(() => findStored(results, id)), /no such run/);
      assert.match(await refusal(() => pathOfStored(results, id)), /no such run/);
    }
  }));

test('every kind of document is found where its command keeps it, and is no damaged run', () =>
  inTemporaryFolder(async (results) => {
    fill(results);
    keepStored(results, 'threads', publishedThreads());
    keepStored(results, 'connections', publishedConnections());
    keepStored(results, 'node-layer', exampleNodeLayer());
    const history = exampleHistory();
    saveHistory(historyFile(results, history.id), history);
    const profiles = path.join(results, 'profiles');
    mkdirSync(path.join(profiles, exampleProfile().id), { recursive: true });
    writeFileSync(path.join(profiles, exampleProfile().id, PROFILE_FILE), JSON.stringify(exampleProfile()));
    // Snapshots lie there too.
    mkdirSync(path.join(profiles, '20260801T150000Z-heapsn'));
    const found = STORED_KINDS.map((kind) => readStored(results, kind));
    assert.equal(
      found.map((one) => one.found.length),
      STORED_KINDS.map((kind) => (kind === 'soak' ? 2 : 1)),
    );
    assert.equal(
      found.flatMap(({ skipped }) => skipped),
      [],
    );
    for (const { kind, id, path: place } of found.flatMap((one) => one.found)) {
      assert.is(findStored(results, id).kind, kind);
      assert.is(pathOfStored(results, id), place);
    }
  }));

test('a document that is not valid is not kept', () =>
  inTemporaryFolder(async (results) => {
    const wrong = { ...exampleNodeLayer(), seed: -1 };
    assert.throws(() => keepStored(results, 'node-layer', wrong), /the document is not valid: seed/);
    assert.not.ok(existsSync(path.join(results, 'node-layer')));
  }));

test('damaged documents are named and skipped, and stay as they are', () =>
  inTemporaryFolder(async (results) => {
    fill(results);
    truncateSync(storeSoak(results, exampleSoak()), 500);
    writeFileSync(storeFaults(results, exampleFaults()), '{"schemaVersion": 99}');
    const other = exampleConformance({ id: '20260803T120000Z-others' });
    const folder = path.join(results, 'conformance');
    writeFileSync(path.join(folder, '20260804T120000Z-abcdef.json'), JSON.stringify(other));
    writeFileSync(
      path.join(folder, '20260805T120000Z-abcdef.json'),
      JSON.stringify({ ...exampleConformance({ id: '20260805T120000Z-abcdef' }), extra: 1 }),
    );
    writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    symlinkSync('/etc/hostname', path.join(folder, '20260806T120000Z-abcdef.json'));
    mkdirSync(path.join(folder, '20260807T120000Z-abcdef.json'));
    const before = readdirSync(folder);
    const reason = (kind: 'soak' | 'faults' | 'conform', name: string) =>
      readStored(results, kind).skipped.find((one) => one.name.includes(name))?.reason ?? 'not skipped';
    assert.match(reason('soak', exampleSoak().id), /soak\.json: not JSON$/);
    assert.match(reason('faults', exampleFaults().id), /schemaVersion 99; this dupmark reads 1$/);
    assert.match(reason('conform', '20260804'), /that of run 20260803T120000Z-others$/);
    assert.match(reason('conform', '20260805'), /extra/);
    assert.is(reason('conform', 'notes.txt'), 'its name is not an id and .json');
    assert.is(reason('conform', '20260806'), 'not a file');
    assert.is(reason('conform', '20260807'), 'not a file');
    assert.is(readStored(results, 'conform').found.length, 1);
    assert.is(readStored(results, 'soak').found.length, 1);
    assert.equal(readdirSync(folder), before);
    rmSync(path.join(results, 'runs', RUN, 'run.json'));
    assert.match(readRuns(results).skipped[0]?.reason ?? '', /run\.json: no such file/);
  }));

test.run();
