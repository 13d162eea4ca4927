/** Keeps and reads the records of `dupmark conform`, and what is expected of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { CouldNotRun, printable } from '../core/errors.js';
import { type ConformanceDocument, conformanceSchema } from '../document/conformance-schema.js';
import { explain, makeFolders, newRunId, writeWhole } from '../document/store.js';
import { type Expectations, expectationsSchema, NO_EXPECTATIONS } from './expectations.js';

/** Checks and stores a document below `results/conformance`. Gives its path. Throws CouldNotRun when it cannot. */
export function storeConformance(results: string, document: ConformanceDocument): string {
  const folder = path.resolve(results, 'conformance');
  makeFoldersOrSay(folder);
  const file = path.join(folder, `${document.id}.json`);
  writeWhole(file, `${JSON.stringify(conformanceSchema.parse(document), null, 1)}\n`);
  return file;
}

export function newConformanceId(): string {
  return newRunId();
}

/** Reads a stored document. Throws CouldNotRun when there is none, or it is not valid. */
export function readConformance(file: string): ConformanceDocument {
  return readChecked(file, conformanceSchema);
}

/** Reads the expectations; none where there is no such file. Throws CouldNotRun for a file that is not one. */
export function readExpectations(file: string): Expectations {
  return existsSync(file) ? readChecked(file, expectationsSchema) : NO_EXPECTATIONS;
}

function readChecked<T>(file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    throw new CouldNotRun(
      `${printable(file)}: ${thrown instanceof SyntaxError ? 'not JSON' : explain(thrown)}`,
    );
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new CouldNotRun(
    printable(`${file}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not valid'}`),
  );
}

/** Writes the expectations, rows in order, a range a line so that a change reads well. */
export function writeExpectations(file: string, expectations: Expectations): void {
  makeFoldersOrSay(path.dirname(file));
  const table = (rows: Expectations['settings']): string =>
    Object.entries(rows)
      .map(([row, ranges]) => {
        const lines = ranges.map((range) => `      ${JSON.stringify(range)}`).join(',\n');
        return `    ${JSON.stringify(row)}: [\n${lines}\n    ]`;
      })
      .join(',\n');
  writeWhole(
    file,
    `{\n  "schemaVersion": 1,\n  "settings": {\n${table(expectations.settings)}\n  },\n  "claims": {\n${table(expectations.claims)}\n  }\n}\n`,
  );
}

function makeFoldersOrSay(folder: string): void {
  try {
    makeFolders(folder);
  } catch (thrown) {
    throw new CouldNotRun(`cannot write below ${printable(folder)}: ${explain(thrown)}`);
  }
}
