/** The page: reads its data, shows the view that the URL's hash names, and draws it again when a choice changes. */
import { DATA_ELEMENT, type PageData } from '../page-data/types.js';
import { oneOf } from './controls.js';
import { h } from './dom.js';
import { type Context, indexRun, type Run } from './model.js';
import { formatRoute, readRoute, withChoices } from './route.js';
import { empty, filters, footer, header, operationsOf } from './shell.js';
import { applyTheme, storedTheme } from './theme.js';
import { VIEWS } from './views/index.js';

const data = JSON.parse(document.getElementById(DATA_ELEMENT)?.textContent ?? '') as PageData;
const runs = data.runs.map(indexRun);
const app = document.getElementById('app') ?? document.body;
let route = readRoute(location.hash);

applyTheme(storedTheme());
window.addEventListener('hashchange', () => {
  const before = route;
  route = readRoute(location.hash);
  draw();
  // Somebody who does not see the page must be told that another view has come, or what a link opened.
  if (route.view !== before.view) document.getElementById('view-title')?.focus();
  else if (route.choices.get('row') !== before.choices.get('row')) {
    document.getElementById('explained-title')?.focus();
  }
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

/** Draws everything anew; what had the focus has it again, and what was folded or unfolded stays so. */
function draw(): void {
  const focused = document.activeElement;
  const focus = focused?.id ?? '';
  const caret = focused instanceof HTMLInputElement ? focused.selectionStart : null;
  const unfolded = new Map([...app.querySelectorAll('details')].map(({ id, open }) => [id, open]));
  app.replaceChildren(...shell());
  for (const details of app.querySelectorAll<HTMLDetailsElement>('details[id]')) {
    details.open = unfolded.get(details.id) ?? details.open;
  }
  const again = focus === '' ? null : document.getElementById(focus);
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLInputElement && caret !== null) again.setSelectionRange(caret, caret);
}

function shell(): Node[] {
  const run = runs.find(({ document: { id } }) => id === route.choices.get('run')) ?? runs[0] ?? null;
  const views = VIEWS.filter((view) =>
    view.of === 'store' ? view.has(data) : run !== null && view.has(run, data),
  );
  const view = views.find(({ id }) => id === route.view) ?? views[0];
  if (view === undefined) return empty(data);
  document.title = `${view.title} · dupmark`;
  const context = contextOf(run);
  return [
    header(context, views, view),
    h(
      'main',
      { id: 'main' },
      h('h2', { id: 'view-title', tabindex: -1 }, view.title),
      (view.of === 'store' && view.intro?.(context)) || null,
      filters(context, view),
      view.of === 'store' ? view.render(context) : run === null ? null : view.render({ ...context, run }),
    ),
    footer(data),
  ];
}

function contextOf(run: Run | null): Context {
  const search = (route.choices.get('q') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const operation = oneOf(route.choices.get('operation') ?? null, ['', ...operationsOf(run)]);
  const matches = (...texts: readonly string[]): boolean => {
    const text = texts.join('\n').toLowerCase();
    return search.every((word) => text.includes(word));
  };
  return {
    data,
    runs,
    run,
    scenarios: (run?.document.scenarios ?? []).filter(
      (scenario) => (operation === '' || scenario.operation === operation) && matches(scenario.name),
    ),
    route,
    matches,
    choice: (name) => route.choices.get(name) ?? null,
    choose,
  };
}
