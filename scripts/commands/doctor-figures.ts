/** What `dupmark doctor` says of the machine and of the detector's own figures, as text. */
import Table from 'cli-table3';
import type { MachineCheck } from '../../bench/document/machine-checks.js';
import { type AaFigures, aaHolds, type PowerFigures, powerHolds } from '../../bench/run/detector.js';

const STYLE = { style: { head: [], border: [] } };

export function renderMachine(checks: readonly MachineCheck[]): string {
  const table = new Table({
    ...STYLE,
    head: ['machine', 'here', '', 'what it does to the figures'],
    colWidths: [23, 30, 9, 78],
    wordWrap: true,
  });
  for (const { what, value, grade, effect, advice } of checks) {
    table.push([what, value, grade, advice === null ? effect : `${effect}\n→ ${advice}`]);
  }
  return `${table.toString()}\n`;
}

export function renderAa(figures: AaFigures): string {
  const table = new Table({
    ...STYLE,
    head: [
      `${figures.target} against itself`,
      'blocks',
      'ratio',
      '95 % interval',
      'between blocks',
      'outside',
      'flagged',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const one of figures.scenarios) {
    table.push([
      one.scenario,
      one.blocks,
      one.ratio.toFixed(4),
      `${one.low.toFixed(4)}–${one.high.toFixed(4)}`,
      `${(one.deviation * 100).toFixed(2)} %`,
      one.outside,
      one.flagged,
    ]);
  }
  const { cells, outside, flagged, noisy, runs, runsFlagged, seconds } = figures;
  return `${table.toString()}
${cells} cells in ${runs} runs of ${figures.blocksPerRun} blocks, ${seconds.toFixed(0)} s
own 95 % interval beyond 1:        ${outside} cells (${share(outside, cells)}; one in twenty is chance)
called faster or slower, at most 1 %: ${flagged} cells (${share(flagged, cells)}); noisy ${noisy}
runs with none called, at least 95 %: ${runs - runsFlagged} of ${runs} (${share(runs - runsFlagged, runs)})
${aaHolds(figures) ? 'The detector does not cry wolf.' : 'The detector FLAGS what is not there.'}
`;
}

export function renderPower(list: readonly PowerFigures[]): string {
  const table = new Table({
    ...STYLE,
    head: [
      'scenario',
      'planted',
      'found',
      'wrong',
      'seconds (median, most)',
      'seen over them all',
      'std. error at 1 s',
      '95 % intervals that hold it',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const one of list) {
    table.push([
      one.scenario,
      `${one.plant} +${(one.effect * 100).toFixed(2)} %`,
      `${one.found} of ${one.runs}`,
      one.wrong,
      `${one.secondsMedian.toFixed(1)}, ${one.secondsMax.toFixed(1)}`,
      seen(one),
      one.standardErrorPerSecond === null ? '' : `${(one.standardErrorPerSecond * 100).toFixed(2)} %`,
      one.intervals === 0 ? 'not measured' : `${share(one.covered, one.intervals)} of ${one.intervals}`,
    ]);
  }
  const holds = list.every(powerHolds);
  return `${table.toString()}
${holds ? 'Every planted slow-down was found in at least nine runs of ten.' : 'A planted slow-down was MISSED too often.'}
`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

function seen({ seen: one }: PowerFigures): string {
  if (one === null) return 'not measured';
  const percent = (value: number) => `${value < 0 ? '' : '+'}${(value * 100).toFixed(2)}`;
  return `${percent(one.effect)} % [${percent(one.low)} to ${percent(one.high)}]`;
}
