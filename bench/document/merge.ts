/**
 * Joins the shards of a plan into one run. Nothing is computed over machines: each scenario was measured on one, with
 * all its targets, and keeps its raw values as they are. What does not belong together is refused by name.
 */
import { CouldNotRun } from '../core/errors.js';
import type { Batch } from '../core/sample.js';
import { formatShard } from '../core/shard.js';
import { deriveCells } from './cells.js';
import { commonEnvironment } from './common-environment.js';
import { machines } from './origin.js';
import type { StoredRun } from './read.js';
import type { MergedShard, Origin, RunDocument, RunStatus } from './schema.js';
import { type Warning, warning } from './warning-codes.js';
import { machineWarnings, targetWarnings } from './warnings.js';

type ShardOrigin = Extract<Origin, { kind: 'shard' }>;

/** A Part is a shard with its raw values. */
interface Part {
  readonly document: RunDocument;
  readonly batches: readonly Batch[];
  readonly origin: ShardOrigin;
}

/** More names than this would not fit a line. */
const NAMES_SHOWN = 3;
const NAME_MAX = 60;

/**
 * The run that the shards are together, whatever order they come in. Throws CouldNotRun naming the first thing that is
 * wrong: no shard, a doubled or missing one, one that is not finished, or one of another plan.
 */
export function mergeRuns(
  runs: readonly StoredRun[],
  { id, command }: Pick<RunDocument, 'id' | 'command'>,
): StoredRun {
  const parts = runs.map(partOf).sort((a, b) => a.origin.shard - b.origin.shard);
  const [first] = parts;
  if (first === undefined) throw new CouldNotRun('no shard is given');
  refuseDoubled(parts);
  for (const part of parts) {
    refuseUnfinished(part);
    refuseOther(first, part);
  }
  refuseMissing(first, parts);
  return joined(first, parts, id, command);
}

function partOf({ document, batches }: StoredRun): Part {
  const { origin } = document;
  if (origin.kind === 'shard') return { document, batches, origin };
  const what = origin.kind === 'merged' ? 'merged already' : 'a whole plan of its own (not bench --shard)';
  throw new CouldNotRun(`run ${document.id} is no shard: it is ${what}`);
}

/** `shard 2/4 (run 20260801T120000Z-k3f9qa)`. */
function nameOf({ document, origin }: Part): string {
  return `shard ${formatShard({ index: origin.shard, count: origin.of })} (run ${document.id})`;
}

function refuseDoubled(parts: readonly Part[]): void {
  const seen = new Map<number, Part>();
  for (const part of parts) {
    const other = seen.get(part.origin.shard);
    if (other !== undefined) {
      throw new CouldNotRun(
        other.document.id === part.document.id
          ? `${nameOf(part)} is given twice`
          : `shard ${part.origin.shard} is there twice: run ${other.document.id} and run ${part.document.id}; give one of them`,
      );
    }
    seen.set(part.origin.shard, part);
  }
}

function refuseUnfinished(part: Part): void {
  if (part.document.status.kind !== 'running') return;
  throw new CouldNotRun(
    `${nameOf(part)} is still being measured, or was killed: go on with it by dupmark bench --resume ${part.document.id}`,
  );
}

/** Everything in which the shards of one plan must agree, by name. */
function refuseOther(first: Part, part: Part): void {
  const differ = (what: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one) === JSON.stringify(other)) return;
    const values = [one, other].every((value) => typeof value === 'string' || typeof value === 'number')
      ? `: ${String(one)} and ${String(other)}`
      : '';
    throw new CouldNotRun(`${nameOf(first)} and ${nameOf(part)} differ in ${what}${values}`);
  };
  const [a, b] = [first.document, part.document];
  differ('the number of shards', first.origin.of, part.origin.of);
  differ('the seed', a.seed, b.seed);
  differ('dupmark’s version', a.dupmark.version, b.dupmark.version);
  differ('dupmark’s commit', a.dupmark.commit, b.dupmark.commit);
  differ('the baseline', a.plan.baseline, b.plan.baseline);
  differ('the number of blocks', a.plan.blocks, b.plan.blocks);
  differ('the rounds of a batch', a.plan.roundsPerBatch, b.plan.roundsPerBatch);
  differ('the length of a round', a.plan.roundLengthNs, b.plan.roundLengthNs);
  differ('the looks', a.plan.looks, b.plan.looks);
  differ('the C library', cLibraryName(a), cLibraryName(b));
  differ('the targets', targetNames(a), targetNames(b));
  for (const target of a.targets) {
    const other = b.targets.find(({ id }) => id === target.id);
    if (other === undefined) continue;
    differ(
      `what was refused (target ${target.id})`,
      target.refused ?? 'measured',
      other.refused ?? 'measured',
    );
    differ(`the library files of target ${target.id} (sha256)`, digests(target), digests(other));
  }
  differ('the scenarios of their plan', first.origin.plan, part.origin.plan);
  const own = part.origin.plan.filter(({ shard }) => shard === part.origin.shard);
  const measured = part.document.scenarios.map(({ name, version }) => `${name} ${version}`);
  if (own.map(({ scenario, version }) => `${scenario} ${version}`).join('\n') !== measured.join('\n')) {
    throw new CouldNotRun(`${nameOf(part)} does not hold the scenarios that its plan gives it`);
  }
}

