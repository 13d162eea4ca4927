/** Keeps and reads the documents of `dupmark conform`, and what is expected of them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import {
  CONFORMANCE_SCHEMA_VERSION,
  type ConformanceDocument,
  conformanceSchema,
} from '../document/conformance-schema.js';
import { readChecked } from '../document/read.js';
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
  return readChecked(file, conformanceSchema, CONFORMANCE_SCHEMA_VERSION);
}

/** Reads the expectations; none where there is no such file. Throws CouldNotRun for a file that is not one. */
export function readExpectations(file: string): Expectations {
  return existsSync(file) ? readChecked(file, expectationsSchema, 1) : NO_EXPECTATIONS;
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
