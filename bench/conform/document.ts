/** Keeps what `dupmark conform` observed, and the expectations that it is held against. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
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

/** Reads the expectations; none where there is no such file. Throws CouldNotRun for a file that is not one. */
export function readExpectations(file: string): Expectations {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return NO_EXPECTATIONS;
    throw new CouldNotRun(`${printable(file)}: ${explain(thrown)}`);
  }
  try {
    const checked = expectationsSchema.safeParse(JSON.parse(content));
    if (checked.success) return checked.data;
    throw new CouldNotRun(`${printable(file)}: ${checked.error.issues[0]?.message ?? 'not expectations'}`);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new CouldNotRun(`${printable(file)}: not JSON`);
    throw thrown;
  }
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
