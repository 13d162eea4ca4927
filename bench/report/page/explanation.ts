/** One row of the conformance matrix, explained: what is called, what was seen on each version, and the program that shows it. */
import { headersText, programText } from '../../conform/program.js';
import { CARRIED } from '../../core/conformance.js';
import type { ConformanceRow, OutcomeLooks, PageConformance } from '../page-data/types.js';
import { carriedBadge } from './carried.js';
import { controls, select } from './controls.js';
import { type Child, h } from './dom.js';
import type { Context } from './model.js';
import { scrollable } from './table.js';

/** Of the row that the URL names; nothing when it names none. */
export function explanation(context: Context, matrix: PageConformance): Child {
  const row = matrix.rows.find(({ name }) => name === context.choice('row'));
  if (row === undefined) return null;
  const { about } = row;
  return h(
    'section',
    { class: 'explanation', id: 'explained' },
    h(
      'div',
      { class: 'title' },
      h('h3', { id: 'explained-title', tabindex: -1 }, row.name),
      h(
        'button',
        { type: 'button', id: 'explained-close', click: () => context.choose({ row: null }) },
        'Close',
      ),
    ),
    about === null
      ? null
      : h(
          'p',
          {},
          'Set by ',
          h('code', {}, about.call),
          about.bullet === 'undocumented'
            ? '; the man page does not name it.'
            : `; the man page’s bullet “${about.bullet}”, ${about.documented === 'carried' ? 'documented as carried' : 'not documented as carried'}.`,
        ),
    scrollable(`Outcomes of ${row.name}`, outcomes(matrix, row)),
    program(context, row),
  );
}

interface Line {
  readonly session: boolean;
  readonly looks: OutcomeLooks;
  readonly expected: string | null;
  readonly targets: string[];
}

/** Versions that showed the same are one line. */
function outcomes({ targets, changes }: PageConformance, row: ConformanceRow): Node {
  const lines = new Map<string, Line>();
  for (const session of [false, true]) {
    targets.forEach((target, i) => {
      const cell = row.cells[i];
      const looks = (session ? cell?.withSession : cell?.plain) ?? null;
      if (looks === null) return;
      const name = `${row.name}${session ? ' +session' : ''}`;
      const expected = changes?.find((one) => one.row === name && one.target === target.id)?.expected ?? null;
      const key = JSON.stringify([session, looks, expected]);
      const line = lines.get(key) ?? { session, looks, expected, targets: [] };
      line.targets.push(target.id === target.version ? target.version : `${target.version} ${target.id}`);
      lines.set(key, line);
    });
  }
  return h(
    'table',
    { id: 'outcomes' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Versions', 'Session', 'Outcome', 'Why', 'What was looked at'].map((text) =>
          h('th', { scope: 'col' }, text),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      [...lines.values()].map(({ session, looks, expected, targets: of }) =>
        h(
          'tr',
          {},
          h(
            'th',
            { scope: 'row' },
            of.map((target) => h('span', { class: 'block' }, target)),
          ),
          h('td', {}, session ? 'set first' : 'none'),
          h('td', {}, carriedBadge(looks.carried)),
          h(
            'td',
            {},
            looks.detail === '' ? CARRIED[looks.carried] : looks.detail,
            expected === null ? null : h('strong', { class: 'lost' }, ` ▲ expected: ${expected}`),
          ),
          h('td', { class: 'wide-text' }, looksList(looks)),
        ),
      ),
    ),
  );
}

function looksList({ looks }: OutcomeLooks): Child {
  if (looks.length === 0) return h('span', { class: 'quiet' }, 'not stored');
  return looks.map(([at, seen]) => h('div', {}, h('span', { class: 'quiet' }, `${at}: `), seen));
}

/** The same text as the command prints, or the command where the page was written without the native part. */
function program(context: Context, { name }: ConformanceRow): Child {
  const withSession = context.choice('program') === 'session';
  const command = `dupmark conform --explain ${name}${withSession ? ' --session' : ''}`;
  const { programs } = context.data;
  const setting = programs?.settings[name];
  if (programs === null || setting === undefined) {
    return h('p', {}, 'The C program that shows this: ', h('code', {}, command));
  }
  const text = programText(
    setting,
    setting.code,
    { level: setting.level, withSession },
    programs.pieces,
    headersText,
  );
  return h(
    'details',
    { id: 'program', open: context.choice('program') !== null },
    h('summary', {}, 'The C program that shows this'),
    controls(
      select(
        context,
        'program',
        'On handles',
        [
          { value: 'plain', label: 'without a session' },
          { value: 'session', label: 'with a session to resume' },
        ],
        withSession ? 'session' : 'plain',
      ),
    ),
    h('p', { class: 'explain' }, 'As printed by ', h('code', {}, command), '.'),
    h('pre', { tabindex: 0, 'aria-label': `C program for ${name}` }, text),
  );
}
