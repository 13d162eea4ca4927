/**
 * Documents of older schema versions, made into the current one when they are read: the files stay as they are.
 * Every version that was ever published has a stored example in testdata/, which a test reads.
 */
import { SCHEMA_VERSION } from './schema.js';

/** A document as JSON: an object whose fields are not checked yet. */
type Json = Readonly<Record<string, unknown>>;

/** The step from each version to the next, by the version that it begins with. */
const STEPS: Readonly<Record<number, (document: Json) => Json>> = {
  // 2 says of a run whether it is a part of a plan, or joined from parts: all were whole before. And it has new-inherit:
  // before, nothing was set on handles for it, and there was no ratio to it.
  1: ({ cells, ...document }) => ({
    ...document,
    schemaVersion: 2,
    origin: { kind: 'whole' },
    setOnHandles: [],
    cells: Array.isArray(cells)
      ? cells.map((cell) => (isObject(cell) ? { ...cell, dupToNewInherit: null } : cell))
      : cells,
  }),
};

/** The value as the current schema has it, still to be checked; null when it is of no version that is known here. */
export function migrate(value: unknown): unknown {
  let document = value;
  for (;;) {
    const version = isObject(document) ? document.schemaVersion : undefined;
    if (version === SCHEMA_VERSION) return document;
    const step = typeof version === 'number' && Object.hasOwn(STEPS, version) ? STEPS[version] : undefined;
    if (step === undefined || !isObject(document)) return null;
    document = step(document);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
