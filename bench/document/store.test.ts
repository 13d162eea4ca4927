import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { readRun } from './read.js';
import { RUN_ID } from './schema.js';
import { appendBatch, closeRun, createRun, newRunId, type OpenRun, saveDocument } from './store.js';
import { exampleBatches, exampleDocument } from './testing.js';

const test = suite('document/store');

/** A body with a folder of its own, removed afterwards (not in after.each: uvu does not count what fails there). */
const inFolder = (body: (folder: string) => void) => (): void => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dupmark-store-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const filled = (folder: string, batches = exampleBatches()): OpenRun => {
  const run = createRun(folder, exampleDocument({ status: { kind: 'running' } }, []));
  for (const batch of batches) appendBatch(run, batch);
  return run;
};
const roundsOf = (run: OpenRun): string => path.join(run.folder, 'rounds.ndjson');
const failure = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    assert.instance(thrown, CouldNotRun, String(thrown));
    assert.is((thrown as Error).message.includes('\n'), false);
    return (thrown as Error).message;
  }
  return assert.unreachable('it was not refused') as never;
};

test('run ids: sortable by time, safe as names, different each time', () => {
  const at = new Date('2026-08-01T12:00:00.999Z');
  assert.match(newRunId(at), /^20260801T120000Z-/);
  assert.match(newRunId(at), RUN_ID);
  assert.is.not(newRunId(at), newRunId(at));
});

test(
  'a run is written and read back; its cells come from the raw values',
  inFolder((folder) => {
    const run = filled(folder);
    closeRun(run);
    saveDocument(run, exampleDocument({}, []));
    const stored = readRun(run.folder);
    assert.equal(stored.batches, exampleBatches());
    assert.equal(stored.document, exampleDocument());
    assert.equal(readdirSync(run.folder).sort(), ['rounds.ndjson', 'run.json']);
  }),
);

test(
  'both files are valid before anything is measured, and after every batch',
  inFolder((folder) => {
    const run = createRun(folder, exampleDocument({ status: { kind: 'running' } }, []));
    assert.equal(readRun(run.folder).batches, []);
    exampleBatches(1).forEach((batch, i) => {
      appendBatch(run, batch);
      assert.is(readRun(run.folder).batches.length, i + 1);
    });
    assert.equal(readRun(run.folder).document.warnings, []);
    closeRun(run);
  }),
);

test(
  'a half-written last line is named, and everything before it is used',
  inFolder((folder) => {
    const run = filled(folder);
    closeRun(run);
    const whole = readFileSync(roundsOf(run));
    writeFileSync(roundsOf(run), whole.subarray(0, whole.length - 20));
    const { document, batches } = readRun(run.folder);
    assert.is(batches.length, exampleBatches().length - 1);
    assert.is(document.warnings[0]?.code, 'damaged-data');
    assert.is(
      document.warnings[0]?.message,
      'rounds.ndjson: line 240 is half-written (it has no end) and is not used',
    );
    assert.is(statSync(roundsOf(run)).size, whole.length - 20, 'reading changes nothing');
  }),
);

test(
  'a last line without an end is not used even when what is there is whole JSON',
  inFolder((folder) => {
    const run = filled(folder, []);
    appendFileSync(roundsOf(run), '12');
    assert.match(readRun(run.folder).document.warnings[0]?.message ?? '', /line 1 is half-written/);
    closeRun(run);
  }),
);

test(
  'damaged lines are named and skipped',
  inFolder((folder) => {
    const run = filled(folder, exampleBatches(1).slice(0, 1));
    closeRun(run);
    const [batch] = exampleBatches(1);
    const lines = [
      'not json \u001b[31m',
      '{"block":0}',
      JSON.stringify({ ...batch, target: 'nobody' }),
      JSON.stringify({ ...batch, scenario: 'nothing' }),
      JSON.stringify({ ...batch, roundNs: [null] }),
    ];
    appendFileSync(roundsOf(run), `${lines.join('\n')}\n`);
    const { document, batches } = readRun(run.folder);
    assert.is(batches.length, 1);
    assert.equal(
      document.warnings.map(({ message }) => /^rounds.ndjson: line (\d+) is not used: /.exec(message)?.[1]),
      ['2', '3', '4', '5', '6'],
    );
  }),
);

test(
  'raw values that are missing altogether: a warning, empty cells',
  inFolder((folder) => {
    const run = filled(folder);
    closeRun(run);
    rmSync(roundsOf(run));
    const { document } = readRun(run.folder);
    assert.match(document.warnings[0]?.message ?? '', /no such file/);
    assert.ok(document.cells.every(({ summary }) => summary === null));
  }),
);

test(
  'a document that is none is refused in one line that says what is wrong',
  inFolder((folder) => {
    const run = filled(folder, []);
    closeRun(run);
    const file = path.join(run.folder, 'run.json');
    const refusal = (content: string): string => {
      writeFileSync(file, content);
      return failure(() => readRun(run.folder)).replace(file, 'FILE');
    };
    assert.is(refusal('{"half":'), 'FILE: not JSON');
    assert.is(refusal('null'), 'FILE: has no schemaVersion; this dupmark reads 2');
    assert.is(refusal('{"schemaVersion":99}'), 'FILE: has schemaVersion 99; this dupmark reads 2');
    assert.match(refusal(JSON.stringify({ ...exampleDocument(), seed: 'x' })), /^FILE: seed: /);
    assert.match(
      failure(() => readRun(path.join(folder, 'nowhere'))),
      /no such file or folder \(ENOENT\)$/,
    );
  }),
);

test(
  'a document that is not valid is never written',
  inFolder((folder) => {
    const run = filled(folder, []);
    const before = readFileSync(path.join(run.folder, 'run.json'), 'utf8');
    assert.throws(() => saveDocument(run, { ...exampleDocument(), seed: 0.5 }), /seed/);
    assert.is(readFileSync(path.join(run.folder, 'run.json'), 'utf8'), before);
    assert.throws(() => createRun(folder, { ...exampleDocument(), id: '../x' }), /not a run id/);
    closeRun(run);
  }),
);

test(
  'a round that JSON cannot hold is refused before anything is written',
  inFolder((folder) => {
    const run = filled(folder, []);
    const [batch] = exampleBatches(1);
    assert.ok(batch);
    assert.throws(() => appendBatch(run, { ...batch, roundNs: [Number.NaN] }), /not a finite number/);
    assert.is(statSync(roundsOf(run)).size, 0);
    closeRun(run);
  }),
);

test(
  'a run is never written over',
  inFolder((folder) => {
    closeRun(filled(folder, exampleBatches(1)));
    assert.match(
      failure(() => createRun(folder, exampleDocument())),
      /something of that name is there already/,
    );
    assert.is(
      readRun(path.join(folder, 'runs', exampleDocument().id)).batches.length,
      exampleBatches(1).length,
    );
  }),
);

test(
  'a folder below a file is refused before anything is measured',
  inFolder((folder) => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const message = failure(() => createRun(path.join(file, 'results'), exampleDocument()));
    assert.match(
      message,
      /^cannot write results below .*file\/results: a part of the path is not a folder \(ENOTDIR\)$/,
    );
    assert.is(existsSync(path.join(folder, 'runs')), false);
  }),
);

test.run();
