/** Tables of a document in a Markdown page. */
import { readFileSync } from 'node:fs';
import { CouldNotRun, printable } from '../bench/core/errors.js';
import { explain, writeWhole } from '../bench/document/store.js';
import { fillPage } from '../bench/report/markdown-table.js';

/** Writes `content` into a page, between its marks. Throws CouldNotRun. */
export function fillPageFile(file: string, content: string): void {
  let page: string;
  try {
    page = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new CouldNotRun(`--page: cannot read ${printable(file)}: ${explain(thrown)}`);
  }
  writeWhole(file, fillPage(page, content, `--page: ${printable(file)}`));
}
