import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROJECT_FOLDER } from '../worker/files.js';
import { migrate } from './migrate.js';
import { readRun } from './read.js';
import { runDocumentSchema, SCHEMA_VERSION } from './schema.js';

const test = suite('document/migrate');

/** One real run of every older version, in the very bytes that it was stored in (paths apart). */
const EXAMPLES = join(PROJECT_FOLDER, 'bench', 'document', 'testdata');

test('there is an example of every older version', () => {
  const versions = Array.from({ length: SCHEMA_VERSION - 1 }, (_, i) => `v${i + 1}`);
  assert.equal(
    readdirSync(EXAMPLES)
      .filter((name) => /^v\d+$/.test(name))
      .sort(),
    versions,
  );
});

test('version 1: a run of its time is read, with all of its cells', () => {
  const folder = join(EXAMPLES, 'v1');
  const stored = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  assert.is(stored.schemaVersion, 1);
  const { document, batches } = readRun(folder);
  assert.equal(document.origin, { kind: 'whole' });
  assert.is(document.schemaVersion, SCHEMA_VERSION);
  assert.equal(runDocumentSchema.parse(document), document);
  assert.is(batches.length, 54);
  // What was computed then is computed now: the raw values mean the same.
  // new-inherit is newer: there is no ratio to it.
  const expected = stored.cells.map((cell: object) => ({ ...cell, dupToNewInherit: null }));
  assert.equal(JSON.parse(JSON.stringify(document.cells)), expected);
  assert.equal(document.warnings, stored.warnings);
});

test('reading changes nothing on the disk', () => {
  const file = join(EXAMPLES, 'v1', 'run.json');
  const before = readFileSync(file);
  readRun(join(EXAMPLES, 'v1'));
  assert.ok(readFileSync(file).equals(before));
});

test('a version of the future, or none, is not guessed at', () => {
  for (const value of [
    { schemaVersion: SCHEMA_VERSION + 1 },
    { schemaVersion: 0 },
    { schemaVersion: '1' },
    { schemaVersion: 'constructor' },
    {},
    [],
    null,
    7,
  ]) {
    assert.is(migrate(value), null);
  }
});

test.run();
