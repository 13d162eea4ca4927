import { mkdirSync, readdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTemporaryFolder, refusal } from '../targets/testing.js';
import { listRunIds, readRuns, runFolder } from './list.js';
import { appendBatch, closeRun, createRun, DOCUMENT_BYTES_MAX, saveDocument } from './store.js';
import { readStored } from './stored.js';
import { exampleBatches, exampleDocument } from './testing.js';

const test = suite('document/list');
const IDS = ['20260801T120000Z-aaaaaa', '20260802T120000Z-bbbbbb', '20260803T120000Z-cccccc'] as const;

function store(results: string, id: string): string {
  const run = createRun(results, exampleDocument({ id }, []));
  for (const batch of exampleBatches(6)) appendBatch(run, batch);
  closeRun(run);
  saveDocument(run, exampleDocument({ id }, exampleBatches(6)));
  return run.folder;
}

test('newest first, as many as asked, and a missing folder is empty', () =>
  inTemporaryFolder(async (folder) => {
    assert.equal(readRuns(folder), { runs: [], skipped: [], left: 0 });
    for (const id of IDS) store(folder, id);
    assert.equal(listRunIds(folder), { ids: [...IDS].reverse(), skipped: [] });
    const { runs, left } = readRuns(folder, { last: 2 });
    assert.equal(
      runs.map(({ document }) => document.id),
      [IDS[2], IDS[1]],
    );
    assert.is(left, 1);
    assert.equal(
      readRuns(folder, { ids: [IDS[0]] }).runs.map(({ document }) => document.id),
      [IDS[0]],
    );
  }));

test('what is no whole run is named and left out, and stays as it was', () =>
  inTemporaryFolder(async (folder) => {
    const whole = store(folder, IDS[0]);
    const runs = join(folder, 'runs');
    mkdirSync(join(runs, 'notes'));
    truncateSync(join(store(folder, IDS[1]), 'run.json'), 1000);
    mkdirSync(join(runs, '20260804T120000Z-dddddd'));
    symlinkSync(whole, join(runs, '20260805T120000Z-eeeeee'));
    renameSync(store(folder, IDS[2]), join(runs, '20260806T120000Z-ffffff'));
    const huge = join(runs, '20260807T120000Z-gggggg');
    mkdirSync(huge);
    writeFileSync(join(huge, 'run.json'), '{}');
    truncateSync(join(huge, 'run.json'), DOCUMENT_BYTES_MAX + 1);
    const before = readdirSync(runs);
    const asRuns = readRuns(folder);
    for (const { found, skipped } of [{ ...asRuns, found: asRuns.runs }, readStored(folder, 'bench')]) {
      assert.is(found.length, 1);
      const reasons = new Map(skipped.map(({ name, reason }) => [name.slice(-6), reason]));
      assert.is(reasons.get('notes'), 'its name is not a run id');
      assert.match(reasons.get('bbbbbb') ?? '', /run\.json: not JSON$/);
      assert.match(reasons.get('dddddd') ?? '', /no such file/);
      assert.is(reasons.get('eeeeee'), 'not a folder');
      assert.match(reasons.get('ffffff') ?? '', /that of run 20260803T120000Z-cccccc$/);
      assert.match(reasons.get('gggggg') ?? '', /at most 268435456 are read$/);
      assert.is(skipped.length, 6);
    }
    assert.equal(readdirSync(runs), before);
  }));

test('an id never leads out of the folder', () =>
  inTemporaryFolder(async (folder) => {
    store(folder, IDS[0]);
    for (const id of ['../runs', '/etc', '..', '', IDS[1], `${IDS[0]}/..`]) {
      assert.match(await refusal(() => runFolder(folder, id)), /no such run/);
    }
    assert.is(runFolder(folder, IDS[0]), join(folder, 'runs', IDS[0]));
  }));

test.run();
