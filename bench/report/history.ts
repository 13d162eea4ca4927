/** A history as text for a terminal: every release against the reference, and what changed at which. */
import { printable, printableValue } from '../core/errors.js';
import type { HistoryChange, HistoryStep, LineChange } from '../core/history.js';
import { upstreamVersion } from '../core/openssl-version.js';
import type { HistoryDocument } from '../document/history-schema.js';
import { concerns } from '../document/history-trends.js';
import { areaOf } from '../stats/sites.js';
import { formatCount, formatRatio, formatReach, formatSpan, formatTime } from './format.js';
import { plural } from './header.js';
import { type Column, layOut, type Painted, type Stanza, type Style, wrap } from './layout.js';
import { type Paint, paintFor } from './paint.js';
import { type RenderOptions, reportWidth, terminalOptions } from './terminal.js';

/** Lines of OpenSSL's source shown with a change; the document has all. */
const LINES_SHOWN = 4;
/** Marks the release at which a figure changed. */
const CHANGE_MARK = '*';

export function renderHistory(stored: HistoryDocument, options: RenderOptions = terminalOptions()): string {
  const history = printableValue(stored);
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const series = [...new Set(history.steps.map((step) => step.series))];
  const parts = [
    headLines(history, width, paint),
    ...series.map((name) => seriesLines(history, name, width, paint)),
    changeLines(history, width, paint),
    history.missing.flatMap(({ target, reason }) => wrap(`missing: ${target}: ${reason}`, width, 2)),
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${text}\n`;
}

function headLines(history: HistoryDocument, width: number, paint: Paint): readonly string[] {
  const { plan, steps, startedAt, endedAt, runs, status, environment } = history;
  const versions = new Set(steps.map(({ openssl }) => upstreamVersion(openssl))).size;
  const span = endedAt === null ? '' : ` in ${formatSpan(startedAt, endedAt)}`;
  const load = Math.max(0, ...runs.map(({ loadAtStart }) => loadAtStart));
  const how = plan.timed
    ? `Each release is measured in one interleaved run with the reference, ${plan.reference} (OpenSSL ${plan.referenceOpenssl}): ratios of time to it, ` +
      `below 1 is faster, ± the farther end of an interval of at least 95 % confidence.`
    : 'Only allocations and bytes were counted.';
  return [
    paint.bold(
      `history ${history.id}: ${steps.length} of ${plan.steps.length} releases, ${versions} OpenSSL ${plural('version', versions)}` +
        `${status.kind === 'partial' ? ` (partial: ${status.reason})` : ''}`,
    ),
    ...wrap(
      `${formatTime(startedAt)}${span}, ${runs.length} ${plural('run', runs.length)} of ${plan.blocks} blocks` +
        `${environment === null ? '' : ` on ${environment.cpuModel}, load up to ${load.toFixed(1)} on ${environment.cpus} CPUs`}, glibc ${history.cLibrary.version}`,
      width,
      2,
    ),
    '',
    ...wrap(
      `${how} Allocations and bytes are exact. ${CHANGE_MARK} marks the release at which a figure changed; each series by itself.`,
      width,
    ).map(paint.dim),
  ];
}

function seriesLines(history: HistoryDocument, name: string, width: number, paint: Paint): readonly string[] {
  const heads = history.plan.scenarios.map((scenario): Column => ({ id: scenario, notes: [] }));
  const style: Style = { head: paint.bold, name: (text) => text, label: paint.dim };
  const stanzas = history.steps
    .filter(({ series }) => series === name)
    .map((step) => stepStanza(history, step, paint));
  return [paint.bold(`series ${name}`), ...layOut(heads, stanzas, width, style)];
}

function stepStanza({ plan, changes }: HistoryDocument, step: HistoryStep, paint: Paint): Stanza {
  const starts = (scenario: string, kind: HistoryChange['kind']) =>
    changes.some(
      (one) =>
        one.kind === kind &&
        one.series === step.series &&
        one.scenario === scenario &&
        one.after === step.target,
    );
  const marked = (text: string, is: boolean): Painted =>
    is ? { text: `${text}${CHANGE_MARK}`, paint: paint.yellow } : { text: `${text} ` };
  const cellOf = (scenario: string) => step.cells.find((one) => one.scenario === scenario);
  const rows = [
    ...(plan.timed
      ? [
          {
            label: 'time',
            cells: plan.scenarios.map((scenario) => {
              const time = cellOf(scenario)?.time ?? null;
              if (time === null) return { text: '–' };
              const { ratio, low, high } = time;
              const reach = low === null || high === null ? '±?' : formatReach(ratio, low, high);
              return marked(`${formatRatio(ratio)} ${reach}`, starts(scenario, 'time'));
            }),
          },
        ]
      : []),
    {
      label: 'allocs · bytes',
      cells: plan.scenarios.map((scenario) => {
        const memory = cellOf(scenario)?.memory ?? null;
        if (memory === null) return { text: '–' };
        return marked(
          `${memory.allocations} · ${formatCount(memory.requestedBytes)}`,
          starts(scenario, 'memory'),
        );
      }),
    },
  ];
  return { name: `${step.openssl}  ${step.target}`, rows };
}

/** Changes by release, all that happened there together. */
function changeLines({ changes, steps }: HistoryDocument, width: number, paint: Paint): readonly string[] {
  if (changes.length === 0) return ['No change.'];
  const places = new Map<string, HistoryChange[]>();
  const placeOf = ({ after }: HistoryChange) => steps.findIndex(({ target }) => target === after);
  for (const change of [...changes].sort((a, b) => placeOf(a) - placeOf(b))) {
    const key = `${change.series}\n${change.before}\n${change.after}`;
    places.set(key, [...(places.get(key) ?? []), change]);
  }
  return [paint.bold('changes'), ...[...places.values()].flatMap((own) => placeLines(own, width, paint))];
}

function placeLines(changes: readonly HistoryChange[], width: number, paint: Paint): readonly string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const { series, before, after, opensslBefore, opensslAfter } = first;
  const flags = first.compilerChanged ? ', built with other flags' : '';
  const scenarios = [...new Set(changes.map(({ scenario }) => scenario))];
  return [
    paint.yellow(`${series}: OpenSSL ${opensslBefore} → ${opensslAfter} (${before} → ${after})${flags}`),
    ...scenarios.flatMap((scenario) => {
      const own = changes.filter((one) => one.scenario === scenario);
      const lines = own.flatMap((one) => (one.kind === 'memory' ? one.lines : []));
      const more = lines.length > LINES_SHOWN ? [`      and ${lines.length - LINES_SHOWN} more lines`] : [];
      return [
        ...wrap(`  ${scenario}: ${own.map(describeChange).join('; ')}`, width, 4),
        ...lines.slice(0, LINES_SHOWN).map((line) => `      ${describeLine(line)}`),
        ...more,
      ];
    }),
  ];
}

/** `time +96 % (1.02× → 2.00×)`, `allocations 7 → 16, bytes requested 6,112 → 10,536`. */
export function describeChange(change: HistoryChange): string {
  if (change.kind === 'time') {
    return `time ${signedPercent(change.ratio - 1)} (${formatRatio(change.from)} → ${formatRatio(change.to)})`;
  }
  return (
    [
      ['allocations', 'allocations'],
      ['requestedBytes', 'bytes requested'],
      ['retainedBytes', 'bytes retained'],
    ] as const
  )
    .filter(([figure]) => concerns(change, figure))
    .map(([figure, name]) => `${name} ${change[figure].map(signedCount).join(' → ')}`)
    .join(', ');
}

/** `ssl/ssl_lib.c:684 → 733: +4,424 B (handle)`. */
export function describeLine({
  file,
  before,
  after,
  allocations,
  requestedBytes,
  retainedBytes,
}: LineChange): string {
  const lines =
    before === null
      ? `new at ${after}`
      : after === null
        ? `gone from ${before}`
        : before === after
          ? `${before}`
          : `${before} → ${after}`;
  const parts = [
    ...(requestedBytes === 0 && retainedBytes !== 0
      ? [`${plus(retainedBytes)} B retained`]
      : [`${plus(requestedBytes)} B`]),
    ...(allocations === 0 ? [] : [`${plus(allocations)} ${plural('allocation', Math.abs(allocations))}`]),
  ];
  return printable(`${file}, ${lines}: ${parts.join(', ')} (${areaOf(file)})`);
}

function signedPercent(share: number): string {
  const percent = 100 * Math.abs(share);
  return `${share < 0 ? '−' : '+'}${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function signedCount(count: number): string {
  return `${count < 0 ? '−' : ''}${formatCount(Math.abs(count))}`;
}

function plus(count: number): string {
  return `${count < 0 ? '−' : '+'}${formatCount(Math.abs(count))}`;
}
