/** The Node layer: what Node's own tls and an addon cost, and which share of it is OpenSSL's. */
import { formatShare } from '../../format.js';
import type { PageNodeCell, PageNodeLayer, PageTarget } from '../../page-data/measured-types.js';
import { oneOf, select } from '../controls.js';
import { type Child, data, h, svg } from '../dom.js';
import { chosenOf, measurementSelect, provenance, remarks } from '../measured.js';
import type { Context, View } from '../model.js';
import { table } from '../table.js';
import { counted, timeFigure } from '../words.js';

interface Row extends PageNodeCell {
  readonly task: PageNodeLayer['tasks'][number];
  readonly target: PageTarget;
  /** The longest time of its task: bars of a task can be held against each other. */
  readonly longestNs: number;
}

const NAME = 'node-layer';

export const nodeLayer: View = {
  id: NAME,
  title: 'Node layer',
  of: 'store',
  search: 'tasks and targets',
  has: ({ nodeLayers }) => nodeLayers.length > 0,
  choices(context) {
    const current = chosenOf(context, NAME, context.data.nodeLayers);
    return [
      measurementSelect(context, NAME, context.data.nodeLayers),
      ...(current === undefined ? [] : [taskSelect(context, current)]),
    ];
  },
  render(context) {
    const current = chosenOf(context, NAME, context.data.nodeLayers);
    if (current === undefined) return h('p', {}, 'The Node layer was not measured yet: make node-layer');
    const chosen = taskOf(context, current);
    const tasks = current.tasks.filter(({ task }) => chosen === '' || task === chosen);
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'What Node’s own tls and a Node-API addon cost, one operation at a time, and what OpenSSL does in it, done natively: rounds of the two alternate in one process. ',
        `Times are medians of ${current.blocks} fresh processes each, with intervals of at least 95 %; `,
        'a bar is as long as the time is beside the longest of its task.',
      ),
      provenance(current),
      h(
        'ul',
        { class: 'legend words' },
        h('li', {}, h('span', { class: 'swatch share-openssl' }), 'OpenSSL’s part'),
        h('li', {}, h('span', { class: 'swatch share-node' }), 'Node’s, and the addon’s'),
      ),
      figures(context, current, tasks),
      abouts(tasks),
      remarks(current, []),
    );
  },
};

function taskOf(context: Context, { tasks }: PageNodeLayer): string {
  return oneOf(context.choice('task'), ['', ...tasks.map(({ task }) => task)]);
}

function taskSelect(context: Context, current: PageNodeLayer): HTMLElement {
  return select(
    context,
    'task',
    'Task',
    [
      { value: '', label: 'all' },
      ...current.tasks.map(({ task, about }) => ({ value: task, label: `${task}: ${about}` })),
    ],
    taskOf(context, current),
  );
}

function figures(context: Context, current: PageNodeLayer, tasks: PageNodeLayer['tasks']): Node {
  const rows = tasks.flatMap((task) => {
    const longestNs = Math.max(...task.cells.map(({ time }) => time?.medianNs ?? 0));
    return current.targets.flatMap((target, i): readonly Row[] => {
      const cell = task.cells[i];
      const found = context.matches(task.task, task.about, task.beneath ?? '', nodeText(target), target.id);
      return cell === undefined || !found ? [] : [{ ...cell, task, target, longestNs }];
    });
  });
  return table<Row>(context, {
    id: 'tasks',
    class: 'tasks',
    caption: `${counted(tasks.length, 'task')} on ${counted(current.targets.length, 'target')}`,
    rows,
    columns: [
      {
        key: 'task',
        title: 'Task',
        value: ({ task }) => task.task,
        cell: ({ task }) => task.task,
      },
      {
        key: 'target',
        title: 'Target',
        value: ({ target }) => nodeText(target),
        cell: ({ target }) =>
          target.node === null
            ? target.id
            : [h('span', {}, `Node ${target.node} `), h('small', {}, `OpenSSL ${target.version ?? '?'}`)],
      },
      {
        key: 'time',
        title: 'Time',
        numeric: true,
        value: ({ time }) => time?.medianNs ?? null,
        cell: (row) =>
          row.time === null
            ? [
                h('span', { class: 'quiet' }, 'not available'),
                h('small', { class: 'block reason' }, row.reason ?? 'not measured'),
              ]
            : [timeFigure(row.time), bar(row)],
      },
      {
        key: 'share',
        title: 'OpenSSL’s share',
        value: ({ share }) => share?.ratio ?? null,
        cell: shareFigure,
      },
      {
        key: 'openssl',
        title: 'OpenSSL’s part',
        numeric: true,
        value: ({ openssl }) => openssl?.medianNs ?? null,
        cell: ({ openssl }) => (openssl === null ? h('span', { class: 'quiet' }, '–') : timeFigure(openssl)),
      },
    ],
  });
}

function abouts(tasks: PageNodeLayer['tasks']): Node {
  return h(
    'details',
    { id: 'task-about', open: true },
    h('summary', {}, 'What the tasks are'),
    h(
      'ul',
      { class: 'said' },
      tasks.map(({ task, about, beneath }) =>
        h(
          'li',
          {},
          h('strong', {}, task),
          `: ${about}`,
          beneath === null ? null : h('span', { class: 'quiet block' }, `OpenSSL’s part: ${beneath}`),
        ),
      ),
    ),
  );
}

/** `Node 22.1.0 OpenSSL 3.0.13`. */
function nodeText({ id, node, version }: PageTarget): string {
  return node === null ? id : `Node ${node} OpenSSL ${version ?? '?'}`;
}

function shareFigure({ share, time, task }: Row): Child {
  if (time === null) return null;
  if (share === null) {
    return h('span', { class: 'quiet' }, task.beneath === null ? 'OpenSSL has none' : 'no data');
  }
  const { ratio, interval } = share;
  return h(
    'span',
    { class: 'figure' },
    data(ratio, formatShare(ratio)),
    h(
      'span',
      { class: 'quiet' },
      interval === null ? ' ±?' : ` (${formatShare(interval.low)} to ${formatShare(interval.high)})`,
    ),
  );
}

const BAR_WIDTH = 130;
const BAR_HEIGHT = 10;

/** Decoration for those who see: the same figures stand beside it as text. */
function bar({ share, time, longestNs }: Row): Child {
  if (time === null || longestNs <= 0) return null;
  const whole = Math.max(1, (BAR_WIDTH * time.medianNs) / longestNs);
  const openssl = whole * Math.max(0, Math.min(1, share?.ratio ?? 0));
  return svg(
    'svg',
    {
      class: 'share-bar',
      viewBox: `0 0 ${BAR_WIDTH} ${BAR_HEIGHT}`,
      ...{ width: BAR_WIDTH, height: BAR_HEIGHT, 'aria-hidden': 'true' },
    },
    svg('rect', { class: 'share-node', x: 0, y: 0, width: whole.toFixed(1), height: BAR_HEIGHT }),
    svg('rect', { class: 'share-openssl', x: 0, y: 0, width: openssl.toFixed(1), height: BAR_HEIGHT }),
  );
}
