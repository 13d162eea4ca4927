/**
 * The dashboard as one HTML file: it needs no network, no server and nothing beside it. What runs in it is
 * bench/report/page/, bundled by scripts/build-page.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { PROJECT_FOLDER } from '../worker/files.js';
import { inlinePage } from './inline-page.js';
import { DATA_ELEMENT, type PageData } from './page-data/types.js';

export const PAGE_FOLDER = join(PROJECT_FOLDER, 'dist', 'page');

/** The page of `data`. Throws CouldNotRun when the page's own code has not been built. */
export function renderPage(data: PageData): string {
  const script = built('main.js');
  const style = built('style.css');
  return inlinePage({
    title: 'dupmark',
    schemes: 'light dark',
    style,
    script,
    body: `<noscript>This page draws its tables and charts with JavaScript; its data is the JSON in its source.</noscript>
<div id="app"></div>
<script type="application/json" id="${DATA_ELEMENT}">${embeddedJson(data)}</script>`,
  });
}

/** JSON that cannot end its script element, whatever is in it: `<` only ever stands inside strings. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function built(name: string): string {
  let text: string;
  try {
    text = readFileSync(join(PAGE_FOLDER, name), 'utf8');
  } catch {
    throw new CouldNotRun(`the page's own code is not built: run 'make build' first (no dist/page/${name})`);
  }
  // What is inlined must not end its element.
  if (/<\/(script|style)/i.test(text))
    throw new RangeError(`${name} would end the element that it stands in`);
  return text;
}
