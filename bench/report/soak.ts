/** A soak as text for a terminal. Rendered from the document alone. */
import Table from 'cli-table3';
import { printable, printableValue } from '../core/errors.js';
import type { SoakCell, SoakDocument, Verdict } from '../document/soak-schema.js';
import { wrap } from './layout.js';
import { type Paint, paintFor } from './paint.js';
import { type RenderOptions, terminalOptions } from './terminal.js';

const WORDS: Readonly<Record<Verdict, string>> = {
  leak: 'LEAK',
  fault: 'FAULT',
  maybe: 'maybe',
  none: 'none',
  inconclusive: 'inconclusive',
  'not-available': 'not available',
};

export function renderSoak(found: SoakDocument, options: RenderOptions = terminalOptions()): string {
  const document = printableValue(found);
  const paint = paintFor(options.colour);
  const table = new Table({
    head: ['target', 'scenario', 'cycles', 'per second', 'handles', 'verdict'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const cell of document.cells) {
    table.push([
      cell.target,
      scenarioText(cell),
      formatCount(cell.cycles),
      cell.seconds > 0 ? formatCount(cell.cycles / cell.seconds) : '',
      formatCount(cell.handlesCreated),
      painted(cell.verdict, paint),
    ]);
  }
  const parts = [
    table.toString(),
    ...document.cells.flatMap((cell) => cellLines(cell, options.width, paint)),
  ];
  for (const { id, refused } of document.targets) {
    if (refused !== null) parts.push(...wrap(`refused ${id}: ${refused}`, options.width, 2));
  }
  parts.push(summary(document));
  return `${parts.join('\n')}\n`;
}

/** One line of how a soak ended. */
export function summary(document: SoakDocument): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of document.cells) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const verdicts = [...counts].map(([verdict, count]) => `${count} ${WORDS[verdict]}`).join(' · ');
  const cycles = document.cells.reduce((sum, cell) => sum + cell.cycles, 0);
  return `${formatCount(cycles)} cycles in ${document.cells.length} cells: ${verdicts || 'nothing ran'} (seed ${document.seed})`;
}

export function scenarioText({ scenario, settings, plant }: SoakCell): string {
  const chosen =
    settings.length > 3
      ? `[${settings.length} settings]`
      : settings.length > 0
        ? `[${settings.map(({ setting, level }) => `${setting}=${level}`).join(',')}]`
        : '';
  return printable(`${scenario}${chosen}${plant === null ? '' : ` + ${plant.kind}:${plant.rate}`}`);
}

function cellLines(cell: SoakCell, width: number, paint: Paint): readonly string[] {
  if (cell.verdict === 'none' && cell.reason === '') return [];
  const lines = [paint.bold(`${WORDS[cell.verdict]} · ${scenarioText(cell)} on ${cell.target}`)];
  if (cell.findings.length === 0) lines.push(...wrap(`  ${cell.reason}`, width, 4));
  for (const { oracle, message, cycle, retainers } of cell.findings) {
    const at = cycle === null ? '' : ` [cycle ${cycle}]`;
    lines.push(...wrap(`  ${oracle}: ${message}${at}`, width, 4));
    for (const retainer of retainers) lines.push(...wrap(`    held by ${retainer}`, width, 6));
  }
  if (cell.replay?.steps) lines.push(...wrap(`  steps: ${cell.replay.steps.join('; ')}`, width, 4));
  return lines;
}

function painted(verdict: Verdict, paint: Paint): string {
  const word = WORDS[verdict];
  if (verdict === 'leak' || verdict === 'fault') return paint.red(word);
  if (verdict === 'none') return paint.green(word);
  return paint.yellow(word);
}

export function formatCount(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (value >= size * 10) return `${(value / size).toFixed(1)} ${unit}`;
  }
  return String(Math.round(value));
}
