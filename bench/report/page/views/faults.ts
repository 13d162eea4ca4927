/** Fault injections over time: what each call made of a refused allocation, worst first, and what repeats it. */
import { formatCount, formatTime } from '../../format.js';
import type { PageFaults, PageFaultTarget } from '../../page-data/types.js';
import { controls, documentSelect, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import type { Context, View } from '../model.js';
import { cutTable, table } from '../table.js';
import { FAULT_KIND_NAMES, faultBadge, faultTone, faultWord } from '../verdicts.js';
import { counted } from '../words.js';

type Finding = PageFaultTarget['findings'][number];

/** The same finding on one target or several: only the lines of OpenSSL's source differ. */
interface Row {
  /** Newest OpenSSL last. */
  readonly on: { readonly target: PageFaultTarget; readonly finding: Finding }[];
  readonly kind: Finding['kind'];
  /** Whether the injection before had it as well; null where there is none. */
  readonly known: boolean | null;
}

export const faults: View = {
  id: 'faults',
  title: 'Faults',
  of: 'store',
  search: 'findings and calls',
  has: ({ faults: all }) => all.length > 0,
  choices: (context) => [
    documentSelect(context, 'faults', 'Injection', context.data.faults, chosenId(context)),
  ],
  render(context) {
    const all = context.data.faults;
    const at = all.findIndex(({ id }) => id === chosenId(context));
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
      findings(context, current, all[at + 1]),
      matrix(context, current),
      all.length > 1 ? history(context, all) : null,
      notHere(current),
    );
  },
};

function chosenId(context: Context): string {
  return oneOf(
    context.choice('faults'),
    context.data.faults.map(({ id }) => id),
  );
}

/** What is the same in all versions. */
function essence({ kind, text }: Finding): string {
  return `${kind}\n${text.replace(/ \(\d+ points in .*?\)$/, '').replace(/(\.[ch]):\d+/g, '$1')}`;
}

function rowsOf(current: PageFaults, before: PageFaults | undefined): readonly Row[] {
  const known = new Set(before?.targets.flatMap(({ findings: of }) => of.map(essence)) ?? []);
  const rows = new Map<string, Row>();
  for (const target of current.targets) {
    for (const finding of target.findings) {
      const key = essence(finding);
      const row = rows.get(key) ?? {
        ...{ on: [], kind: finding.kind },
        known: before === undefined ? null : known.has(key),
      };
      row.on.push({ target, finding });
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => severity(a) - severity(b) || pointsOf(b) - pointsOf(a));
}

function severity({ kind }: Row): number {
  return FAULT_KIND_NAMES.indexOf(kind);
}

function pointsOf({ on }: Row): number {
  return on.reduce((sum, { finding }) => sum + finding.points, 0);
}

function findings(context: Context, current: PageFaults, before: PageFaults | undefined): Child {
  const rows = rowsOf(current, before).filter(({ on }) =>
    on.some(({ target, finding }) => context.matches(target.id, finding.kind, finding.text)),
  );
  const kinds = FAULT_KIND_NAMES.filter((kind) => rows.some((row) => row.kind === kind));
  const kind = oneOf(context.choice('kind'), ['', ...kinds]);
  const shown = rows.filter((row) => kind === '' || row.kind === kind);
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
                label: `${faultWord(one)} (${rows.filter((row) => row.kind === one).length})`,
              })),
            ],
            kind,
          ),
        ),
    rows.length === 0
      ? null
      : table<Row>(context, {
          id: 'findings',
          class: 'narrow',
          caption: `${counted(shown.length, 'finding')}, alike ones of several versions together; a point is an allocation that was refused`,
          rows: shown,
          columns: [
            { key: 'kind', title: 'Kind', value: severity, cell: (row) => faultBadge(row.kind) },
            {
              key: 'points',
              title: 'Points',
              numeric: true,
              value: pointsOf,
              cell: (row) => data(pointsOf(row), formatCount(pointsOf(row))),
            },
            { key: 'what', title: 'What happens, and what repeats it', cell: whatHappens },
          ],
        }),
  );
}

/** In words of the newest version, those of the others on demand. */
function whatHappens({ on, known }: Row): Child {
  const newest = on.at(-1);
  if (newest === undefined) return null;
  const { finding } = newest;
  const others = on.slice(0, -1);
  return [
    h('div', { class: 'quiet' }, [...new Set(on.map(({ target }) => versionOf(target)))].join(', ')),
    h(
      'div',
      { class: 'wide-text' },
      known === false ? h('strong', { class: 'lost' }, 'new: ') : null,
      finding.text,
    ),
    finding.proof === null
      ? null
      : h('div', { class: 'wide-text' }, h('strong', { class: 'lost' }, 'proved: '), finding.proof),
    h('code', { class: 'block' }, finding.replay),
    finding.backtrace.length === 0 && others.length === 0
      ? null
      : h(
          'details',
          {},
          h(
            'summary',
            {},
            [
              others.length === 0 ? '' : 'on the other versions',
              finding.backtrace.length === 0 ? '' : 'backtrace',
            ]
              .filter((text) => text !== '')
              .join(', '),
          ),
          finding.backtrace.length === 0
            ? null
            : h('p', { class: 'wide-text quiet' }, finding.backtrace.join(' ← ')),
          others.map(({ target, finding: other }) =>
            h(
              'div',
              { class: 'wide-text' },
              h('strong', {}, versionOf(target)),
              `: ${other.text} `,
              h('code', { class: 'block' }, other.replay),
            ),
          ),
        ),
  ];
}

function versionOf({ id, version }: PageFaultTarget): string {
  return version?.split(/\s+/)[1] ?? id;
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
      columns: here.length,
      caption: `${counted(rows.length, 'call')} on ${counted(here.length, 'target')}; numbers are points`,
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
      class: 'narrow',
      caption: `${counted(all.length, 'fault injection')}, newest first; numbers are findings on targets`,
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
