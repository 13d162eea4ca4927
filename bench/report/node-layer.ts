/** The report of the Node layer: what each layer costs on each Node, and which share of it is OpenSSL's. */
import Table from 'cli-table3';
import { printable } from '../core/errors.js';
import { beneathName, NATIVE_WORK, NODE_LAYER, type NodeLayerTask } from '../core/node-layer.js';
import type { NodeLayerDocument } from '../document/node-layer-schema.js';
import { type Comparison, compare } from '../stats/comparison.js';
import { type Summary, summarise } from '../stats/summary.js';
import { formatNs, formatReach } from './format.js';
import { markdownTable } from './markdown-table.js';

/** One task on one target. */
export interface NodeLayerCell {
  readonly target: string;
  readonly task: NodeLayerTask;
  readonly summary: Summary | null;
  /** OpenSSL's part of it, done natively; null where it has none. */
  readonly openssl: Summary | null;
  /** That part / the task, by rounds that follow each other; null likewise. */
  readonly opensslShare: Comparison | null;
  /** Why there is no figure. */
  readonly reason: string | null;
}

/** Recomputed from the raw values, as all statistics are. */
export function nodeLayerCells({ plan, targets, batches }: NodeLayerDocument): readonly NodeLayerCell[] {
  return plan.tasks.flatMap((task) =>
    targets.map(({ id, refused }): NodeLayerCell => {
      const of = (wanted: string) =>
        batches.filter(({ target, scenario }) => target === id && scenario === wanted);
      const own = of(task);
      const beneath = of(beneathName(task));
      const failed = own.flatMap(({ state }) => (state.kind === 'failed' ? state.reason : []));
      const summary = summarise(own);
      return {
        target: id,
        task,
        summary,
        openssl: summarise(beneath),
        opensslShare: compare(own, beneath),
        reason: summary !== null ? null : (failed[0] ?? refused ?? 'not measured'),
      };
    }),
  );
}

export function renderNodeLayer(document: NodeLayerDocument): string {
  const cells = nodeLayerCells(document);
  const table = new Table({
    head: ['', ...document.targets.map(({ id, facts }) => head(id, facts))],
    style: { head: [], border: [] },
    colAligns: ['left', ...document.targets.map(() => 'right' as const)],
  });
  const reasons = new Set<string>();
  for (const task of document.plan.tasks) {
    const { about, beneath } = NODE_LAYER[task];
    table.push([
      `${task}\n${about}${beneath === null ? '' : `\nOpenSSL’s part: ${NATIVE_WORK[beneath]}`}`,
      ...document.targets.map(({ id }) => {
        const cell = cells.find((one) => one.target === id && one.task === task);
        if (cell === undefined || cell.summary === null) {
          reasons.add(`${id}, ${task}: ${printable(cell?.reason ?? 'not measured')}`);
          return 'not available';
        }
        const { summary, openssl, opensslShare } = cell;
        const lines = [time(summary), ''];
        if (openssl !== null && opensslShare !== null)
          lines.push(`${time(openssl)} · ${share(opensslShare)}`);
        return lines.join('\n');
      }),
    ]);
  }
  return `${table.toString()}
${[...reasons].map((reason) => `not available: ${reason}\n`).join('')}\
Medians of ${document.plan.blocks} fresh processes each, with 95 % intervals; one operation at a time, hot.${
    document.plan.pinnedCpu === null ? ' Not pinned to a CPU.' : ` Pinned to CPU ${document.plan.pinnedCpu}.`
  } A task and OpenSSL’s part of it alternate round by round.
`;
}

/** The table of docs/node-layer.md: each task on each Node, with OpenSSL's share of it. */
export function nodeLayerMarkdown(document: NodeLayerDocument): string {
  const cells = nodeLayerCells(document);
  const { environment, dupmark, plan } = document;
  const from = dupmark.commit === null ? dupmark.version : dupmark.commit.slice(0, 12);
  const loads = [environment.loadAtStart, environment.loadAtEnd].map((one) => one?.[0].toFixed(1) ?? '?');
  return [
    `${environment.cpuModel}, ${environment.cpus} CPUs, dupmark ${from}, run ${document.id}, ${plan.blocks} blocks, load ${loads.join(' → ')}.`,
    markdownTable(
      ['', ...document.targets.map(({ id, facts }) => head(id, facts).replace('\n', ', '))],
      plan.tasks.map((task) => [
        NODE_LAYER[task].about,
        ...document.targets.map(({ id }) => {
          const cell = cells.find((one) => one.target === id && one.task === task);
          if (cell === undefined || cell.summary === null) return 'not available';
          const { summary, opensslShare } = cell;
          return `${time(summary)}${opensslShare === null ? '' : `; OpenSSL ${share(opensslShare)}`}`;
        }),
      ]),
    ),
  ].join('\n\n');
}

function head(id: string, facts: NodeLayerDocument['targets'][number]['facts']): string {
  if (facts === null) return id;
  return `Node ${facts.nodeVersion.replace(/^v/, '')}\n${facts.version.split(' ').slice(0, 2).join(' ')}`;
}

function time({ medianNs, interval }: Summary): string {
  const reach = interval === null ? '±?' : formatReach(medianNs, interval.lowNs, interval.highNs);
  return `${formatNs(medianNs)} ${reach}`;
}

/** In percent, with its interval. */
function share({ interval, ratio }: Comparison): string {
  const percent = (value: number) => (value * 100).toFixed(value < 0.1 ? 1 : 0);
  const range = interval === null ? '' : ` (${percent(interval.low)}–${percent(interval.high)})`;
  return `${percent(ratio)}%${range}`;
}
