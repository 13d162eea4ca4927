/** Real histories of two builds that are here: the running Node's and this machine's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Target } from '../core/target.js';
import { historyFile, readHistory } from '../document/history.js';
import type { HistoryDocument } from '../document/history-schema.js';
import { exampleHistory } from '../document/history-testing.js';
import { readDocument } from '../document/read.js';
import { renderHistory } from '../report/history.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { AA_SERIES, copyOf, type HistoryProgress, measureHistory } from './measure.js';

const History = suite('history/measure');
const results = mkdtempSync(join(tmpdir(), 'dupmark-history-'));
History.after(() => rmSync(results, { recursive: true }));

const bundled = await resolveTarget({ provider: 'bundled' });
const system = await resolveTarget({ provider: 'system' });
const cLibrary = await chooseCLibrary([bundled, system]);

function planned(
  id: string,
  steps: readonly Target[],
  plan: Partial<HistoryDocument['plan']>,
): HistoryDocument {
  return exampleHistory({
    id,
    steps: [],
    missing: [],
    environment: null,
    plan: {
      ...exampleHistory().plan,
      reference: bundled.id,
      steps: steps.map((one) => one.id),
      scenarios: ['new', 'up-ref'],
      blocks: 1,
      roundsPerBatch: 2,
      roundLengthNs: 20_000,
      stepsPerRun: 1,
      ...plan,
    },
  });
}

function options(history: HistoryDocument, steps: readonly Target[], signal = new AbortController().signal) {
  const progress: HistoryProgress[] = [];
  return {
    file: historyFile(results, history.id),
    results,
    reference: bundled,
    steps,
    cLibrary,
    budgetMs: Number.POSITIVE_INFINITY,
    signal,
    onProgress: (step: HistoryProgress) => progress.push(step),
  };
}

History('counts every release exactly, inside Node too, with the lines that allocate', async () => {
  const steps = [bundled, system];
  const begun = planned('20260805T120000Z-counts', steps, { timed: false });
  const { history, end } = await measureHistory(begun, options(begun, steps));
  assert.is(end, 'complete');
  assert.equal(
    history.steps.map(({ target, series, run }) => [target, series, run]),
    [
      ['bundled', 'bundled', null],
      ['system', 'system', null],
    ],
  );
  for (const { cells } of history.steps) {
    const memory = cells.find(({ scenario }) => scenario === 'new')?.memory;
    assert.ok(memory !== undefined && memory !== null && memory.allocations >= 6, 'allocations of SSL_new');
    const bytes = memory?.sites.reduce((sum, [, , , requested]) => sum + requested, 0);
    assert.is(bytes, memory?.requestedBytes);
  }
  assert.equal(readHistory(historyFile(results, begun.id)), history);
  assert.ok(renderHistory(history, { width: 100, colour: false }).includes('series system'));
});

History('times every release against the reference, which is a step too, by its second worker', async () => {
  const steps = [bundled, system];
  const begun = planned('20260805T120000Z-timing', steps, {});
  const { history } = await measureHistory(begun, options(begun, steps));
  assert.is(history.status.kind, 'complete');
  assert.is(history.steps.length, 2);
  assert.is(history.runs.length, 1);
  for (const { cells, run } of history.steps) {
    assert.is(run, history.runs[0]?.id);
    for (const { time } of cells) assert.ok(time !== null && time.ratio > 0 && time.medianNs > 0);
  }
  assert.equal(
    history.runs[0]?.aa.map(({ scenario }) => scenario),
    ['new', 'up-ref'],
  );
});

History('stopped after its first run, it keeps that, and goes on with what is left', async () => {
  const copies = [copyOf(bundled, 1), copyOf(bundled, 2)];
  const begun = planned('20260805T120000Z-resume', copies, {});
  const stop = new AbortController();
  const first = await measureHistory(begun, {
    ...options(begun, copies, stop.signal),
    onProgress: () => stop.abort(),
  });
  assert.is(first.end, 'interrupted');
  assert.is(first.history.status.kind, 'partial');
  assert.ok(first.history.steps.length < 2);
  const stored = readHistory(historyFile(results, begun.id));
  const second = await measureHistory(stored, options(begun, copies));
  assert.is(second.end, 'complete');
  assert.equal(
    second.history.steps.map(({ target, series }) => [target, series]),
    copies.map(({ id }) => [id, AA_SERIES]),
  );
  // The run that was stopped was gone on with, not measured beside another one.
  assert.is(second.history.runs.length, 2);
  assert.is(new Set(second.history.runs.map(({ id }) => id)).size, 2);
  // Keeping the parent off the workers' CPU in the first run must not send the second one's workers elsewhere.
  const pinned = second.history.runs.map(
    ({ id }) => readDocument(join(results, 'runs', id, 'run.json')).plan.pinnedCpu,
  );
  assert.is(pinned[0], pinned[1]);
});

History('a release that is refused is named, and the others are measured', async () => {
  const broken: Target = {
    ...system,
    id: 'prefix:/broken',
    library: { kind: 'shared', libcrypto: '/nowhere/libcrypto.so', libssl: '/nowhere/libssl.so' },
  };
  const steps = [broken, system];
  const begun = planned('20260805T120000Z-broken', steps, { stepsPerRun: 5 });
  const { history, end } = await measureHistory(begun, options(begun, steps));
  assert.is(end, 'complete');
  assert.equal(
    history.steps.map(({ target }) => target),
    ['system'],
  );
  assert.equal(
    history.missing.map(({ target }) => target),
    ['prefix:/broken'],
  );
  assert.match(history.missing[0]?.reason ?? '', /cannot open libcrypto/);
});

History.run();
