/** Soaks over time: the verdict of each scenario on each target, then and before, and what was found with its replay. */
import { formatCount, formatTime } from '../../format.js';
import type { PageSoak, PageSoakCell } from '../../page-data/types.js';
import { documentSelect, oneOf } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import type { Context, View } from '../model.js';
import { cutTable, table } from '../table.js';
import { SOAK_VERDICTS, soakBadge, soakSign, soakTone, soakWord } from '../verdicts.js';
import { counted } from '../words.js';

/** Signs of so many earlier soaks fit into a cell. */
const EARLIER_SHOWN = 10;

export const soak: View = {
  id: 'soak',
  title: 'Soak',
  of: 'store',
  search: 'scenarios and targets',
  has: ({ soaks }) => soaks.length > 0,
  choices: (context) => [documentSelect(context, 'soak', 'Soak', context.data.soaks, chosenId(context))],
  render(context) {
    const { soaks } = context.data;
    const at = soaks.findIndex(({ id }) => id === chosenId(context));
    const current = soaks[at];
    if (current === undefined) return h('p', {}, 'No soak is stored yet: make soak');
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'Handles are made, duplicated, shared and freed very many times; exact oracles then tell whether one reference was lost. ',
        'Signs beside a verdict are those of earlier soaks, the newest first.',
      ),
      found(context, current),
      matrix(context, current, soaks.slice(at + 1)),
      h('h3', {}, 'All soaks'),
      history(context, soaks),
    );
  },
};

function chosenId(context: Context): string {
  return oneOf(
    context.choice('soak'),
    context.data.soaks.map(({ id }) => id),
  );
}

/** Worst first, each with what repeats it. */
function found(context: Context, { cells, targets, end }: PageSoak): Child {
  const troubled = cells
    .filter(({ verdict }) => verdict !== 'none' && verdict !== 'not-available')
    .filter(({ scenario, target }) => context.matches(scenario, target))
    .sort((a, b) => SOAK_VERDICTS.indexOf(a.verdict) - SOAK_VERDICTS.indexOf(b.verdict));
  const refused = targets.filter((target) => target.refused !== null);
  return h(
    'section',
    {},
    h('h3', {}, 'Findings, worst first'),
    end === 'complete' ? null : h('p', {}, `This soak is not complete: ${end}.`),
    troubled.length === 0 ? h('p', { id: 'no-findings' }, 'None: every oracle is content.') : null,
    h(
      'ul',
      { class: 'findings', id: 'findings' },
      troubled.map((cell) => h('li', {}, finding(cell))),
    ),
    refused.map(({ id, refused: reason }) => h('p', {}, h('strong', {}, `Refused ${id}`), `: ${reason}`)),
  );
}

function finding({ verdict, scenario, target, reason, findings, replay }: PageSoakCell): Child {
  return [
    h('p', {}, soakBadge(verdict), h('strong', {}, ` ${scenario}`), ` on ${target}`),
    findings.length === 0 ? h('p', { class: 'said' }, reason) : null,
    findings.map(({ oracle, message, cycle, retainers }) =>
      h(
        'p',
        { class: 'said' },
        h('span', { class: 'quiet' }, `${oracle}: `),
        message,
        cycle === null ? null : [' in cycle ', data(cycle, formatCount(cycle))],
        retainers.map((retainer) => h('span', { class: 'quiet block' }, `held by ${retainer}`)),
      ),
    ),
    replay === null ? null : h('p', { class: 'said' }, 'Repeat it: ', h('code', {}, replay)),
  ];
}

function matrix(context: Context, current: PageSoak, earlier: readonly PageSoak[]): Node {
  const scenarios = [...new Set(current.cells.map(({ scenario }) => scenario))].filter((scenario) =>
    context.matches(scenario),
  );
  const targets = [...new Set(current.cells.map(({ target }) => target))];
  const version = new Map(current.targets.map(({ id, version: reported }) => [id, reported]));
  const at = (soaked: PageSoak) => {
    const cells = new Map(soaked.cells.map((cell) => [`${cell.scenario}\n${cell.target}`, cell]));
    return (scenario: string, target: string) => cells.get(`${scenario}\n${target}`);
  };
  const now = at(current);
  const before = earlier.map((one) => ({ when: formatTime(one.startedAt), of: at(one) }));
  return h(
    'section',
    {},
    h('h3', {}, 'Verdicts'),
    cutTable(context, {
      id: 'verdicts',
      class: 'matrix',
      columns: targets.length,
      caption: `${counted(scenarios.length, 'scenario')} on ${counted(targets.length, 'target')}, with cycles`,
      head: h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Scenario'),
        targets.map((target) =>
          h(
            'th',
            { scope: 'col' },
            h('span', {}, version.get(target)?.split(/\s+/)[1] ?? ''),
            h('small', {}, target),
          ),
        ),
      ),
      rows: scenarios,
      row: (scenario) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, scenario),
          targets.map((target) => {
            const cell = now(scenario, target);
            const past = before.flatMap(({ when, of }) => {
              const one = of(scenario, target);
              return one === undefined ? [] : { when, verdict: one.verdict };
            });
            if (cell === undefined) return h('td', { class: 'quiet' }, 'not run');
            return h(
              'td',
              { class: `state ${soakTone(cell.verdict)}`, title: cell.reason || null },
              soakBadge(cell.verdict),
              h('span', { class: 'amount' }, data(cell.cycles, formatCount(cell.cycles))),
              past.length === 0
                ? null
                : h(
                    'span',
                    { class: 'past' },
                    past.slice(0, EARLIER_SHOWN).map(({ when, verdict }) => soakSign(verdict, when)),
                  ),
            );
          }),
        ),
    }),
  );
}

function history(context: Context, soaks: readonly PageSoak[]): Node {
  const count = (one: PageSoak, verdict: string): number =>
    one.cells.filter((cell) => cell.verdict === verdict).length;
  const cycles = (one: PageSoak): number => one.cells.reduce((sum, cell) => sum + cell.cycles, 0);
  return table<PageSoak>(context, {
    id: 'soaks',
    class: 'narrow',
    caption: `${counted(soaks.length, 'soak')}, newest first; numbers are cells`,
    rows: soaks,
    columns: [
      {
        key: 'started',
        title: 'Started',
        value: ({ startedAt }) => startedAt,
        cell: ({ id, startedAt }) => h('a', { href: `#/soak?soak=${id}` }, formatTime(startedAt)),
      },
      {
        key: 'cycles',
        title: 'Cycles',
        numeric: true,
        value: cycles,
        cell: (one) => data(cycles(one), formatCount(cycles(one))),
      },
      ...SOAK_VERDICTS.map((verdict) => ({
        key: verdict,
        title: soakWord(verdict),
        numeric: true,
        value: (one: PageSoak) => count(one, verdict),
        cell: (one: PageSoak) => data(count(one, verdict), formatCount(count(one, verdict))),
      })),
      {
        key: 'command',
        title: 'Command',
        cell: ({ command, seed }) => h('code', {}, `dupmark ${command.join(' ')} (seed ${seed})`),
      },
    ],
  });
}
