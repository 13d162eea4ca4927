/** Fault injections over time: what each call made of a refused allocation, worst first, and what repeats it. */
import { formatCount, formatTime } from '../../format.js';
import type { PageFaults, PageFaultTarget } from '../../page-data/types.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import type { Context, View } from '../model.js';
import { cutTable, table } from '../table.js';
import { FAULT_KIND_NAMES, faultBadge, faultTone, faultWord } from '../verdicts.js';

interface Row {
  readonly target: PageFaultTarget;
  readonly finding: PageFaultTarget['findings'][number];
  /** Whether the injection before had it as well; null where there is none. */
  readonly known: boolean | null;
}

export const faults: View = {
  id: 'faults',
  title: 'Faults',
  of: 'store',
  search: 'findings and calls',
  has: ({ faults: all }) => all.length > 0,
  render(context) {
    const all = context.data.faults;
    const chosen = oneOf(
      context.choice('faults'),
      all.map(({ id }) => id),
    );
    const at = all.findIndex(({ id }) => id === chosen);
    const current = all[at];
    if (current === undefined) return h('p', {}, 'No fault injection is stored yet: make faults');
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'Every allocation of every call is refused in turn, alone and with all that come after it. The man page allows NULL or 0 with an entry in the error queue, or success with everything.',
      ),
      controls(
        select(
          context,
          'faults',
          'Injection',
          all.map(({ id, startedAt, command }) => ({
            value: id,
            label: `${formatTime(startedAt)} · ${id.slice(-6)} · ${command.join(' ')}`,
          })),
          chosen,
        ),
      ),
      findings(context, current, all[at + 1]),
      matrix(context, current),
      all.length > 1 ? history(context, all) : null,
      notHere(current),
    );
  },
};

function findings(context: Context, current: PageFaults, before: PageFaults | undefined): Child {
  const known = new Set(
    before?.targets.flatMap(({ id, findings: of }) => of.map(({ text }) => `${id}\n${text}`)) ?? [],
  );
  const rows = current.targets
    .flatMap((target) =>
      target.findings.map(
        (finding): Row => ({
          ...{ target, finding },
          known: before === undefined ? null : known.has(`${target.id}\n${finding.text}`),
        }),
      ),
    )
    .filter(({ target, finding }) => context.matches(target.id, finding.kind, finding.text))
    .sort((a, b) => severity(a) - severity(b) || b.finding.points - a.finding.points);
  const kinds = FAULT_KIND_NAMES.filter((kind) => rows.some(({ finding }) => finding.kind === kind));
  const kind = oneOf(context.choice('kind'), ['', ...kinds]);
  const shown = rows.filter(({ finding }) => kind === '' || finding.kind === kind);
  return h(
    'section',
    {},
    h('h3', {}, 'Findings, worst first'),
    rows.length === 0 ? h('p', {}, 'None: every refused allocation is reported as the man page says.') : null,
    kinds.length < 2
      ? null
      : controls(
          select(
            context,
            'kind',
            'Kind',
            [
              { value: '', label: `all (${rows.length})` },
              ...kinds.map((one) => ({
                value: one,
                label: `${faultWord(one)} (${rows.filter(({ finding }) => finding.kind === one).length})`,
              })),
            ],
            kind,
          ),
        ),
    table<Row>(context, {
      id: 'findings',
      caption: `${shown.length} findings; a point is an allocation that was refused`,
      rows: shown,
      columns: [
        { key: 'kind', title: 'Kind', value: severity, cell: ({ finding }) => faultBadge(finding.kind) },
        {
          key: 'target',
          title: 'Target',
          value: ({ target }) => target.id,
          cell: ({ target }) => h('span', { class: 'block' }, label(target)),
        },
        {
          key: 'points',
          title: 'Points',
          numeric: true,
          value: ({ finding }) => finding.points,
          cell: ({ finding }) => data(finding.points, formatCount(finding.points)),
        },
        {
          key: 'what',
          title: 'What happens, and what repeats it',
          cell: ({ finding, known: before }) => [
            h(
              'div',
              { class: 'wide-text' },
              before === false ? h('strong', { class: 'lost' }, 'new: ') : null,
              finding.text,
            ),
            finding.backtrace.length === 0
              ? null
              : h('div', { class: 'quiet wide-text' }, finding.backtrace.join(' ← ')),
            h('code', { class: 'block' }, finding.replay),
          ],
        },
      ],
    }),
  );
}