function cLibraryName({ cLibrary }: RunDocument): string {
  return cLibrary.kind === 'host' ? `the machine’s glibc ${cLibrary.version}` : cLibrary.package;
}

function targetNames({ targets }: RunDocument): string {
  return targets.map(({ id }) => id).join(', ');
}

function digests({ sha256 }: RunDocument['targets'][number]): readonly string[] {
  return Object.values(sha256).sort();
}

function refuseMissing({ origin }: Part, parts: readonly Part[]): void {
  const there = new Set(parts.map((part) => part.origin.shard));
  const missing = Array.from({ length: origin.of }, (_, i) => i + 1).filter((shard) => !there.has(shard));
  if (missing.length === 0) return;
  const scenarios = origin.plan
    .filter(({ shard }) => missing.includes(shard))
    .map(({ scenario }) => scenario);
  throw new CouldNotRun(
    `${missing.length === 1 ? 'shard' : 'shards'} ${missing.map((index) => formatShard({ index, count: origin.of })).join(', ')} ` +
      `${missing.length === 1 ? 'is' : 'are'} missing, with ${scenarios.length} scenarios (${shortened(scenarios)})`,
  );
}

function shortened(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const short = (name: string) => (name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name);
  return names.slice(0, NAMES_SHOWN).map(short).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function joined(first: Part, parts: readonly Part[], id: string, command: readonly string[]): StoredRun {
  const place = new Map(first.origin.plan.map(({ scenario }, i) => [scenario, i]));
  const inOrder = <T extends { readonly scenario: string }>(items: readonly T[]): readonly T[] =>
    [...items].sort((a, b) => (place.get(a.scenario) ?? 0) - (place.get(b.scenario) ?? 0));
  const documents = parts.map(({ document }) => document);
  const environment = commonEnvironment(documents.map((document) => document.environment));
  const plan = { ...first.document.plan, pinnedCpu: commonCpu(documents) };
  const origin: Origin = { kind: 'merged', shards: parts.map(shardRecord) };
  const scenarios = documents
    .flatMap((document) => document.scenarios)
    .sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
  const batches = parts.flatMap((part) => part.batches);
  const { schemaVersion, dupmark, seed, cLibrary, targets } = first.document;
  // Every field by its name: a new one must say here how shards are joined in it.
  const document: RunDocument = {
    schemaVersion,
    id,
    command,
    dupmark,
    seed,
    cLibrary,
    targets,
    status: commonStatus(parts),
    startedAt: documents.map(({ startedAt }) => startedAt).sort()[0] ?? first.document.startedAt,
    endedAt:
      documents
        .map(({ endedAt }) => endedAt ?? '')
        .sort()
        .at(-1) || null,
    origin,
    plan,
    environment,
    scenarios,
    availability: inOrder(documents.flatMap(({ availability }) => availability)),
    memory: inOrder(documents.flatMap(({ memory }) => memory)),
    instructions: inOrder(documents.flatMap(({ instructions }) => instructions)),
    lost: inOrder(documents.flatMap(({ lost }) => lost)),
    setOnHandles: inOrder(documents.flatMap(({ setOnHandles }) => setOnHandles)),
    events: documents.flatMap(({ events }) => events).sort((a, b) => (a.at < b.at ? -1 : 1)),
    cells: [],
    warnings: [
      ...machineWarnings(environment, plan),
      ...targetWarnings(targets),
      ...machineMixWarning(origin),
      ...documents.flatMap(({ warnings }) => warnings.filter(({ code }) => code === 'damaged-data')),
    ],
  };
  return { document: { ...document, cells: deriveCells(document, batches) }, batches };
}

function shardRecord({ document, origin }: Part): MergedShard {
  return {
    shard: origin.shard,
    run: document.id,
    startedAt: document.startedAt,
    endedAt: document.endedAt,
    pinnedCpu: document.plan.pinnedCpu,
    environment: document.environment,
    scenarios: document.scenarios.map(({ name }) => name),
  };
}

/** Pinned only when all were. Each shard keeps its own CPU. */
function commonCpu(documents: readonly RunDocument[]): number | null {
  const cpus = documents.map(({ plan }) => plan.pinnedCpu);
  return cpus.includes(null) ? null : (cpus[0] ?? null);
}

function commonStatus(parts: readonly Part[]): RunStatus {
  const reasons = parts.flatMap((part) => {
    const { status } = part.document;
    return status.kind === 'partial' ? [`shard ${part.origin.shard}: ${status.reason}`] : [];
  });
  return reasons.length === 0 ? { kind: 'complete' } : { kind: 'partial', reason: reasons.join('; ') };
}

function machineMixWarning(origin: Origin): readonly Warning[] {
  if (origin.kind !== 'merged' || origin.shards.length < 2) return [];
  const kinds = machines({ origin }).length;
  const alike = kinds === 1 ? 'machines that look alike' : `${kinds} kinds of machine`;
  return [
    warning('several-machines', `its ${origin.shards.length} shards were measured one by one, on ${alike}`),
  ];
}
