/**
 * The JSON Schemas of the two files of a run and of a history, generated from the types that read them. After a change:
 * `node -e "import('./dist/bench/document/json-schema.js').then((m) => m.writeSchemas('results/schema'))"`.
 */
import path from 'node:path';
import { z } from 'zod';
import { conformanceSchema } from './conformance-schema.js';
import { historySchema } from './history-schema.js';
import { batchSchema, runDocumentSchema } from './schema.js';
import { makeFolders, writeWhole } from './store.js';

/** The JSON Schema (draft 2020-12) of run.json. */
export function resultSchema(): object {
  return jsonSchema(runDocumentSchema, 'A dupmark run: everything but its raw values');
}

/** The JSON Schema (draft 2020-12) of one line of rounds.ndjson. */
export function roundsSchema(): object {
  return jsonSchema(
    batchSchema,
    'One line of a dupmark run’s raw values: what one worker measured of one scenario',
  );
}

/** The JSON Schema (draft 2020-12) of a history. */
export function historyJsonSchema(): object {
  return jsonSchema(historySchema, 'A dupmark history: OpenSSL releases against one reference');
}

/** The JSON Schema (draft 2020-12) of a document of `dupmark conform`. */
export function conformanceDocumentSchema(): object {
  return jsonSchema(
    conformanceSchema,
    'What SSL_dup was observed to carry, setting by setting and target by target',
  );
}

/** The published files, by name. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return {
    'run.schema.json': `${JSON.stringify(resultSchema(), null, 2)}\n`,
    'history.schema.json': `${JSON.stringify(historyJsonSchema(), null, 2)}\n`,
    'rounds.schema.json': `${JSON.stringify(roundsSchema(), null, 2)}\n`,
    'conformance.schema.json': `${JSON.stringify(conformanceDocumentSchema(), null, 2)}\n`,
  };
}

/** Writes the published files into `folder`. Throws CouldNotRun when it cannot. */
export function writeSchemas(folder: string): void {
  makeFolders(path.resolve(folder));
  for (const [name, content] of Object.entries(schemaFiles())) writeWhole(path.join(folder, name), content);
}

function jsonSchema(schema: z.ZodType, title: string): object {
  const generated = z.toJSONSchema(schema, {
    // Lists are read-only in TypeScript; in a file that says nothing.
    override: ({ jsonSchema: part }) => {
      delete part.readOnly;
    },
  });
  return { title, ...generated };
}
