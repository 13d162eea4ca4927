/** The document of `dupmark connections`: readings of a process that holds many handles. Unknown fields are refused. */
import { z } from 'zod';
import { environmentSchema, targetSchema } from './schema.js';
import {
  amount,
  availability,
  cLibrary,
  count,
  list,
  memoryReading,
  positive,
  text,
} from './schema-parts.js';

export const CONNECTIONS_SCHEMA_VERSION = 1;

const reading = z.strictObject({
  alive: count,
  elapsedNs: amount.describe('since the reading before'),
  allocatorBytes: count.describe('what the C library has handed out (mallinfo2)'),
  residentBytes: count,
});

const sides = z.strictObject({
  clientBytes: z.int().describe('what the client’s SSL_free gives back, by the counting hooks'),
  serverBytes: z.int().describe('the server’s likewise'),
});

const handlesSchema = z.strictObject({
  target: text,
  preset: text,
  repeat: count,
  availability,
  base: reading.nullable().describe('with none alive'),
  checkpoints: list(reading),
  freed: reading.nullable().describe('when all were freed'),
});

const connectionsSchema = z.strictObject({
  target: text,
  variant: text,
  notAvailable: text.nullable(),
  exact: z
    .strictObject({ afterHandshake: sides, afterData: sides })
    .nullable()
    .describe('of one connection; null where the hooks cannot be set'),
  base: reading.nullable(),
  connected: reading.nullable().describe('all have shaken hands and are idle'),
  exchanged: reading.nullable().describe('data went both ways over each, and they are idle again'),
});

export const connectionsDocumentSchema = z.strictObject({
  kind: z.literal('dupmark-connections'),
  schemaVersion: z.literal(CONNECTIONS_SCHEMA_VERSION),
  id: text,
  dupmark: z.strictObject({ version: text, commit: z.string().nullable() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  end: z.enum(['complete', 'interrupted']),
  command: list(z.string()),
  environment: environmentSchema,
  cLibrary,
  plan: z.strictObject({
    handles: positive,
    checkpoints: list(positive),
    repeats: positive,
    connections: count.describe('pairs of a client and a server in one process'),
    exchangeBytes: count.describe('sent each way'),
    pinnedCpu: count.nullable(),
  }),
  targets: list(targetSchema),
  presets: list(z.strictObject({ name: text, about: text, source: text, settings: list(text) })),
  variants: list(z.strictObject({ name: text, about: text })),
  exact: list(z.strictObject({ target: text, preset: text, reading: memoryReading })).describe(
    'of one handle, by the counting hooks',
  ),
  handles: list(handlesSchema),
  connections: list(connectionsSchema),
  events: list(z.strictObject({ target: text, what: text, message: text })),
});

export type HeldHandlesRecord = z.infer<typeof handlesSchema>;
export type HeldConnectionsRecord = z.infer<typeof connectionsSchema>;
export type ConnectionsDocument = z.infer<typeof connectionsDocumentSchema>;
