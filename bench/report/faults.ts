/** A fault injection as text: the findings, the worst first, then the matrix of cases and targets. */
import Table from 'cli-table3';
import { printableValue } from '../core/errors.js';
import { FAULT_KINDS, type FaultCase, type FaultsDocument } from '../document/faults-schema.js';
import { countKinds, FAULTY, type FaultFinding, faultFindings, faultText } from '../faults/findings.js';
import { wrap } from './layout.js';
import { shellWord } from './markup.js';
import { paintFor } from './paint.js';
import { type RenderOptions, terminalOptions } from './terminal.js';

export function renderFaults(found: FaultsDocument, options: RenderOptions = terminalOptions()): string {
  const document = printableValue(found);
  const paint = paintFor(options.colour);
  const here = document.targets.filter(({ notAvailable }) => notAvailable === null);
  const names = [...new Set(here.flatMap(({ cases }) => cases.map((one) => one.case)))];
  const table = new Table({ head: ['case', ...here.map(({ id }) => id)], style: { head: [], border: [] } });
  for (const name of names) {
    table.push([
      name,
      ...here.map(({ cases }) => {
        const text = cellText(cases.find((one) => one.case === name));
        return FAULTY.some((kind) => text.includes(kind)) ? paint.red(text) : text;
      }),
    ]);
  }
  const lines = [
    table.toString(),
    'Points are allocations refused, each alone and with all that came after it. ok: NULL or 0 with an entry in the error queue, or success with everything.',
  ];
  for (const { id, version, notAvailable } of document.targets) {
    lines.push('', paint.bold(`${id}${version === null ? '' : ` · ${version}`}`));
    if (notAvailable !== null) {
      lines.push(...wrap(`  not available here: ${notAvailable}`, options.width, 4));
      continue;
    }
    const findings = faultFindings(document.targets.filter((target) => target.id === id));
    if (findings.length === 0)
      lines.push('  no fault: every refused allocation is reported as the man page says');
    for (const finding of findings) {
      lines.push(...wrap(`  ${finding.kind}: ${faultText(finding)}`, options.width, 4));
      const { letIn } = finding.point;
      if (letIn !== undefined) lines.push(...wrap(`    proved: ${letIn}`, options.width, 6));
      const frames = finding.point.backtrace ?? [];
      if (frames.length > 0) lines.push(...wrap(`    ${frames.join(' ← ')}`, options.width, 6));
      lines.push(...wrap(`    ${replayCommand(finding)}`, options.width, 6).map(paint.dim));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What repeats the finding. */
export function replayCommand({ target, case: name, point }: FaultFinding): string {
  return `dupmark faults --targets ${shellWord(target)} --case ${shellWord(name)} --nth ${point.nth}`;
}

function cellText(one: FaultCase | undefined): string {
  if (one === undefined) return 'absent';
  if (one.failure !== '') return 'could not run';
  const counts = countKinds(one.points);
  const bad = FAULT_KINDS.filter((kind) => FAULTY.includes(kind) && counts.has(kind));
  if (bad.length === 0) return `${one.points.length} ok`;
  return `${one.points.length}: ${bad.map((kind) => `${counts.get(kind)} ${kind}`).join(', ')}`;
}
