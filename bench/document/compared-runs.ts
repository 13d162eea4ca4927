/**
 * Two stored runs side by side. Their rounds are not paired and the machine drifts between runs by more than what
 * anybody looks for, so that times are compared by way of an anchor: a target whose library files are the same in
 * both runs. What the others cost relative to it is what the machine's drift cancels from.
 */
import { type Comparison, compare } from '../stats/comparison.js';
import { judgeFamily } from '../stats/family.js';
import { LEVEL } from '../stats/looks.js';
import { median, standardDeviation } from '../stats/quantile.js';
import { rankSum } from '../stats/rank-sum.js';
import { blockEffects } from './block-effects.js';
import {
  bySize,
  type Compared,
  type ComparedCell,
  exactQuantities,
  geometricMean,
  sameFiles,
  sideOf,
  type TimeCell,
} from './compared.js';
import { environmentOf, machineIdentity, seriesName } from './origin.js';
import type { StoredRun } from './read.js';
import type { RunDocument, TargetRecord } from './schema.js';

/** Compares what two runs measured of the same targets (or of their only ones). */
export function compareRuns(before: StoredRun, after: StoredRun): Compared {
  const pairs = targetPairs(before.document, after.document);
  const differences = setDifferences(before.document, after.document);
  const scenarios = before.document.scenarios.filter((one) =>
    after.document.scenarios.some(({ name, version }) => name === one.name && version === one.version),
  );
  // Of merged runs each scenario has a machine of its own in either.
  const refusals = new Map(
    scenarios.map(({ name }) => [name, whyNotTime(before.document, after.document, name)]),
  );
  const refused = scenarios.filter(({ name }) => (refusals.get(name) ?? []).length > 0);
  const timeRefused = refused.length === scenarios.length ? [...new Set([...refusals.values()].flat())] : [];
  const anchors = pairs.filter(([a, b]) => sameFiles(a, b));
  const anchor = anchors[0];
  const keys = scenarios.flatMap(({ name }) => pairs.map((pair) => ({ name, pair })));
  const judged = judgeFamily(
    keys.map(({ name, pair }) =>
      anchor === undefined || pair === anchor || refusals.get(name)?.length !== 0
        ? null
        : throughAnchor(before, after, pair, anchor, name),
    ),
  );
  const cells = keys.map(({ name, pair: [a, b] }, i): ComparedCell => {
    const comparison = judged[i] ?? null;
    const time: TimeCell =
      comparison === null
        ? { kind: 'not-available', reason: whyNoTime(refusals.get(name) ?? [], anchor, a) }
        : { kind: 'compared', comparison };
    return {
      scenario: name,
      target: a.id === b.id ? a.id : `${a.id} → ${b.id}`,
      time,
      ...exactQuantities(before.document, a.id, after.document, b.id, name),
    };
  });
  const notes =
    anchor === undefined || timeRefused.length > 0
      ? []
      : [
          `times are relative to ${anchor[0].id}, whose library is the same in both runs`,
          ...(refused.length > 0
            ? [`times of ${refused.length} scenarios are not compared: different machines measured them`]
            : []),
        ];
  return {
    kind: 'two-runs',
    base: pairs.map(([a]) => sideOf(before.document, a)),
    contender: pairs.map(([, b]) => sideOf(after.document, b)),
    identical: anchors.map(([a]) => a.id),
    timeRefused,
    cells: bySize(cells),
    geometricMean: geometricMean(
      cells.filter(({ target }) => target !== anchor?.[0].id),
      timeRefused.length > 0 ? ['no times are compared'] : differences,
    ),
    sensitivity: null,
    notes: [...notes, ...differences],
  };
}

/** Targets with the same id; where each run has only one, these. */
function targetPairs(
  before: RunDocument,
  after: RunDocument,
): readonly (readonly [TargetRecord, TargetRecord])[] {
  const usable = ({ targets }: RunDocument) =>
    targets.filter(({ refused, twinOf }) => refused === null && twinOf === null);
  const [left, right] = [usable(before), usable(after)];
  const [a, b] = [left[0], right[0]];
  if (left.length === 1 && right.length === 1 && a && b) return [[a, b]];
  return left.flatMap((one) => {
    const other = right.find(({ id }) => id === one.id);
    return other === undefined ? [] : [[one, other] as const];
  });
}

/**
 * Everything about machine and C library that differs: times from different ones are never compared. With a scenario,
 * the machines are those that measured it.
 */
export function whyNotTime(before: RunDocument, after: RunDocument, scenario?: string): readonly string[] {
  const machine = (document: RunDocument) => ({
    ...machineIdentity(scenario === undefined ? document.environment : environmentOf(document, scenario)),
    'C library':
      document.cLibrary.kind === 'host'
        ? `this machine’s ${document.cLibrary.version}`
        : document.cLibrary.package,
  });
  const [a, b]: Readonly<Record<string, unknown>>[] = [machine(before), machine(after)];
  return Object.keys({ ...a }).flatMap((what) =>
    a?.[what] === b?.[what] ? [] : `${what}: ${String(a?.[what])} and ${String(b?.[what])}`,
  );
}

/** Scenarios and targets that only one of the runs has. */
function setDifferences(before: RunDocument, after: RunDocument): readonly string[] {
  const only = (what: string, left: readonly string[], right: readonly string[]): string[] => {
    const missing = left.filter((one) => !right.includes(one));
    if (missing.length === 0) return [];
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    return [`only the ${what} has ${missing.slice(0, 3).join(', ')}${more}`];
  };
  const scenarios = (document: RunDocument) => document.scenarios.map(seriesName);
  return [
    ...only('base', scenarios(before), scenarios(after)),
    ...only('contender', scenarios(after), scenarios(before)),
  ];
}

function whyNoTime(
  timeRefused: readonly string[],
  anchor: readonly [TargetRecord, TargetRecord] | undefined,
  target: TargetRecord,
): string {
  if (timeRefused.length > 0)
    return `measured on different machines or C libraries (${timeRefused.join('; ')})`;
  if (anchor === undefined) {
    return 'the runs have no library in common, so that nothing tells a change from the machine’s drift';
  }
  if (anchor[0].id === target.id) return 'this is the library that the others are held against';
  return 'not measured in both runs';
}

/** (contender / anchor) in one run over (base / anchor) in the other. */
function throughAnchor(
  before: StoredRun,
  after: StoredRun,
  [base, contender]: readonly [TargetRecord, TargetRecord],
  [left, right]: readonly [TargetRecord, TargetRecord],
  scenario: string,
): Comparison | null {
  const old = blockEffects(before.batches, left.id, base.id, scenario);
  const now = blockEffects(after.batches, right.id, contender.id, scenario);
  if (old.length === 0 || now.length === 0) return null;
  const { estimate, interval, pValue, standardError } = rankSum(old, now);
  const centred = [...old.map((one) => one - median(old)), ...now.map((one) => one - median(now))];
  return {
    ratio: Math.exp(estimate),
    interval: interval && {
      low: Math.exp(interval.low),
      high: Math.exp(interval.high),
      confidence: interval.confidence,
    },
    verdict: 'undecided',
    pValue,
    level: LEVEL,
    deviation: standardDeviation(centred),
    standardError,
    rounds: 1,
    blocks: Math.min(old.length, now.length),
    warnings: [
      ...(compare(batchesOf(after, right.id, scenario), batchesOf(after, contender.id, scenario))?.warnings ??
        []),
    ],
  };
}

function batchesOf({ batches }: StoredRun, target: string, scenario: string) {
  return batches.filter((batch) => batch.target === target && batch.scenario === scenario);
}
