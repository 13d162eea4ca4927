/** Where the page is: the view and its choices, in the URL's hash, so that every state has a link. */

export interface Route {
  readonly view: string;
  /** Choices by name: run, q, sort… An absent one has its default. */
  readonly choices: ReadonlyMap<string, string>;
}

/** Choices that hold on every view; the others end when the view changes. */
export const COMMON_CHOICES = ['run', 'q', 'operation'] as const;

/** Reads `#/view?name=value`; without a view, or with an unknown one, the first is meant. */
export function readRoute(hash: string): Route {
  const match = /^#\/([a-z-]*)(?:\?(.*))?$/s.exec(hash);
  return { view: match?.[1] ?? '', choices: new Map(new URLSearchParams(match?.[2] ?? '')) };
}

export function formatRoute({ view, choices }: Route): string {
  const text = new URLSearchParams([...choices].filter(([, value]) => value !== '')).toString();
  return `#/${view}${text === '' ? '' : `?${text}`}`;
}

/** The route with some choices changed; null takes one away. */
export function withChoices(route: Route, changes: Readonly<Record<string, string | null>>): Route {
  const choices = new Map(route.choices);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') choices.delete(name);
    else choices.set(name, value);
  }
  return { view: route.view, choices };
}
