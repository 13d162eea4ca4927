/** Documents that a command keeps as one file of a folder of its own: writing, reading, and what they fill of a page. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { CouldNotRun, messageOf, printable } from '../bench/core/errors.js';
import { explain, makeFolders, writeWhole } from '../bench/document/store.js';
import { fillPage } from '../bench/report/markdown-table.js';

/** Writes `RESULTS/runs/ID/NAME` and gives the folder. Throws CouldNotRun when it cannot. */
export function keepDocument<T extends { readonly id: string }>(
  results: string,
  name: string,
  schema: z.ZodType<T>,
  document: T,
): string {
  const checked = schema.safeParse(document);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new RangeError(`the document is not valid: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const folder = resolve(results, 'runs', document.id);
  try {
    makeFolders(folder);
  } catch (thrown) {
    throw new CouldNotRun(`--results: cannot write below ${printable(results)}: ${explain(thrown)}`);
  }
  writeWhole(join(folder, name), `${JSON.stringify(document)}\n`);
  return folder;
}

/** Reads a stored document. Throws CouldNotRun that names what is wrong with it. */
export function readDocumentFile<T>(file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    const reason = thrown instanceof SyntaxError ? messageOf(thrown) : explain(thrown);
    throw new CouldNotRun(`--show: cannot read ${printable(file)}: ${reason}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new CouldNotRun(
    `--show: ${printable(file)} is no such document: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

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
