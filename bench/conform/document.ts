/** The stored record of one `dupmark conform`: every observation with its looks, and what was compared. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CARRIED_NAMES, VERDICTS_OF_CLAIMS } from '../core/conformance.js';
import { CouldNotRun, printable } from '../core/errors.js';
import { cLibrary, list, targetFacts, text } from '../document/schema-parts.js';
import { explain, makeFolders, newRunId, writeWhole } from '../document/store.js';
import { type Expectations, expectationsSchema, NO_EXPECTATIONS } from './expectations.js';
import { SURPRISE_KIND_NAMES } from './surprises.js';

export const CONFORMANCE_SCHEMA_VERSION = 1;

const cell = z.strictObject({
  target: text,
  setting: text,
  level: text,
  withSession: z.boolean().describe('a session to resume was set on every handle first'),
  carried: z.enum(CARRIED_NAMES),
  detail: z.string(),
  original: z.string().describe('positive control: a handle that it was set on'),
  sibling: z.string().describe('negative control: a handle that it was not set on'),
  duplicate: z.string(),
  originalAfter: z.string().describe('the original after SSL_dup'),
  originalAfterChange: z.string().describe('the original after its duplicate was given another value'),
});

export const conformanceSchema = z.strictObject({
  schemaVersion: z.literal(CONFORMANCE_SCHEMA_VERSION),
  id: text,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  interrupted: z.boolean(),
  command: list(z.string()),
  dupmark: z.strictObject({ version: text, commit: text.nullable() }),
  cLibrary,
  targets: list(
    z.strictObject({
      id: text,
      package: text.nullable(),
      sha256: z.record(z.string(), text).readonly(),
      facts: targetFacts.nullable(),
      refused: text.nullable(),
    }),
  ),
  settings: list(
    z.strictObject({
      id: text,
      bullet: text,
      call: text,
      documented: z.enum(['carried', 'not carried']),
      documentedSince: z.int(),
      levels: list(text),
    }),
  ),
  cells: list(cell),
  claims: list(z.strictObject({ id: text, sentence: z.string(), question: text })),
  answers: list(
    z.strictObject({ target: text, claim: text, verdict: z.enum(VERDICTS_OF_CLAIMS), seen: z.string() }),
  ),
  surprises: list(
    z.strictObject({
      kind: z.enum(SURPRISE_KIND_NAMES),
      subject: text,
      versions: list(text),
      consequence: text,
    }),
  ),
  changes: list(
    z.strictObject({ row: text, target: text, version: text, expected: text, seen: text }),
  ).describe('what differs from the stored expectation'),
});
export type ConformanceDocument = z.infer<typeof conformanceSchema>;

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
