/** Threads side by side as text: what an operation costs one thread, what all do together, and how far that is from ideal. */
import { printable } from '../core/errors.js';
import { scenarioName } from '../core/scenario.js';
import type { ThreadsDocument } from '../document/threads-schema.js';
import { type TeamScenario, teamScenarioName } from '../suites/threads.js';
import { type SeriesKey, sslnewMicroseconds, type TeamFigures, teamFigures } from '../threads/figures.js';
import { shortVersion } from './cells.js';
import { footnotes } from './footnotes.js';
import { formatNs, formatRate, formatTime } from './format.js';
import { plural } from './header.js';
import { type Column, layOut, type Stanza, type Style, wrap } from './layout.js';
import { markdownTable } from './markdown-table.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth, terminalOptions } from './terminal.js';

type NotAvailable = Exclude<ThreadsDocument['availability'][number]['availability'], { kind: 'available' }>;

const LEGEND =
  'Each cell: what an operation takes as a thread sees it · operations of all threads together, per second · contention: that ' +
  'throughput by (threads × the throughput of one thread): 1.00 is perfect. ! more threads than CPUs: they take turns, which alone ' +
  'costs what the control shows. The control calls nothing; with its counters in one cache line it shows what false sharing costs.';

export function renderThreads(document: ThreadsDocument, options: RenderOptions = terminalOptions()): string {
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const style: Style = { head: paint.bold, name: (text) => text, label: paint.dim };
  const { plan, environment } = document;
  const blocks = new Set(document.batches.map(({ block }) => block)).size;
  const load = [environment.loadAtStart, environment.loadAtEnd].map((loads) => loads?.[0].toFixed(2) ?? '?');
  const head = [
    `dupmark threads ${document.id} · ${document.end} · ${formatTime(document.startedAt)}`,
    `${environment.cpuModel}, ${environment.cpus} CPUs · load ${load.join(' → ')} · ${blocks} ${plural('block', blocks)} of ${plan.rounds} rounds`,
    plan.cpus.length > 0
      ? `threads kept on CPUs ${plan.cpus.join(', ')}, in turn; other work on these CPUs shows in the control`
      : 'threads not kept on any CPU',
  ];
  const notes = footnotes();
  const columns: Column[] = document.targets.map(({ id, facts }) => ({
    id,
    notes: facts === null ? [] : [shortVersion(facts.version)],
  }));
  const stanzas = seriesOf(document).map((one) => stanzaOf(document, one, notes));
  const lines = [
    ...head.flatMap((line) => wrap(printable(line), width, 2)),
    '',
    ...wrap(LEGEND, width).map(paint.dim),
    '',
    ...layOut(columns, stanzas, width, style),
    ...allocatorLines(document, width, style),
    ...notes.reasons().flatMap((reason, i) => wrap(`[${i + 1}] ${printable(reason)}`, width, 4)),
    ...document.events.flatMap(({ target, scenario, message }) =>
      wrap(printable(`event: ${scenario} on ${target}: ${message}`), width, 4),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** The series of a document, in its order, once each. */
export function seriesOf({ scenarios, availability }: ThreadsDocument): readonly TeamScenario[] {
  const seen = new Map<string, TeamScenario>();
  for (const { scenario: name, sharing, packed } of availability) {
    const found = scenarios.find((one) => one.name === name);
    if (found === undefined) continue;
    const { operation, method = 'tls', settings, phase, live, version } = found;
    const one = { scenario: { operation, method, settings, phase, live, version }, sharing, packed };
    seen.set(teamScenarioName(one), one);
  }
  return [...seen.values()].sort((a, b) => order(scenarios, a) - order(scenarios, b));
}

function order(scenarios: ThreadsDocument['scenarios'], { scenario, sharing, packed }: TeamScenario): number {
  const index = scenarios.findIndex(({ name }) => name === scenarioName(scenario));
  return index * 8 + ['context', 'separate', 'handle'].indexOf(sharing) * 2 + (packed ? 1 : 0);
}

export function keyOf(target: string, { scenario, sharing, packed }: TeamScenario): SeriesKey {
  return { target, scenario: scenarioName(scenario), sharing, packed };
}

/** Why a series could not be measured; null where it could. */
export function whyNot({ availability }: ThreadsDocument, key: SeriesKey): NotAvailable | null {
  const found = availability.find(
    ({ target, scenario, sharing, packed }) =>
      target === key.target && scenario === key.scenario && sharing === key.sharing && packed === key.packed,
  )?.availability;
  return found === undefined || found.kind === 'available' ? null : found;
}

function stanzaOf(document: ThreadsDocument, one: TeamScenario, notes: ReturnType<typeof footnotes>): Stanza {
  const figures = document.targets.map(({ id }) => teamFigures(document, document.batches, keyOf(id, one)));
  return {
    name: teamScenarioName(one),
    titled: true,
    rows: document.plan.threads.map((threads) => ({
      label: threadsLabel(document, threads),
      cells: document.targets.map(({ id }, i) => {
        const found = figures[i]?.find((each) => each.threads === threads);
        if (found !== undefined) return { text: cellText(found) };
        const said = whyNot(document, keyOf(id, one));
        if (said === null) return { text: 'no data' };
        return { text: `${said.kind} ${notes.mark(`${said.kind}: ${said.reason}`)}` };
      }),
    })),
  };
}

function threadsLabel({ plan }: ThreadsDocument, threads: number): string {
  return `${threads} ${plural('thread', threads)}${threads > plan.cpusUsable ? ' !' : ''}`;
}

function cellText({ latencyNs, perSecond, contention }: TeamFigures): string {
  const ratio = contention === null ? '    ' : contention.ratio.toFixed(2);
  return `${formatNs(latencyNs)} · ${formatRate(perSecond)} · ${ratio}`.trimEnd().replace(/ ·$/, '');
}

/** Which batches of allocators belong together, a target after the other. */
export function allocatorKeys({ allocatorBatches, allocators, targets }: ThreadsDocument): readonly {
  readonly scenario: string;
  readonly allocator: string;
  readonly keys: readonly SeriesKey[];
}[] {
  const measured = targets.filter(({ id }) => allocatorBatches.some(({ target }) => target === id));
  const scenarios = [...new Set(allocatorBatches.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) =>
    allocators
      .filter(({ notAvailable }) => notAvailable === null)
      .map(({ name: allocator }) => ({
        ...{ scenario, allocator },
        keys: measured.map(({ id: target }) => ({
          ...{ target, scenario, sharing: 'context' as const, packed: false, allocator },
        })),
      })),
  );
}

function allocatorLines(document: ThreadsDocument, width: number, style: Style): readonly string[] {
  if (document.allocators.length === 0) return [];
  const series = allocatorKeys(document);
  const targets = series[0]?.keys ?? [];
  const stanzas = series.map(
    ({ scenario, allocator, keys }): Stanza => ({
      name: `${scenario} · one context · ${allocator}`,
      titled: true,
      rows: document.plan.threads.map((threads) => ({
        label: threadsLabel(document, threads),
        cells: keys.map((key) => {
          const found = teamFigures(document, document.allocatorBatches, key).find(
            (each) => each.threads === threads,
          );
          return { text: found === undefined ? 'no data' : cellText(found) };
        }),
      })),
    }),
  );
  return [
    '',
    style.head('allocators, through the driver: compare these with each other'),
    ...(targets.length === 0
      ? []
      : layOut(
          targets.map(({ target }) => ({ id: target, notes: [] })),
          stanzas,
          width,
          style,
        )),
    ...document.allocators.flatMap(({ name, about, notAvailable }) =>
      wrap(printable(`${name}: ${notAvailable ?? about}`), width, 4),
    ),
    '',
  ];
}

/** The tables of docs/threads.md: latency alone and with as many threads as CPUs, with the contention between. */
export function threadsMarkdown(document: ThreadsDocument): string {
  const many = Math.max(...document.plan.threads.filter((threads) => threads <= document.plan.cpusUsable));
  const over = document.plan.threads.filter((threads) => threads > document.plan.cpusUsable);
  const heads = document.targets.map(({ id, facts }) =>
    facts === null ? id : `${shortVersion(facts.version)}${id === 'bundled' ? ' (bundled)' : ''}`,
  );
  const series = seriesOf(document);
  const row = (one: TeamScenario, cell: (figures: readonly TeamFigures[]) => string) => [
    teamScenarioName(one),
    ...document.targets.map(({ id }) => cell(teamFigures(document, document.batches, keyOf(id, one)))),
  ];
  const at = (figures: readonly TeamFigures[], threads: number) =>
    figures.find((one) => one.threads === threads);
  const parts = [
    `${document.environment.cpuModel}, ${document.environment.cpus} CPUs, ${document.dupmark.commit === null ? `dupmark ${document.dupmark.version}` : `dupmark ${document.dupmark.commit.slice(0, 12)}`}, run ${document.id}, load ${document.environment.loadAtStart[0].toFixed(1)} → ${document.environment.loadAtEnd?.[0].toFixed(1) ?? '?'}.`,
    `Latency with 1 thread → with ${many}, and (contention):`,
    markdownTable(
      ['', ...heads],
      series.map((one) =>
        row(one, (figures) => {
          const [alone, together] = [at(figures, 1), at(figures, many)];
          if (alone === undefined || together === undefined) return '–';
          return `${formatNs(alone.latencyNs)} → ${formatNs(together.latencyNs)} (${together.contention?.ratio.toFixed(2) ?? '–'})`;
        }),
      ),
    ),
    `Processor time of an operation with 1 thread → with ${many}, which others' work on a CPU does not add to:`,
    markdownTable(
      ['', ...heads],
      series.map((one) =>
        row(one, (figures) => {
          const [alone, together] = [at(figures, 1), at(figures, many)];
          if (alone === undefined || together === undefined) return '–';
          return `${formatNs(alone.cpuNs)} → ${formatNs(together.cpuNs)}`;
        }),
      ),
    ),
    `Throughput with 1 thread, ${many} threads${over.map((threads) => `, ${threads} threads (oversubscribed)`).join('')}:`,
    markdownTable(
      ['', ...heads],
      series.map((one) =>
        row(one, (figures) =>
          figures.length === 0 ? '–' : figures.map(({ perSecond }) => formatRate(perSecond)).join(', '),
        ),
      ),
    ),
    'In sslnew’s unit, µs per call (threads × elapsed time by calls), `new-bio:tls-server` from one context:',
    markdownTable(
      ['threads', ...heads],
      document.plan.threads.map((threads) => [
        `${threads}${threads > document.plan.cpusUsable ? ' (oversubscribed)' : ''}`,
        ...document.targets.map(({ id }) => {
          const key = {
            target: id,
            scenario: 'new-bio:tls-server',
            sharing: 'context',
            packed: false,
          } as const;
          const found = at(teamFigures(document, document.batches, key), threads);
          return found === undefined ? '–' : sslnewMicroseconds(found).toFixed(3);
        }),
      ]),
    ),
    ...allocatorsMarkdown(document, heads),
  ];
  return parts.join('\n\n');
}

function allocatorsMarkdown(document: ThreadsDocument, heads: readonly string[]): readonly string[] {
  const targets = document.targets.flatMap(({ id }, i) =>
    document.allocatorBatches.some(({ target }) => target === id) ? { id, head: heads[i] ?? id } : [],
  );
  if (targets.length === 0) return [];
  const scenarios = [...new Set(document.allocatorBatches.map(({ scenario }) => scenario))];
  return [
    `Allocators, through the driver: latency with ${document.plan.threads.join(', ')} threads:`,
    markdownTable(
      ['', ...targets.map(({ head }) => head)],
      scenarios.flatMap((scenario) =>
        document.allocators.map(({ name, notAvailable }) => [
          `${scenario} · ${name}`,
          ...targets.map(({ id }) => {
            if (notAvailable !== null) return 'not available here';
            const key = { target: id, scenario, sharing: 'context', packed: false, allocator: name } as const;
            const figures = teamFigures(document, document.allocatorBatches, key);
            return figures.map(({ latencyNs }) => formatNs(latencyNs)).join(', ') || '–';
          }),
        ]),
      ),
    ),
  ];
}
