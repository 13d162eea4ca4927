/** Each scenario over OpenSSL versions. */
import type { ScenarioRecord } from '../../../document/schema.js';
import { formatCount, formatNs, formatRatio, formatShare } from '../../format.js';
import { type TrendPoint, type TrendStep, trendChart } from '../charts/trend.js';
import { controls, oneOf, select } from '../controls.js';
import { data, h } from '../dom.js';
import { baselineLabel, type Run, type RunContext, targetLabel, type View } from '../model.js';
import { scrollable } from '../table.js';
import { scenarioName } from '../words.js';

/** A Metric is a figure that a cell has, with its interval where it has one. */
interface Metric {
  readonly id: string;
  readonly title: string;
  readonly format: (value: number) => string;
  readonly reference?: number;
  /** Null where there is none. */
  readonly of: (
    run: Run,
    target: string,
    scenario: string,
  ) => readonly [value: number, low: number | null, high: number | null] | null;
  /** The change from one version to the next, where it is more than noise. */
  readonly step: (run: Run, before: string | undefined, target: string, scenario: string) => TrendStep | null;
}

/** Neighbours are judged as all pairs of targets are: by paired rounds, corrected for their number. */
function timeStep(run: Run, before: string | undefined, target: string, scenario: string): TrendStep | null {
  const comparison = before === undefined ? null : run.compare(before, target, scenario);
  const { verdict, ratio } = comparison ?? { verdict: 'same', ratio: 1 };
  return verdict === 'slower' || verdict === 'faster' ? stepOf(ratio) : null;
}

function stepOf(ratio: number): TrendStep | null {
  return { text: `${ratio >= 1 ? '+' : '−'}${formatShare(Math.abs(ratio - 1))}`, up: ratio > 1 };
}

const METRICS: readonly Metric[] = [
  {
    id: 'time',
    title: 'time of one iteration',
    format: formatNs,
    of(run, target, scenario) {
      const summary = run.cell(target, scenario)?.summary ?? null;
      return summary && [summary.medianNs, summary.interval?.lowNs ?? null, summary.interval?.highNs ?? null];
    },
    step: timeStep,
  },
  {
    id: 'ratio',
    title: 'ratio to the baseline',
    format: formatRatio,
    reference: 1,
    of(run, target, scenario) {
      const comparison = run.cell(target, scenario)?.ratioToBaseline ?? null;
      return (
        comparison && [comparison.ratio, comparison.interval?.low ?? null, comparison.interval?.high ?? null]
      );
    },
    step: timeStep,
  },
  memoryMetric('allocations', 'allocations', (value) => formatCount(Math.round(value))),
  memoryMetric('requestedBytes', 'bytes requested', bytes),
  memoryMetric('retainedBytes', 'bytes retained', bytes),
];

function memoryMetric(
  id: 'allocations' | 'requestedBytes' | 'retainedBytes',
  title: string,
  format: Metric['format'],
): Metric {
  return {
    id,
    title,
    format,
    of(run, target, scenario) {
      const reading = run.memory(target, scenario);
      return reading?.kind === 'exact' ? [reading[id], null, null] : null;
    },
    // Exact: any difference is one.
    step(run, before, target, scenario) {
      const [was, is] = [before ?? '', target].map((one) => run.memory(one, scenario));
      if (was?.kind !== 'exact' || is?.kind !== 'exact' || was[id] === is[id] || was[id] === 0) return null;
      return stepOf(is[id] / was[id]);
    },
  };
}

function bytes(value: number): string {
  return `${formatCount(Math.round(value))} B`;
}

/** Charts drawn at first. */
const CHARTS_SHOWN = 12;

export const trend: View = {
  id: 'trend',
  title: 'Versions',
  of: 'run',
  has: (run) => run.targets.length > 1,
  render(context) {
    const { run } = context;
    const metrics = METRICS.filter((metric) =>
      run.document.scenarios.some(({ name }) =>
        run.targets.some(({ id }) => metric.of(run, id, name) !== null),
      ),
    );
    const chosen = oneOf(
      context.choice('metric'),
      metrics.map(({ id }) => id),
    );
    const metric = metrics.find(({ id }) => id === chosen);
    if (metric === undefined) return h('p', {}, 'Nothing was measured in this run.');
    const shown = Number(context.choice('charts') ?? CHARTS_SHOWN);
    const scenarios = context.scenarios.filter(({ name }) =>
      run.targets.some(({ id }) => metric.of(run, id, name) !== null),
    );
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        `Each scenario over the OpenSSL versions of the run, oldest first. Whiskers are intervals of at least 95 % confidence; ` +
          `counts and bytes are exact and have none. A thick line is a change point: the two versions beside it are distinguished. ` +
          `The baseline is ${baselineLabel(run)}.`,
      ),
      controls(
        select(
          context,
          'metric',
          'Figure',
          metrics.map(({ id, title }) => ({ value: id, label: title })),
          chosen,
        ),
      ),
      h(
        'div',
        { class: 'charts' },
        scenarios.slice(0, shown).map((scenario) => figure(run, metric, scenario)),
      ),
      more(context, scenarios.length, shown),
    );
  },
};

function more(context: RunContext, count: number, shown: number): Node | null {
  if (count <= shown) return null;
  return h(
    'p',
    { class: 'more' },
    `${shown} of ${count} scenarios. `,
    h(
      'button',
      {
        type: 'button',
        id: 'charts-more',
        click: () => context.choose({ charts: String(shown + 2 * CHARTS_SHOWN) }),
      },
      'Show more charts',
    ),
  );
}

function figure(run: Run, metric: Metric, { name }: ScenarioRecord): Node {
  const points = run.targets.map(({ id }, i): TrendPoint => {
    const label = run.source.versions[id] ?? id;
    const found = metric.of(run, id, name);
    if (found === null) return { label, value: null, low: null, high: null, title: '', step: null };
    const [value, low, high] = found;
    const range = low === null || high === null ? '' : ` (${metric.format(low)} to ${metric.format(high)})`;
    return {
      ...{ label, value, low, high, title: `${targetLabel(run, id)}: ${metric.format(value)}${range}` },
      step: metric.step(run, run.targets[i - 1]?.id, id, name),
    };
  });
  const said = points.filter(({ title }) => title !== '').map(({ title }) => title);
  return h(
    'figure',
    {},
    h('figcaption', {}, scenarioName(name)),
    trendChart({
      label: `${name}, ${metric.title}: ${said.join('; ')}`,
      points,
      format: metric.format,
      ...(metric.reference === undefined ? {} : { reference: metric.reference }),
    }),
    h('details', { id: `figures-${name}` }, h('summary', {}, 'Figures'), figures(run, metric, name, points)),
  );
}

function figures(run: Run, metric: Metric, name: string, points: readonly TrendPoint[]): Node {
  const number = (value: number | null) =>
    h('td', { class: 'number' }, value === null ? '–' : data(value, metric.format(value)));
  return scrollable(
    `Figures of ${name}`,
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Target', metric.title, 'low', 'high'].map((text) => h('th', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        points.map((point, i) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, targetLabel(run, run.targets[i]?.id ?? '')),
            number(point.value),
            number(point.low),
            number(point.high),
          ),
        ),
      ),
    ),
  );
}
