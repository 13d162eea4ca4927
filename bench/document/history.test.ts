import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { historyFile, readHistories, readHistory, saveHistory } from './history.js';
import { historyChanges, lineChanges } from './history-changes.js';
import { cellOf, exampleHistory, memoryOf, stepOf } from './history-testing.js';
import { historyTrends } from './history-trends.js';
import { makeFolders } from './store.js';

const History = suite('document/history');
const folder = mkdtempSync(join(tmpdir(), 'dupmark-history-'));
History.after(() => rmSync(folder, { recursive: true }));

History('is read back as it was written, a line for each step', () => {
  const history = exampleHistory();
  const file = historyFile(folder, history.id);
  saveHistory(file, history);
  assert.equal(readHistory(file), history);
  const lines = readFileSync(file, 'utf8').split('\n');
  assert.is(lines.filter((line) => line.includes('"compiler":')).length, history.steps.length);
});

History('its changes are computed again, whatever the file says', () => {
  const history = exampleHistory();
  const file = join(folder, 'edited.json');
  saveHistory(file, history);
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...stored, changes: [] }));
  assert.equal(readHistory(file).changes, history.changes);
});

History(
  'names the release at which a time and the bytes changed, with the line, in each series by itself',
  () => {
    const changes = exampleHistory().changes;
    assert.equal(
      changes.map(({ kind, series, scenario, after }) => `${kind} ${series} ${scenario} ${after}`),
      [
        'time node new node@8',
        'memory node new node@8',
        'time debian new debian:trixie',
        'memory debian new debian:trixie',
      ],
    );
    const [time, memory] = changes;
    assert.is(time?.opensslBefore, '3.0.6');
    assert.is(time?.opensslAfter, '3.5.1');
    assert.ok(time?.kind === 'time' && Math.abs(time.ratio - 2) < 0.01);
    assert.ok(memory?.kind === 'memory');
    if (memory?.kind !== 'memory') return;
    assert.equal(memory.requestedBytes, [6112, 9000]);
    assert.equal(memory.lines, [
      {
        file: 'ssl/ssl_lib.c',
        before: 690,
        after: 691,
        allocations: 0,
        requestedBytes: 2888,
        retainedBytes: 2888,
      },
    ]);
  },
);

History('a line that only moved is no change, and one byte is', () => {
  assert.equal(lineChanges(memoryOf(100, 1), memoryOf(100, 9)), []);
  const steps = [100, 100, 101, 100].map((bytes, i) =>
    stepOf('node', `node@${i}`, `3.0.${i}`, [cellOf('new', null, memoryOf(bytes, i))]),
  );
  assert.equal(
    historyChanges(steps, ['new']).map(({ after }) => after),
    ['node@2', 'node@3'],
  );
});

History('a step without a figure is passed over, and the change is between its neighbours', () => {
  const steps = [100, null, 200].map((bytes, i) =>
    stepOf('node', `node@${i}`, `3.0.${i}`, [cellOf('new', null, bytes === null ? null : memoryOf(bytes))]),
  );
  const [change, ...more] = historyChanges(steps, ['new']);
  assert.equal([change?.before, change?.after, more.length], ['node@0', 'node@2', 0]);
});

History('builds with other flags are named as a possible cause', () => {
  const [first, second] = [100, 200].map((bytes) =>
    stepOf('node', `node@${bytes}`, '3.0.0', [cellOf('new', null, memoryOf(bytes))]),
  );
  if (first === undefined || second === undefined) throw new Error('no steps');
  const changed = (compiler: string) =>
    historyChanges([first, { ...second, compiler }], ['new'])[0]?.compilerChanged;
  assert.is(changed(first.compiler), false);
  assert.is(changed('compiler: clang'), true);
});

History('as trends: every figure that there is, its points in order, its own changes only', () => {
  const trends = historyTrends(exampleHistory());
  assert.equal(
    trends.map(({ series, scenario, figure, changes }) => [series, scenario, figure, changes.length]),
    [
      ['node', 'new', 'time', 1],
      ['node', 'new', 'allocations', 0],
      ['node', 'new', 'requestedBytes', 1],
      ['node', 'new', 'retainedBytes', 1],
      ['node', 'up-ref', 'time', 0],
      ['debian', 'new', 'time', 1],
      ['debian', 'new', 'allocations', 0],
      ['debian', 'new', 'requestedBytes', 1],
      ['debian', 'new', 'retainedBytes', 1],
    ],
  );
  const upRef = trends.find(({ scenario }) => scenario === 'up-ref');
  assert.is(upRef?.points.length, 12);
  assert.equal(upRef?.points[3], {
    target: 'node@4',
    openssl: '3.0.3',
    value: null,
    low: null,
    high: null,
    medianNs: null,
    reason: 'the version lacks it',
  });
});

History('a folder gives all it has, newest first; what is damaged is named and left as it is', () => {
  const results = join(folder, 'results');
  const older = exampleHistory();
  const newer = exampleHistory({ id: '20260803T120000Z-k3f9qa' });
  assert.equal(readHistories(results), { histories: [], skipped: [] });
  for (const one of [older, newer]) saveHistory(historyFile(results, one.id), one);
  saveHistory(join(results, 'reference', 'history.json'), older);
  const damaged = historyFile(results, '20260804T120000Z-k3f9qa');
  writeFileSync(damaged, readFileSync(historyFile(results, older.id), 'utf8').slice(0, 500));
  makeFolders(join(results, 'history', 'no-history'));
  const { histories, skipped } = readHistories(results);
  assert.equal(
    histories.map(({ id }) => id),
    [newer.id, older.id],
  );
  assert.equal(
    skipped.map(({ name }) => name),
    ['history/20260804T120000Z-k3f9qa.json'],
  );
  assert.is(readFileSync(damaged, 'utf8').length, 500);
});

History('a newer version, an unknown field and a field of the wrong kind are refused by name', () => {
  const file = join(folder, 'other.json');
  const refused = (over: object, why: RegExp) => {
    writeFileSync(file, JSON.stringify({ ...exampleHistory(), ...over }));
    assert.throws(() => readHistory(file), why);
  };
  refused({ schemaVersion: 2 }, /schemaVersion 2; this dupmark reads histories of 1/);
  refused({ later: 1 }, /later/);
  refused({ plan: { ...exampleHistory().plan, blocks: 0 } }, /plan\.blocks/);
});

History.run();
