/** A comparison as text, Markdown or CSV. From data alone: no addon, no OpenSSL. */
import Table from 'cli-table3';
import { printable } from '../core/errors.js';
import type { Compared, ComparedCell, ComparedSide, Quantity } from '../document/compared.js';
import type { GateResult } from '../document/gate.js';
import { areaOf, type SiteChange } from '../stats/sites.js';
import { footnotes } from './footnotes.js';
import { formatCount, formatRatio, formatReach, formatShare } from './format.js';
import { wrap } from './layout.js';
import { csvField, markdownCode, markdownText, workflowCommand } from './markup.js';
import { ANNOTATIONS_MAX } from './soak-ci.js';

export const FORMATS = ['text', 'json', 'markdown', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Longer names of scenarios go on on the next line. */
const NAME_WIDTH = 44;
/** Causes shown with a cell; the JSON has all. */
const CAUSES_SHOWN = 3;

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  readonly causes: readonly string[];
}

const HEAD = ['time', 'instructions', 'allocations', 'bytes requested', 'bytes retained'] as const;

export function renderText(compared: Compared, gate: GateResult): string {
  const notes = footnotes();
  const table = new Table({
    head: ['scenario', ...HEAD],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  const rows = rowsOf(compared, notes.mark);
  for (const { name, cells } of rows) table.push([wrap(name, NAME_WIDTH, 2).join('\n'), ...cells]);
  return safe([
    ...heading(compared),
    table.toString(),
    ...notes.reasons().map((reason, i) => `[${i + 1}] ${reason}`),
    ...conclusion(compared),
    ...causeLines(rows, '  '),
    ...gateLines(gate),
  ]);
}

export function renderMarkdown(compared: Compared, gate: GateResult): string {
  const notes = footnotes();
  const rows = rowsOf(compared, notes.mark);
  const line = (name: string, cells: readonly string[]) =>
    `| ${[name, ...cells.map(markdownText)].join(' | ')} |`;
  const [title, ...rest] = heading(compared);
  return safe([
    `### ${markdownText(title ?? '')}`,
    '',
    ...rest.map((one) => `${markdownText(one)}  `),
    '',
    line('scenario', HEAD),
    '|---|---:|---:|---:|---:|---:|',
    ...rows.map(({ name, cells }) => line(markdownCode(name), cells)),
    '',
    ...notes.reasons().map((reason, i) => `${markdownText(`[${i + 1}] ${reason}`)}  `),
    ...conclusion(compared).map((one) => `${markdownText(one)}  `),
    ...markdownCauses(rows),
    ...gateLines(gate).map((one) => `${markdownText(one)}  `),
  ]);
}

/** One line a cell, in base units; empty where there is no value, and the reason in a column of its own. */
export function renderCsv(compared: Compared): string {
  const quantities = ['instructions', 'allocations', 'requestedBytes', 'retainedBytes'] as const;
  const head = [
    ...['scenario', 'target', 'verdict', 'ratio', 'low', 'high', 'confidence', 'pValue', 'blocks'],
    ...quantities.flatMap((name) => [`${name}Before`, `${name}After`]),
    'notAvailable',
  ];
  const lines = compared.cells.map((cell): (string | number)[] => {
    const time = cell.time.kind === 'compared' ? cell.time.comparison : null;
    const reasons = [cell.time, ...quantities.map((name) => cell[name])].flatMap((one) =>
      one.kind === 'not-available' ? [one.reason] : [],
    );
    return [
      ...[cell.scenario, cell.target ?? '', time?.verdict ?? '', time?.ratio ?? ''],
      ...[time?.interval?.low ?? '', time?.interval?.high ?? '', time?.interval?.confidence ?? ''],
      ...[time?.pValue ?? '', time?.blocks ?? ''],
      ...quantities.flatMap((name): (string | number)[] => {
        const quantity = cell[name];
        return quantity.kind === 'exact' ? [quantity.before, quantity.after] : ['', ''];
      }),
      [...new Set(reasons)].join('; '),
    ];
  });
  return `${[head, ...lines].map((line) => line.map((value) => csvField(typeof value === 'string' ? printable(value) : value)).join(',')).join('\n')}\n`;
}

function heading({ base, contender, identical, timeRefused, kind }: Compared): string[] {
  const side = (list: readonly ComparedSide[]) =>
    kind === 'one-run'
      ? list.map(sideText).join(', ')
      : `run ${list[0]?.run ?? '?'} (${list.length} targets)`;
  const lines = [`${side(contender)} against ${side(base)}`];
  for (const target of identical) {
    lines.push(
      kind === 'one-run'
        ? 'Both are the same library, byte for byte: any difference in time is noise.'
        : `${target}: the same library in both runs, byte for byte.`,
    );
  }
  if (timeRefused.length > 0) {
    lines.push(`Times are not compared, as these differ: ${timeRefused.join('; ')}. Exact quantities are.`);
  }
  return lines;
}

function sideText({ target, version, package: from }: ComparedSide): string {
  return `${target} (${version}${from === null ? '' : `, ${from}`})`;
}

function rowsOf({ cells }: Compared, mark: (reason: string) => string): readonly Row[] {
  return cells.map((cell) => ({
    name: cell.target === null ? cell.scenario : `${cell.scenario} on ${cell.target}`,
    cells: [
      timeText(cell, mark),
      quantityText(cell.instructions, mark),
      quantityText(cell.allocations, mark),
      quantityText(cell.requestedBytes, mark),
      quantityText(cell.retainedBytes, mark),
    ],
    causes: causes(cell),
  }));
}

function timeText({ time }: ComparedCell, mark: (reason: string) => string): string {
  if (time.kind !== 'compared') return `n/a ${mark(`not available here: ${time.reason}`)}`;
  const { ratio, interval, verdict } = time.comparison;
  const reach = interval === null ? '±?' : formatReach(ratio, interval.low, interval.high);
  const word = { faster: 'faster', slower: 'slower', same: '~', noisy: 'noisy', undecided: 'undecided' }[
    verdict
  ];
  return `${word} ${formatRatio(ratio)} ${reach}`;
}

function quantityText(quantity: Quantity, mark: (reason: string) => string): string {
  if (quantity.kind !== 'exact') return `n/a ${mark(`not available here: ${quantity.reason}`)}`;
  const { before, after } = quantity;
  const text = (value: number) =>
    value < 1000 ? String(Number(value.toFixed(2))) : formatCount(Math.round(value));
  if (before === after) return `${text(after)} =`;
  const share =
    before === 0 ? '' : ` ${after > before ? '+' : '−'}${formatShare(Math.abs(after / before - 1))}`;
  return `${text(before)} → ${text(after)}${share}`;
}

/** What changed the exact quantities of a cell, in words, the largest first. */
function causes({ sites, functions }: ComparedCell): readonly string[] {
  return [
    ...sites.slice(0, CAUSES_SHOWN).map(siteText),
    ...(sites.length > CAUSES_SHOWN ? [`and ${sites.length - CAUSES_SHOWN} lines more`] : []),
    ...functions.slice(0, CAUSES_SHOWN).map(({ name, before, after }) => {
      const [a, b] = [Math.round(before), Math.round(after)];
      return `${name}: ${formatCount(a)} → ${formatCount(b)} instructions`;
    }),
  ];
}

/** `+4,424 B twice: record layer (ssl/record/methods/tls_common.c:1267)`. */
export function siteText({ file, before, after, allocations, requestedBytes }: SiteChange): string {
  const place = `${areaOf(file)} (${file}:${after?.line ?? before?.line ?? '?'}${after === null ? ', gone' : ''})`;
  const sign = requestedBytes < 0 ? '−' : '+';
  const times = Math.abs(allocations);
  if ((before === null || after === null) && times > 1 && requestedBytes % times === 0) {
    const each = formatCount(Math.abs(requestedBytes) / times);
    return `${sign}${each} B ${times === 2 ? 'twice' : `${times} times`}: ${place}`;
  }
  const count =
    allocations === 0 ? '' : ` in ${allocations > 0 ? '+' : '−'}${times} allocation${times === 1 ? '' : 's'}`;
  return `${sign}${formatCount(Math.abs(requestedBytes))} B${count}: ${place}`;
}

/** The same causes are told once, with all scenarios that they hold for. */
function groups(
  rows: readonly Row[],
): readonly { readonly names: readonly string[]; readonly causes: readonly string[] }[] {
  const byCauses = new Map<string, { names: string[]; causes: readonly string[] }>();
  for (const { name, causes: own } of rows) {
    if (own.length === 0) continue;
    const key = own.join('\n');
    const group = byCauses.get(key) ?? { names: [], causes: own };
    group.names.push(name);
    byCauses.set(key, group);
  }
  return [...byCauses.values()];
}

function causeLines(rows: readonly Row[], indent: string): string[] {
  const list = groups(rows);
  if (list.length === 0) return [];
  return [
    '',
    'What changed the exact quantities (most first; lines of OpenSSL’s source, functions with what they call)',
    ...list.flatMap(({ names, causes: own }) => [names.join(', '), ...own.map((one) => `${indent}${one}`)]),
  ];
}

function markdownCauses(rows: readonly Row[]): string[] {
  const list = groups(rows);
  if (list.length === 0) return [];
  return [
    '',
    '<details><summary>What changed the exact quantities</summary>',
    '',
    ...list.flatMap(({ names, causes: own }) => [
      `- ${names.map(markdownCode).join(', ')}`,
      ...own.map((one) => `  - ${markdownText(one)}`),
    ]),
    '',
    '</details>',
    '',
  ];
}

function conclusion({ geometricMean, sensitivity, notes }: Compared): string[] {
  const lines = [
    geometricMean.kind === 'given'
      ? `Geometric mean of ${geometricMean.cells} time ratios: ${formatRatio(geometricMean.ratio)}`
      : `No geometric mean: ${geometricMean.reason}`,
  ];
  const change = sensitivity?.change;
  if (change) {
    lines.push(
      `Smallest change found nine times in ten: ${formatShare(change.median)} in the middle cell, ${formatShare(change.worst)} in the worst`,
    );
  }
  const floor = sensitivity?.floor;
  if (floor) {
    lines.push(
      `Noise floor (base against itself, in this run): up to ${formatShare(floor.worst)} from 1, ${floor.flagged} of ${floor.cells} flagged`,
    );
  }
  return [...lines, ...notes.map((note) => `Note: ${note}`)];
}

function gateLines({ offences, skipped, unanswered }: GateResult): string[] {
  const lines: string[] = [];
  for (const { limit, scenario, target, seen } of offences) {
    lines.push(`FAIL ${limit}: ${scenario}${target === null ? '' : ` on ${target}`}: ${seen}`);
  }
  for (const { limit, reason } of unanswered) lines.push(`CANNOT TELL ${limit}: ${reason}`);
  for (const { limit, cells, reason } of skipped) {
    lines.push(`${limit}: not applied to ${cells} cell${cells === 1 ? '' : 's'} (${reason})`);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What a gate says on GitHub's page of the change: each limit that is exceeded, or cannot be held against anything. */
export function gateAnnotations({ offences, unanswered }: GateResult): readonly string[] {
  return [
    ...offences.map(({ limit, scenario, target, seen }) =>
      workflowCommand(
        'error',
        `${limit} is exceeded: ${scenario}${target === null ? '' : ` on ${target}`}: ${seen}`,
      ),
    ),
    ...unanswered.map(({ limit, reason }) =>
      workflowCommand('error', `${limit} cannot be judged: ${reason}`),
    ),
  ].slice(0, ANNOTATIONS_MAX);
}

/** Names and versions come from files that nobody vouches for. */
function safe(lines: readonly string[]): string {
  return `${lines
    .flatMap((line) => line.split('\n'))
    .map(printable)
    .join('\n')}\n`;
}
