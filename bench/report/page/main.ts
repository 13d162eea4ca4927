/** The page: reads its data, shows the view that the URL's hash names, and draws it again when a choice changes. */
import { formatTime } from '../format.js';
import { DATA_ELEMENT, type PageData } from '../page-types.js';
import { oneOf, select } from './controls.js';
import { type Child, h } from './dom.js';
import { type Context, indexRun, type Run, type View } from './model.js';
import { COMMON_CHOICES, formatRoute, type Route, readRoute, withChoices } from './route.js';
import { applyTheme, storedTheme, THEMES } from './theme.js';
import { VIEWS } from './views/index.js';

const data = JSON.parse(document.getElementById(DATA_ELEMENT)?.textContent ?? '') as PageData;
const runs = data.runs.map(indexRun);
const app = document.getElementById('app') ?? document.body;
let route = readRoute(location.hash);

applyTheme(storedTheme());
window.addEventListener('hashchange', () => {
  const before = route.view;
  route = readRoute(location.hash);
  draw();
  // Somebody who does not see the page must be told that another view has come.
  if (route.view !== before) document.getElementById('view-title')?.focus();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById('search')?.focus();
});
draw();
// What a page of many points is judged by (page-browser.test.ts).
performance.mark('dupmark-interactive');

function choose(changes: Readonly<Record<string, string | null>>): void {
  route = withChoices(route, changes);
  history.replaceState(null, '', formatRoute(route));
  draw();
}

/** Draws everything anew, and gives the focus back to the control that had it. */
function draw(): void {
  const focused = document.activeElement;
  const focus = focused?.id ?? '';
  const caret = focused instanceof HTMLInputElement ? focused.selectionStart : null;
  const run = runs.find(({ document: { id } }) => id === route.choices.get('run')) ?? runs[0];
  app.replaceChildren(...(run === undefined ? empty() : shell(run)));
  const again = focus === '' ? null : document.getElementById(focus);
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLInputElement && caret !== null) again.setSelectionRange(caret, caret);
}

function shell(run: Run): Node[] {
  const views = VIEWS.filter((view) => view.has(run, data));
  const view = views.find(({ id }) => id === route.view) ?? views[0];
  if (view === undefined) return empty();
  document.title = `${view.title} · dupmark`;
  const context = contextOf(run);
  return [
    header(run, views, view),
    h(
      'main',
      { id: 'main' },
      h('h2', { id: 'view-title', tabindex: -1 }, view.title),
      view.scenarios === false ? null : filters(run, context),
      view.render(context),
    ),
    footer(),
  ];
}

/** Not by the link's own hash: that names the view. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('view-title')?.focus();
}

function contextOf(run: Run): Context {
  const search = (route.choices.get('q') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const operation = oneOf(route.choices.get('operation') ?? null, ['', ...operationsOf(run)]);
  return {
    data,
    runs,
    run,
    scenarios: run.document.scenarios.filter(
      (scenario) =>
        (operation === '' || scenario.operation === operation) &&
        search.every((word) => scenario.name.toLowerCase().includes(word)),
    ),
    route,
    choice: (name) => route.choices.get(name) ?? null,
    choose,
  };
}

function operationsOf(run: Run): readonly string[] {
  return [...new Set(run.document.scenarios.map(({ operation }) => operation))];
}

function header(run: Run, views: readonly View[], current: View): Node {
  return h(
    'header',
    {},
    h('a', { class: 'skip', href: formatRoute(route), click: skip }, 'Skip to the figures'),
    h('div', { class: 'title' }, h('h1', {}, 'dupmark'), themeControl()),
    h('p', { class: 'what' }, 'What an OpenSSL SSL handle costs to create, over versions and settings'),
    runs.length > 1
      ? select(
          { choose },
          'run',
          'Run',
          runs.map(({ document: { id, startedAt, command } }) => ({
            value: id,
            label: `${formatTime(startedAt)} · ${id.slice(-6)} · ${command.join(' ')}`,
          })),
          run.document.id,
        )
      : h('p', {}, `Run ${run.document.id}, ${formatTime(run.document.startedAt)}`),
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
              { href: linkTo(view), 'aria-current': view === current ? 'page' : null, id: `to-${view.id}` },
              view.title,
            ),
          ),
        ),
      ),
    ),
  );
}

/** Another view with the choices that hold everywhere. */
function linkTo({ id }: View): string {
  const kept = [...route.choices].filter(([name]) => (COMMON_CHOICES as readonly string[]).includes(name));
  const next: Route = { view: id, choices: new Map(kept) };
  return formatRoute(next);
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

function filters(run: Run, context: Context): Child {
  const total = run.document.scenarios.length;
  const search = h('input', {
    id: 'search',
    type: 'search',
    placeholder: 'dup cipher-list',
    value: context.choice('q') ?? '',
    autocomplete: 'off',
    input: () => choose({ q: search.value }),
  });
  return h(
    'div',
    { class: 'controls', role: 'search' },
    h('label', { class: 'control' }, h('span', {}, 'Search scenarios (/)'), search),
    select(
      context,
      'operation',
      'Operation',
      [{ value: '', label: 'all' }, ...operationsOf(run).map((value) => ({ value, label: value }))],
      context.choice('operation') ?? '',
    ),
    h('p', { class: 'count', role: 'status' }, `${context.scenarios.length} of ${total} scenarios`),
  );
}

function empty(): Node[] {
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
        'This page shows runs that dupmark bench has stored, and there is none in its folder. Measure with ',
        h('code', {}, 'make bench'),
        ', then write the page again with ',
        h('code', {}, 'make report'),
        '.',
      ),
      data.skipped.length === 0
        ? null
        : h(
            'ul',
            { id: 'skipped' },
            data.skipped.map(({ name, reason }) => h('li', {}, h('strong', {}, name), `: ${reason}`)),
          ),
    ),
    footer(),
  ];
}

function footer(): Node {
  const { version, commit } = data.dupmark;
  return h(
    'footer',
    {},
    h(
      'p',
      {},
      `Written by dupmark ${version}${commit === null ? '' : ` (${commit.slice(0, 12)})`}, ${formatTime(data.madeAt)}. ${runs.length} runs; nothing is loaded from anywhere else.`,
    ),
  );
}
