/**
 * Warnings in words: what qualifies a result, and what to do about it. A warning never stops a run and is never
 * dropped: it is stored in the document and printed with the tables.
 *
 * Conditions and their limits live here, as pure functions; `environment.ts` only reads the machine.
 */
import type { StatisticsWarning } from '../stats/warning.js';
import type { Environment, Plan, RunDocument, TargetRecord } from './schema.js';
import { type Warning, type WarningCode, warning } from './warning-codes.js';

/** Stolen time above this share of a run (0.5 %) is as large as the differences that dupmark looks for. */
export const STEAL_LIMIT = 0.005;

/**
 * A round must last this many clock ticks, so that reading the clock costs it at most 0.1 % (the multiple that
 * nanobench asks for by default).
 */
export const CLOCK_MULTIPLE = 1000;

/** What about the machine makes this run's times less sure. */
export function machineWarnings(environment: Environment, plan: Plan): readonly Warning[] {
  const found: Warning[] = [];
  const add = (code: WarningCode, message: string): void => {
    found.push(warning(code, message));
  };
  const { stealFraction, frequencyGovernor, clockResolutionNs, cpus } = environment;
  if (stealFraction !== null && stealFraction > STEAL_LIMIT) {
    add('steal', `the hypervisor gave ${percent(stealFraction)} of the CPU's time to others during the run`);
  }
  const [load] = environment.loadAtStart;
  if (load > cpus / 2) {
    add(
      'load',
      `the load average was ${load.toFixed(2)} at the start, on ${cpus} CPU${cpus === 1 ? '' : 's'}`,
    );
  }
  if (frequencyGovernor !== null && frequencyGovernor !== 'performance') {
    add('governor', `the CPU frequency governor is ${frequencyGovernor}, not performance`);
  }
  if (plan.pinnedCpu === null) add('unpinned', 'the workers were free to move between CPUs');
  if (environment.virtualisation.hypervisor === true) {
    const vendor = environment.virtualisation.vendor;
    add('virtual-machine', `this is a virtual machine${vendor === null ? '' : ` (${vendor})`}`);
  }
  if (clockResolutionNs !== null && clockResolutionNs * CLOCK_MULTIPLE > plan.roundLengthNs) {
    add(
      'coarse-clock',
      `the clock ticks every ${clockResolutionNs} ns, rounds last ${plan.roundLengthNs} ns`,
    );
  }
  return found;
}

/** What about the targets makes a comparison mean something else than it seems to. */
export function targetWarnings(targets: readonly TargetRecord[]): readonly Warning[] {
  const found: Warning[] = [];
  const byFiles = new Map<string, string>();
  for (const target of targets) {
    const files = Object.values(target.sha256).sort().join(' ');
    if (files === '' || target.twinOf !== null) continue;
    const twin = byFiles.get(files);
    if (twin === undefined) byFiles.set(files, target.id);
    else found.push(warning('identical-libraries', `${twin} and ${target.id} are the same files`, target.id));
  }
  const libraries = new Set(targets.flatMap((target) => (target.facts ? [target.facts.cLibrary] : [])));
  if (libraries.size > 1) {
    found.push(warning('c-libraries-differ', `the targets ran on ${[...libraries].join(' and ')}`));
  }
  return found;
}

/** How the run ended, where that matters. */
export function statusWarnings(document: Pick<RunDocument, 'status'>): readonly Warning[] {
  switch (document.status.kind) {
    case 'complete':
      return [];
    case 'partial':
      return [warning('interrupted', `the run ended early: ${document.status.reason}`)];
    case 'running':
      return [warning('unfinished', 'the run is still going, or was killed')];
  }
}

/**
 * Everything that qualifies a document: its stored warnings, how it ended, and one warning for each kind that its
 * cells carry. The document itself keeps cell warnings in the cells, as data.
 */
export function allWarnings(document: RunDocument): readonly Warning[] {
  const stored = document.warnings;
  const status = statusWarnings(document).filter(({ code }) => !stored.some((one) => one.code === code));
  return [...stored, ...status, ...cellWarnings(document)];
}

interface Found {
  readonly warning: StatisticsWarning;
  readonly where: string;
}

function cellWarnings(document: RunDocument): readonly Warning[] {
  const byCode = new Map<StatisticsWarning['code'], Found[]>();
  for (const cell of document.cells) {
    const where = `${cell.scenario} on ${cell.target}`;
    const seen = new Set<string>();
    for (const part of [
      cell.summary,
      cell.ratioToBaseline,
      cell.dupToNew,
      cell.dupToNewConfigure,
      cell.dupToNewInherit,
    ]) {
      for (const one of part?.warnings ?? []) {
        if (seen.has(one.code)) continue;
        seen.add(one.code);
        const list = byCode.get(one.code) ?? [];
        list.push({ warning: one, where });
        byCode.set(one.code, list);
      }
    }
  }
  return [...byCode].map(([code, found]) => warning(code, `${describe(found)} (${places(found)})`));
}

/** One sentence for a kind of warning, with its worst figure. */
function describe(found: readonly Found[]): string {
  const first = found[0]?.warning;
  if (first === undefined) throw new RangeError('no warning to describe');
  switch (first.code) {
    case 'few-blocks': {
      const blocks = Math.min(
        ...found.map(({ warning: one }) => (one.code === 'few-blocks' ? one.blocks : 0)),
      );
      const needed = first.blocksNeeded;
      return `no interval from ${blocks} block${blocks === 1 ? '' : 's'}; 95 % confidence takes ${needed}`;
    }
    case 'block-spread': {
      const spread = Math.max(
        ...found.map(({ warning: one }) => (one.code === 'block-spread' ? one.spread : 0)),
      );
      return `fresh processes differ by more than ${percent(first.limit)}, up to ${percent(spread)}`;
    }
    case 'short-batch':
      return 'a batch was cut short; the rounds it has are used';
    case 'unusable-rounds':
      return 'rounds of 0 ns were left out';
    case 'unpaired-rounds':
      return 'one side has fewer rounds in a block; only the pairs are used';
    case 'missing-block':
      return 'one side of the comparison lacks a block, which is left out';
    case 'iterations-differ':
      return 'the two sides ran different numbers of iterations per round';
    case 'repeated-batch':
      return 'a block was measured more than once; its longest batch is used';
  }
}

/** Where it was found: the first two places, and how many more. */
function places(found: readonly Found[]): string {
  const named = found.slice(0, 2).map(({ where }) => where);
  const more = found.length - named.length;
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
