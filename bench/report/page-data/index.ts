/** Makes the page's data from everything that a folder of results holds. */
import path from 'node:path';
import { readExpectations } from '../../conform/document.js';
import { type Expectations, NO_EXPECTATIONS } from '../../conform/expectations.js';
import type { Programs } from '../../conform/program.js';
import { CouldNotRun, messageOf } from '../../core/errors.js';
import type { ConformanceDocument } from '../../document/conformance-schema.js';
import type { ConnectionsDocument } from '../../document/connections-schema.js';
import type { FaultsDocument } from '../../document/faults-schema.js';
import { readHistories } from '../../document/history.js';
import type { HistoryDocument } from '../../document/history-schema.js';
import { type Collected, readRuns, type Skipped } from '../../document/list.js';
import type { NodeLayerDocument } from '../../document/node-layer-schema.js';
import type { StoredRun } from '../../document/read.js';
import type { SoakDocument } from '../../document/soak-schema.js';
import { readStored, type StoredDocuments } from '../../document/stored.js';
import type { ThreadsDocument } from '../../document/threads-schema.js';
import { pageBetween } from './between.js';
import { pageConformance, pageExpectations } from './conformance.js';
import { pageHistory } from './history.js';
import { pageConnections, pageNodeLayer, pageThreads } from './measured.js';
import { pageRun } from './runs.js';
import { pageFaults, pageSoak } from './soaks.js';
import type { PageData } from './types.js';

/** What there is to show; all lists newest first. */
export interface PageSource {
  readonly runs: readonly StoredRun[];
  readonly histories?: readonly HistoryDocument[];
  readonly soaks?: readonly SoakDocument[];
  readonly faults?: readonly FaultsDocument[];
  readonly threads?: readonly ThreadsDocument[];
  readonly connections?: readonly ConnectionsDocument[];
  readonly nodeLayers?: readonly NodeLayerDocument[];
  readonly conformance?: readonly ConformanceDocument[];
  readonly expectations?: Expectations;
  readonly programs?: Programs | null;
  readonly skipped?: readonly Skipped[];
  readonly left?: number;
}

export interface PageAbout {
  readonly madeAt: Date;
  readonly dupmark: PageData['dupmark'];
}

/** How many documents of each kind the page takes, besides runs. */
const LAST = { soak: 30, faults: 10, conform: 3, threads: 5, connections: 5, 'node-layer': 5 } as const;
const HISTORIES = 3;

/** Reads what is stored below `results`. Throws CouldNotRun for a run that was asked for by name and is not there. */
export function readPageSource(
  results: string,
  which: { readonly ids?: readonly string[]; readonly last?: number } = {},
): Required<Omit<PageSource, 'programs'>> {
  const { runs, ...rest } = readRuns(results, which);
  const read = <K extends keyof typeof LAST>(kind: K) => {
    const { found, ...others } = readStored(results, kind, LAST[kind]);
    return { documents: found.map(({ document }) => document as StoredDocuments[K]), ...others };
  };
  const [soaks, faults, conformance] = [read('soak'), read('faults'), read('conform')] as const;
  const [threads, connections] = [read('threads'), read('connections')] as const;
  const nodeLayers = read('node-layer');
  const { histories, skipped: damaged } = readHistories(results);
  const past = { skipped: damaged, left: Math.max(0, histories.length - HISTORIES) };
  const all: readonly Pick<Collected<never>, 'skipped' | 'left'>[] = [
    ...[rest, soaks, faults, conformance, threads, connections, nodeLayers, past],
  ];
  const skipped = all.flatMap((one) => one.skipped);
  return {
    runs,
    histories: histories.slice(0, HISTORIES),
    soaks: soaks.documents,
    faults: faults.documents,
    threads: threads.documents,
    connections: connections.documents,
    nodeLayers: nodeLayers.documents,
    conformance: conformance.documents,
    expectations: expectationsIn(results, skipped),
    skipped,
    left: all.reduce((sum, { left }) => sum + left, 0),
  };
}

/** None where there is no such file, or none that can be read; then it is named among what was skipped. */
function expectationsIn(results: string, skipped: Skipped[]): Expectations {
  const name = path.join('expectations', 'conformance.json');
  try {
    return readExpectations(path.join(results, name));
  } catch (thrown) {
    if (!(thrown instanceof CouldNotRun)) throw thrown;
    skipped.push({ name, reason: messageOf(thrown) });
    return NO_EXPECTATIONS;
  }
}

export function pageData(source: PageSource, { madeAt, dupmark }: PageAbout): PageData {
  const { runs, histories = [], soaks = [], faults = [], conformance = [] } = source;
  const { threads = [], connections = [], nodeLayers = [] } = source;
  const expected = pageExpectations(source.expectations ?? NO_EXPECTATIONS);
  return {
    madeAt: madeAt.toISOString(),
    dupmark,
    runs: runs.map(pageRun),
    betweenRuns: pageBetween(runs),
    conformance: [...conformance.map(pageConformance), ...(expected === null ? [] : [expected])],
    programs: source.programs ?? null,
    histories: histories.map(pageHistory),
    soaks: soaks.map(pageSoak),
    faults: faults.map(pageFaults),
    threads: threads.map(pageThreads),
    connections: connections.map(pageConnections),
    nodeLayers: nodeLayers.map(pageNodeLayer),
    skipped: source.skipped ?? [],
    left: source.left ?? 0,
  };
}
