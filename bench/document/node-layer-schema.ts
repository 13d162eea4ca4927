/** The document of a measurement of the Node layer: everything, raw values included, in one file. */
import { z } from 'zod';
import { NODE_LAYER_TASKS } from '../core/node-layer.js';
import { environmentSchema, RUN_ID, targetSchema } from './schema.js';
import { batch, cLibrary, count, list, positive, text } from './schema-parts.js';

export const NODE_LAYER_SCHEMA_VERSION = 1;

const time = z.iso.datetime();

export const nodeLayerSchema = z.strictObject({
  kind: z.literal('dupmark-node-layer'),
  schemaVersion: z.literal(NODE_LAYER_SCHEMA_VERSION),
  id: z.string().regex(RUN_ID),
  startedAt: time,
  endedAt: time,
  command: list(z.string()),
  dupmark: z.strictObject({ version: text, commit: text.nullable() }),
  seed: count,
  plan: z.strictObject({
    blocks: positive,
    roundsPerBatch: positive,
    pinnedCpu: count.nullable(),
    tasks: list(z.enum(NODE_LAYER_TASKS)),
  }),
  end: z.enum(['complete', 'interrupted']),
  environment: environmentSchema,
  cLibrary,
  targets: list(targetSchema),
  batches: list(batch).describe(
    '`scenario` is the task, or TASK/openssl for OpenSSL’s part of it; `iterations` are the operations of a round',
  ),
});

export type NodeLayerDocument = z.infer<typeof nodeLayerSchema>;
