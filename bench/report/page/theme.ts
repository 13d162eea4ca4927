/** Light, dark, or as the system has it. Kept by the browser, not in links: a link shows figures, not a taste. */

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'dupmark-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'auto';

systemIsDark.addEventListener('change', show);

export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? 'auto';
  } catch {
    return 'auto'; // some browsers give files no storage
  }
}

export function applyTheme(theme: Theme): void {
  chosen = theme;
  show();
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It then lasts until the page is closed.
  }
}

/** Always by name, so that the style sheet says once what dark is. */
function show(): void {
  document.documentElement.dataset.theme =
    chosen === 'auto' ? (systemIsDark.matches ? 'dark' : 'light') : chosen;
}
