/** What stands around every view: the head with its menu, search and filter, and the foot. */
import { formatTime } from '../format.js';
import type { PageData } from '../page-data/types.js';
import { documentSelect, select } from './controls.js';
import { type Child, h } from './dom.js';
import type { Context, Run, View } from './model.js';
import { COMMON_CHOICES, formatRoute } from './route.js';
import { applyTheme, storedTheme, THEMES } from './theme.js';
import { counted } from './words.js';

export function header(context: Context, views: readonly View[], current: View): Node {
  return h(
    'header',
    {},
    h('a', { class: 'skip', href: formatRoute(context.route), click: skip }, 'Skip to the figures'),
    h('div', { class: 'title' }, h('h1', {}, 'dupmark'), themeControl()),
    h(
      'p',
      { class: 'what' },
      'What an OpenSSL SSL handle costs to create, what its duplicate keeps, and whether one is ever lost',
    ),
    h(
      'nav',
      { 'aria-label': 'Views' },
      h(
        'ul',
        {},
        views.map((view) =>
          h(
            'li',
            {},
            h(
              'a',
              {
                href: linkTo(context, view),
                'aria-current': view === current ? 'page' : null,
                id: `to-${view.id}`,
              },
              view.title,
            ),
          ),
        ),
      ),
    ),
  );
}

/** Not by the link's own hash: that names the view. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('view-title')?.focus();
}

/** Another view with the choices that hold everywhere. */
function linkTo({ route }: Context, { id }: View): string {
  const kept = [...route.choices].filter(([name]) => (COMMON_CHOICES as readonly string[]).includes(name));
  return formatRoute({ view: id, choices: new Map(kept) });
}

function themeControl(): HTMLElement {
  return select(
    {
      choose({ theme }) {
        applyTheme(THEMES.find((one) => one === theme) ?? 'auto');
      },
    },
    'theme',
    'Theme',
    THEMES.map((value) => ({ value, label: value })),
    storedTheme(),
  );
}

export function operationsOf(run: Run | null): readonly string[] {
  return [...new Set((run?.document.scenarios ?? []).map(({ operation }) => operation))];
}

/** Which run, and what of it: only what the view uses. */
export function filters(context: Context, view: View): Child {
  const { run } = context;
  const ofRun = view.of === 'run' || view.showsRun === true;
  const byScenario = run !== null && (view.of === 'run' ? view.scenarios !== false : view.showsRun === true);
  const look = view.of === 'store' && view.search !== null ? view.search : byScenario ? 'scenarios' : null;
  const members = [
    ofRun && run !== null ? runControl(context, run) : null,
    ...(view.of === 'store' ? (view.choices?.(context) ?? []) : []),
    look === null ? null : searchControl(context, look),
    byScenario
      ? select(
          context,
          'operation',
          'Operation',
          [{ value: '', label: 'all' }, ...operationsOf(run).map((value) => ({ value, label: value }))],
          context.choice('operation') ?? '',
        )
      : null,
    byScenario
      ? h(
          'p',
          { class: 'count', role: 'status' },
          `${context.scenarios.length} of ${run.document.scenarios.length} scenarios`,
        )
      : null,
  ].filter((member) => member !== null);
  if (members.length === 0) return null;
  return [
    h('div', { class: 'controls', role: 'search' }, members),
    // Controls are not printed.
    ofRun && run !== null
      ? h('p', { class: 'print-only' }, `Run ${run.document.id}, ${formatTime(run.document.startedAt)}`)
      : null,
  ];
}

function runControl(context: Context, run: Run): HTMLElement {
  return documentSelect(
    context,
    'run',
    'Run',
    context.runs.map(({ document }) => document),
    run.document.id,
  );
}

function searchControl(context: Context, look: string): HTMLElement {
  const search = h('input', {
    id: 'search',
    type: 'search',
    value: context.choice('q') ?? '',
    autocomplete: 'off',
    input: () => context.choose({ q: search.value }),
  });
  return h('label', { class: 'control' }, h('span', {}, `Search ${look} (press /)`), search);
}

export function empty(data: PageData): Node[] {
  document.title = 'dupmark';
  return [
    h('header', {}, h('div', { class: 'title' }, h('h1', {}, 'dupmark'), themeControl())),
    h(
      'main',
      { id: 'main' },
      h('h2', { id: 'view-title', tabindex: -1 }, 'No runs yet'),
      h(
        'p',
        {},
        'This page shows what dupmark has stored, and there is nothing in its folder. Measure with ',
        code('make bench'),
        ', observe with ',
        code('make conform'),
        ', look for leaks with ',
        code('make soak'),
        ' and for faults with ',
        code('make faults'),
        ', then write the page again with ',
        code('make report'),
        '.',
      ),
      leftOut(data),
    ),
    footer(data),
  ];
}

function code(text: string): Node {
  return h('code', {}, text);
}

/** What could not be read, by name, and how much older there is. */
export function leftOut({ skipped, left }: PageData): Child {
  if (skipped.length === 0 && left === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Not on this page'),
    h(
      'ul',
      { id: 'skipped' },
      skipped.map(({ name, reason }) => h('li', {}, h('strong', {}, name), `: ${reason}`)),
      left === 0 ? null : h('li', {}, `${left} older documents (dupmark report --last takes more runs)`),
    ),
  );
}

export function footer({ dupmark: { version, commit }, madeAt, runs, soaks, faults }: PageData): Node {
  const made = `Written by dupmark ${version}${commit === null ? '' : ` (${commit.slice(0, 12)})`}, ${formatTime(madeAt)}.`;
  const held = `${counted(runs.length, 'run')}, ${counted(soaks.length, 'soak')}, ${counted(faults.length, 'fault injection')}; nothing is loaded from anywhere else.`;
  return h('footer', {}, h('p', {}, `${made} ${held}`));
}
