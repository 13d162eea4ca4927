/** The tables of a report: times and ratios, and memory. Every cell says something; reasons are footnotes. */
import type { Availability } from '../core/sample.js';
import { counterpartName, twinId } from '../document/cells.js';
import { shardOf } from '../document/origin.js';
import type { Cell, RunDocument, ScenarioRecord, TargetRecord } from '../document/schema.js';
import type { Comparison } from '../stats/comparison.js';
import type { Summary } from '../stats/summary.js';
import type { Footnotes } from './footnotes.js';
import { formatCount, formatNs, formatRatio, formatReach } from './format.js';
import type { Column, Painted, Stanza } from './layout.js';
import type { Paint } from './paint.js';

/** Marks a ratio of dup whose duplicate lacked a setting; the report explains it below the tables. */
export const LOST_MARK = '*';

/** What the builders of tables need: the document, indexed. */
export interface Tables {
  readonly document: RunDocument;
  readonly targets: readonly TargetRecord[];
  readonly notes: Footnotes;
  readonly paint: Paint;
  readonly cellOf: (target: string, scenario: string) => Cell | undefined;
  readonly availabilityOf: (target: string, scenario: string) => Availability | undefined;
  readonly memoryOf: (
    target: string,
    scenario: string,
  ) => RunDocument['memory'][number]['reading'] | undefined;
}

/** Refused targets have no column: the head of the report names them with their reasons. */
export function tablesOf(document: RunDocument, notes: Footnotes, paint: Paint): Tables {
  const cells = index(document.cells);
  const availability = index(document.availability);
  const memory = index(document.memory);
  return {
    document,
    targets: document.targets.filter(({ refused, twinOf }) => refused === null && twinOf === null),
    notes,
    paint,
    cellOf: (target, scenario) => cells.get(`${target}\n${scenario}`),
    availabilityOf: (target, scenario) => availability.get(`${target}\n${scenario}`)?.availability,
    memoryOf: (target, scenario) => memory.get(`${target}\n${scenario}`)?.reading,
  };
}

function index<T extends { readonly target: string; readonly scenario: string }>(
  list: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(list.map((one) => [`${one.target}\n${one.scenario}`, one]));
}

export function targetColumns({ targets }: Tables): readonly Column[] {
  return targets.map(({ id, facts }) => ({ id, notes: facts === null ? [] : [shortVersion(facts.version)] }));
}

/** `3.5.1` of `OpenSSL 3.5.1 1 Jul 2025`; other libraries keep their name. */
export function shortVersion(reported: string): string {
  const match = /^(\S+) (\S+)/.exec(reported);
  if (match === null) return reported.slice(0, 16);
  const [, name, version] = match;
  return name === 'OpenSSL' ? `${version}` : `${name} ${version}`.slice(0, 16);
}

/** Time, ratio to the baseline, and for dup its ratios to new, new-configure and new-inherit. */
export function timeStanza(tables: Tables, scenario: ScenarioRecord): Stanza {
  const { document, targets } = tables;
  const names = new Set(document.scenarios.map(({ name }) => name));
  const shard = shardOf(document, scenario.name);
  const rows = [{ label: 'time', cells: targets.map((target) => timeCell(tables, target, scenario)) }];
  if (targets.length > 1) {
    const cells = targets.map((target) =>
      target.id === document.plan.baseline
        ? { text: floorText(tables, scenario.name), paint: tables.paint.dim }
        : ratioCell(
            tables,
            target.id,
            scenario.name,
            'ratioToBaseline',
            `${document.plan.baseline} has no time here`,
          ),
    );
    rows.push({ label: 'to baseline', cells });
  }
  for (const [label, operation, field] of [
    ['dup/new', 'new', 'dupToNew'],
    ['dup/new-configure', 'new-configure', 'dupToNewConfigure'],
    ['dup/new-inherit', 'new-inherit', 'dupToNewInherit'],
  ] as const) {
    const counterpart = counterpartName(scenario, operation);
    if (counterpart === null || !names.has(counterpart)) continue;
    const whyNot =
      shardOf(document, counterpart) === shard
        ? `${counterpart} has no time on this target`
        : `${counterpart} was measured in another shard`;
    const cells = targets.map(({ id }) => ratioCell(tables, id, scenario.name, field, whyNot));
    rows.push({ label, cells: field === 'dupToNew' ? cells : marked(tables, scenario, cells) });
  }
  // Times of a merged run are of different machines.
  return { name: shard === null ? scenario.name : `${scenario.name} (shard ${shard.shard})`, rows };
}

/** What the baseline is to itself: the noise floor, where the run has one. */
function floorText({ document, cellOf }: Tables, scenario: string): string {
  const twin = twinId(document);
  const floor = twin === null ? null : (cellOf(twin, scenario)?.ratioToBaseline ?? null);
  return floor === null ? 'baseline' : `A/A ${ratioText(floor)}`;
}

