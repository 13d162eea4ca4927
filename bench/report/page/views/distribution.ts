/** One scenario on every target: its processes, and the rounds in each. */
import { formatCount, formatNs, formatShare } from '../../format.js';
import type { BlockFigures } from '../../page-data/types.js';
import { distributionChart } from '../charts/distribution.js';
import { controls, oneOf, select } from '../controls.js';
import { data, h } from '../dom.js';
import { type Run, type RunContext, targetLabel, type View } from '../model.js';
import { scrollable } from '../table.js';
import { timeFigure } from '../words.js';

/** Blocks listed as text; a chart shows them all. */
const BLOCKS_LISTED = 60;

export const distribution: View = {
  id: 'distribution',
  title: 'Distribution',
  of: 'run',
  has: ({ source }) => source.blocks.some((blocks) => blocks.length > 0),
  render(context) {
    const { scenarios } = context;
    const names = scenarios.map(({ name }) => name);
    const name = oneOf(context.choice('scenario'), names);
    if (name === '') return h('p', {}, 'No scenario passes the filter.');
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'Each vertical mark is one block: a fresh process. The thin line reaches from its fastest to its slowest round, the thick one ' +
          'covers the middle half of its rounds, the dot is their median. The horizontal line is the median over blocks, the band its ' +
          'interval. All targets share one axis; single rounds beyond it end at its edge.',
      ),
      controls(
        select(
          context,
          'scenario',
          'Scenario',
          names.map((value) => ({ value, label: value })),
          name,
        ),
      ),
      charts(context, name),
    );
  },
};

function charts({ run }: RunContext, name: string): Node {
  const shown = run.targets.filter(({ id }) => run.blocks(id, name).length > 0);
  if (shown.length === 0) return h('p', {}, 'Nothing was measured for this scenario.');
  const all = shown.flatMap(({ id }) => run.blocks(id, name));
  // One slow round of a disturbed machine must not press everything else flat.
  const top = [...all].map(([, , , , , upper]) => upper).sort((a, b) => a - b);
  const high = 1.02 * (top[Math.floor((top.length - 1) * 0.98)] ?? 1);
  const low = 0.98 * all.reduce((least, [, , min]) => Math.min(least, min), Number.POSITIVE_INFINITY);
  return h(
    'div',
    { class: 'charts' },
    shown.map(({ id }) => figure(run, id, name, low, high)),
  );
}

function figure(run: Run, target: string, name: string, from: number, to: number): Node {
  const blocks = run.blocks(target, name);
  const summary = run.cell(target, name)?.summary ?? null;
  const spread = summary?.betweenBlockSpread ?? null;
  const label = targetLabel(run, target);
  return h(
    'figure',
    {},
    h('figcaption', {}, `${label}: `, timeFigure(summary)),
    summary === null
      ? null
      : distributionChart({
          label:
            `${name} on ${label}: median ${formatNs(summary.medianNs)} over ${blocks.length} processes` +
            (spread === null ? '' : `, middle half within ${formatShare(spread)}`),
          blocks,
          medianNs: summary.medianNs,
          interval: summary.interval,
          from,
          to,
        }),
    h('details', { id: `figures-${target}` }, h('summary', {}, 'Figures'), listed(label, blocks)),
  );
}

const HEADS = ['Block', 'Rounds', 'Fastest', 'Lower quarter', 'Median', 'Upper quarter', 'Slowest'];

function listed(label: string, blocks: readonly BlockFigures[]): Node {
  const more = blocks.length - BLOCKS_LISTED;
  return h(
    'div',
    {},
    scrollable(
      `Blocks of ${label}`,
      h(
        'table',
        { class: 'blocks' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            HEADS.map((text) => h('th', { scope: 'col' }, text)),
          ),
        ),
        h(
          'tbody',
          {},
          blocks.slice(0, BLOCKS_LISTED).map(([block, rounds, ...figures]) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, String(block)),
              h('td', { class: 'number' }, data(rounds, formatCount(rounds))),
              figures.map((ns) => h('td', { class: 'number' }, data(ns, formatNs(ns)))),
            ),
          ),
        ),
      ),
    ),
    more > 0 ? h('p', {}, `and ${formatCount(more)} more blocks in the run's rounds.ndjson`) : null,
  );
}
