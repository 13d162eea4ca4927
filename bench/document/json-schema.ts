/**
 * The JSON Schemas (draft 2020-12) of all that is stored, generated from the types that read it. After a change:
 * `make schema`.
 */
import path from 'node:path';
import { z } from 'zod';
import { conformanceSchema } from './conformance-schema.js';
import { connectionsDocumentSchema } from './connections-schema.js';
import { faultsDocumentSchema } from './faults-schema.js';
import { historySchema } from './history-schema.js';
import { nodeLayerSchema } from './node-layer-schema.js';
import { profileDocumentSchema } from './profile-schema.js';
import { batchSchema, runDocumentSchema } from './schema.js';
import { replaySchema, soakDocumentSchema } from './soak-schema.js';
import { makeFolders, writeWhole } from './store.js';
import { threadsDocumentSchema } from './threads-schema.js';

/** What is published: a file for each, named by what it describes. */
const PUBLISHED: Readonly<Record<string, readonly [schema: z.ZodType, title: string]>> = {
  run: [runDocumentSchema, 'A dupmark run: everything but its raw values'],
  rounds: [batchSchema, 'One line of a dupmark run’s raw values: what one worker measured of one scenario'],
  history: [historySchema, 'A dupmark history: OpenSSL releases against one reference'],
  conformance: [
    conformanceSchema,
    'What SSL_dup was observed to carry, setting by setting and target by target',
  ],
  soak: [soakDocumentSchema, 'A dupmark soak: cycles of each scenario, and what the oracles found'],
  replay: [replaySchema, 'What a dupmark soak needs to run the cycles of a finding again'],
  faults: [faultsDocumentSchema, 'What OpenSSL did at every allocation that was refused it'],
  threads: [threadsDocumentSchema, 'Raw values of threads side by side'],
  connections: [connectionsDocumentSchema, 'Memory of a process that holds many handles and connections'],
  'node-layer': [nodeLayerSchema, 'What Node adds to OpenSSL: everything, raw values included'],
  profile: [profileDocumentSchema, 'What one operation takes, by source line and by call tree'],
};

/** The published files, by name. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, [schema, title]]) => [
      `${name}.schema.json`,
      `${JSON.stringify(jsonSchema(schema, title), null, 2)}\n`,
    ]),
  );
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