function marked(
  { document, targets }: Tables,
  scenario: ScenarioRecord,
  cells: readonly Painted[],
): Painted[] {
  const lost = new Set(
    document.lost.filter((one) => one.scenario === scenario.name).map(({ target }) => target),
  );
  return cells.map((cell, i) =>
    lost.has(targets[i]?.id ?? '') ? { ...cell, text: `${cell.text}${LOST_MARK}` } : cell,
  );
}

function timeCell(tables: Tables, target: TargetRecord, scenario: ScenarioRecord): Painted {
  const { notes, paint } = tables;
  const summary = tables.cellOf(target.id, scenario.name)?.summary ?? null;
  const availability = tables.availabilityOf(target.id, scenario.name);
  const time = summary === null ? null : timeText(summary);
  switch (availability?.kind) {
    case 'absent':
      return { text: `absent ${notes.mark(`absent: ${availability.reason}`)}`, paint: paint.dim };
    case 'failed':
      return {
        text: `${time ?? 'failed'} ${notes.mark(`failed: ${availability.reason}`)}`,
        paint: paint.red,
      };
    default:
      return time === null
        ? {
            text: `no data ${notes.mark(`no data: ${whyNoData(tables.document, target.id, scenario.name)}`)}`,
          }
        : { text: time };
  }
}

function timeText({ medianNs, interval }: Summary): string {
  const reach = interval === null ? '±?' : formatReach(medianNs, interval.lowNs, interval.highNs);
  return `${formatNs(medianNs)} ${reach}`;
}

function ratioCell(
  tables: Tables,
  target: string,
  scenario: string,
  field: 'ratioToBaseline' | 'dupToNew' | 'dupToNewConfigure' | 'dupToNewInherit',
  whyNot: string,
): Painted {
  const { paint, notes } = tables;
  const cell = tables.cellOf(target, scenario);
  const comparison = cell?.[field] ?? null;
  // Where there is no time either, the row above says why.
  if (comparison === null) {
    return { text: cell?.summary ? `n/a ${notes.mark(`n/a: ${whyNot}`)}` : '–', paint: paint.dim };
  }
  const text = ratioText(comparison);
  switch (comparison.verdict) {
    case 'faster':
      return { text, paint: paint.green };
    case 'slower':
      return { text, paint: paint.red };
    case 'same':
      return { text: `~ ${text}`, paint: paint.dim };
    case 'noisy':
      return { text: `noisy ${text}`, paint: paint.dim };
    case 'undecided':
      return { text };
  }
}

function ratioText({ ratio, interval }: Comparison): string {
  const reach = interval === null ? '±?' : formatReach(ratio, interval.low, interval.high);
  return `${formatRatio(ratio)} ${reach}`;
}

/** The last thing that happened to the target there, or how the run ended. */
function whyNoData(document: RunDocument, target: string, scenario: string): string {
  const event = document.events.findLast(
    (one) => one.target === target && (one.scenario === null || one.scenario === scenario),
  );
  if (event !== undefined) return `${event.kind}: ${event.message}`;
  switch (document.status.kind) {
    case 'partial':
      return `the run ended before (${document.status.reason})`;
    case 'running':
      return 'the run has not come to it';
    case 'complete':
      return 'nothing usable was measured, and no event says why';
  }
}

/** Allocations and bytes of one handle; null when no target has a reading for the scenario. */
export function memoryStanza(tables: Tables, scenario: ScenarioRecord): Stanza | null {
  const readings = tables.targets.map(({ id }) => tables.memoryOf(id, scenario.name));
  if (readings.every((reading) => reading === undefined)) return null;
  const rows = (['allocations', 'bytes requested', 'bytes retained'] as const).map((label, row) => ({
    label,
    cells: readings.map((reading, i): Painted => {
      if (reading?.kind === 'exact') {
        const { allocations, retainedAllocations, requestedBytes, retainedBytes } = reading;
        const texts = {
          allocations: `${formatCount(allocations)} (${formatCount(retainedAllocations)} kept)`,
          'bytes requested': formatCount(requestedBytes),
          'bytes retained': formatCount(retainedBytes),
        };
        return { text: texts[label] };
      }
      if (row > 0) return { text: '–', paint: tables.paint.dim };
      const availability = tables.availabilityOf(tables.targets[i]?.id ?? '', scenario.name);
      if (availability !== undefined && availability.kind !== 'available') {
        const { kind, reason } = availability;
        return { text: `${kind} ${tables.notes.mark(`${kind}: ${reason}`)}`, paint: tables.paint.dim };
      }
      const reason = reading?.reason ?? 'it was not counted in this run';
      return {
        text: `n/a here ${tables.notes.mark(`not available here: ${reason}`)}`,
        paint: tables.paint.dim,
      };
    }),
  }));
  return { name: scenario.name, rows };
}
