/** Histories for tests, without randomness and without a machine. */
import type { HistoryStep, StepCell, StepMemory } from '../core/history.js';
import { historyChanges } from './history-changes.js';
import type { HistoryDocument } from './history-schema.js';
import { QUIET_MACHINE } from './testing.js';

/** Exact figures of one line that allocates `bytes` at once. */
export function memoryOf(bytes: number, line = 684): StepMemory {
  return {
    allocations: 1,
    requestedBytes: bytes,
    retainedBytes: bytes,
    retainedAllocations: 1,
    sites: [['ssl/ssl_lib.c', line, 1, bytes, 1, bytes]],
  };
}

export function cellOf(
  scenario: string,
  ratio: number | null,
  memory: StepMemory | null,
  standardError = 0.004,
): StepCell {
  return {
    scenario,
    time:
      ratio === null
        ? null
        : { medianNs: 1000 * ratio, ratio, low: ratio * 0.99, high: ratio * 1.01, standardError, blocks: 16 },
    memory,
    reason: ratio === null || memory === null ? 'the version lacks it' : null,
  };
}

export function stepOf(
  series: string,
  target: string,
  openssl: string,
  cells: readonly StepCell[],
): HistoryStep {
  return {
    series,
    target,
    openssl,
    opensslNumber: 0x30000000,
    package: null,
    compiler: 'compiler: gcc -O2',
    nodeVersion: 'v20.20.2',
    sha256: ['0'.repeat(64)],
    run: '20260801T120000Z-k3f9qa',
    cells,
  };
}

/** Twelve releases of Node, of which `node@8` is where everything changed, and two Debian suites. */
export function exampleHistory(over: Partial<HistoryDocument> = {}): HistoryDocument {
  const node = Array.from({ length: 12 }, (_, i) => {
    const later = i >= 7;
    const wobble = 1 + 0.003 * Math.sin(5 * i);
    return stepOf('node', `node@${i + 1}`, later ? `3.5.${i - 6}` : `3.0.${i}`, [
      cellOf('new', (later ? 2 : 1) * wobble, memoryOf(later ? 9000 : 6112, 684 + i)),
      cellOf('up-ref', i === 3 ? null : wobble, null),
    ]);
  });
  const debian = ['bookworm', 'trixie'].map((suite, i) =>
    stepOf('debian', `debian:${suite}`, `3.${5 * i}.1`, [cellOf('new', 1 + i, memoryOf(6112 + i))]),
  );
  const steps = [...node, ...debian];
  const scenarios = ['new', 'up-ref'];
  return {
    schemaVersion: 1,
    id: '20260802T120000Z-k3f9qa',
    status: { kind: 'complete' },
    startedAt: '2026-08-02T12:00:00.000Z',
    endedAt: '2026-08-02T12:10:00.000Z',
    command: ['history'],
    dupmark: { version: '0.1.0', commit: null },
    seed: 7,
    plan: {
      reference: 'node@1',
      referenceOpenssl: '3.0.0',
      steps: steps.map(({ target }) => target),
      scenarios,
      stepsPerRun: 5,
      blocks: 16,
      roundsPerBatch: 24,
      roundLengthNs: 200_000,
      pinnedCpu: 1,
      timed: true,
    },
    environment: QUIET_MACHINE,
    cLibrary: { kind: 'host', version: '2.36' },
    runs: [],
    steps,
    missing: [{ target: 'debian:sid', reason: 'no network' }],
    changes: historyChanges(steps, scenarios),
    ...over,
  };
}