function severity({ finding }: Row): number {
  return FAULT_KIND_NAMES.indexOf(finding.kind);
}

function label({ id, version }: PageFaultTarget): string {
  return version === null ? id : `${version.split(/\s+/)[1] ?? version} ${id}`;
}

/** Calls on targets; those without trouble only on demand. */
function matrix(context: Context, { targets }: PageFaults): Child {
  const here = targets.filter(({ notAvailable }) => notAvailable === null);
  if (here.length === 0) return null;
  const cells = here.map(({ cases }) => new Map(cases.map((one) => [one.name, one])));
  const all = [...new Set(here.flatMap(({ cases }) => cases.map(({ name }) => name)))].filter((name) =>
    context.matches(name),
  );
  const troubled = all.filter((name) =>
    cells.some((of) => (of.get(name)?.faulty.length ?? 0) > 0 || of.get(name)?.failure),
  );
  const which = oneOf(context.choice('cases'), ['troubled', 'all']);
  const rows = which === 'all' ? all : troubled;
  return h(
    'section',
    {},
    h('h3', {}, 'Calls'),
    controls(
      select(
        context,
        'cases',
        'Calls',
        [
          { value: 'troubled', label: `with a finding (${troubled.length})` },
          { value: 'all', label: `all (${all.length})` },
        ],
        which,
      ),
    ),
    cutTable(context, {
      id: 'calls',
      class: 'matrix',
      caption: `${rows.length} calls on ${here.length} targets; numbers are points`,
      head: h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Call'),
        here.map((target) =>
          h(
            'th',
            { scope: 'col' },
            h('span', {}, target.version?.split(/\s+/)[1] ?? ''),
            h('small', {}, target.id),
          ),
        ),
      ),
      rows,
      row: (name) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          cells.map((of) => {
            const one = of.get(name);
            if (one === undefined) return h('td', { class: 'quiet' }, 'absent');
            if (one.failure !== '') return h('td', { class: 'quiet', title: one.failure }, 'could not run');
            const [worst] = one.faulty;
            return h(
              'td',
              { class: `state ${worst === undefined ? 'good' : faultTone(worst[0])}` },
              worst === undefined
                ? h('span', { class: 'badge good' }, '✓ fine')
                : one.faulty.map(([kind, points]) =>
                    h('span', { class: 'block' }, faultBadge(kind), ' ', data(points, formatCount(points))),
                  ),
              h('span', { class: 'amount' }, 'of ', data(one.points, formatCount(one.points))),
            );
          }),
        ),
    }),
  );
}

function history(context: Context, all: readonly PageFaults[]): Node {
  const count = (one: PageFaults, kind: string): number =>
    one.targets.reduce(
      (sum, { findings: of }) => sum + of.filter((finding) => finding.kind === kind).length,
      0,
    );
  const kinds = FAULT_KIND_NAMES.filter((kind) => all.some((one) => count(one, kind) > 0));
  return h(
    'section',
    {},
    h('h3', {}, 'All fault injections'),
    table<PageFaults>(context, {
      id: 'injections',
      caption: `${all.length} fault injections, newest first; numbers are findings`,
      rows: all,
      columns: [
        {
          key: 'started',
          title: 'Started',
          value: ({ startedAt }) => startedAt,
          cell: ({ id, startedAt }) => h('a', { href: `#/faults?faults=${id}` }, formatTime(startedAt)),
        },
        ...kinds.map((kind) => ({
          key: kind,
          title: faultWord(kind),
          numeric: true,
          value: (one: PageFaults) => count(one, kind),
          cell: (one: PageFaults) => data(count(one, kind), formatCount(count(one, kind))),
        })),
        { key: 'targets', title: 'Targets', cell: ({ targets }) => targets.map(({ id }) => id).join(', ') },
        {
          key: 'command',
          title: 'Command',
          cell: ({ command }) => h('code', {}, `dupmark ${command.join(' ')}`),
        },
      ],
    }),
  );
}

function notHere({ targets }: PageFaults): Child {
  const away = targets.filter(({ notAvailable }) => notAvailable !== null);
  return away.map(({ id, notAvailable }) =>
    h('p', { class: 'quiet' }, h('strong', {}, id), `: not available here: ${notAvailable ?? ''}`),
  );
}
