/** The document of `dupmark threads`: raw values of threads side by side. Unknown fields are refused. */
import { z } from 'zod';
import { SHARING_NAMES } from '../core/sharing.js';
import { environmentSchema, scenarioSchema, targetSchema } from './schema.js';
import { amount, availability, cLibrary, count, list, positive, text } from './schema-parts.js';

export const THREADS_SCHEMA_VERSION = 1;

const sharing = z.enum(SHARING_NAMES);

const cell = {
  target: text,
  scenario: text.describe('its name, as in any run'),
  sharing: sharing.describe('what the threads share'),
  packed: z.boolean().describe('whether their counters lie side by side in one cache line (a control)'),
};

const rounds = {
  block: count.describe('each block is a fresh process of every target'),
  threads: positive,
  iterations: positive.describe('of each thread in a round'),
  latencyNs: list(amount).describe('per round: what an iteration took, averaged over the threads'),
  cpuNs: list(amount).describe('likewise of processor time: less where threads had to wait'),
  intervalNs: list(amount).describe(
    'per round: elapsed time by the operations of all threads together; 1e9 / this is the throughput per second',
  ),
};

const teamBatchSchema = z.strictObject({ ...cell, ...rounds });

const allocatorFacts = z.strictObject({
  home: text.describe('the file that answered malloc'),
  arenas: count.nullable().describe('of glibc, when the threads had run; null for other allocators'),
  threadCache: z
    .boolean()
    .nullable()
    .describe('whether glibc kept freed memory for the thread; null likewise'),
});

const allocatorSchema = z.strictObject({
  name: text,
  about: text,
  notAvailable: text.nullable().describe('why it could not be measured here'),
});

const allocatorBatchSchema = z.strictObject({ allocator: text, facts: allocatorFacts, ...cell, ...rounds });

export const threadsDocumentSchema = z.strictObject({
  kind: z.literal('dupmark-threads'),
  schemaVersion: z.literal(THREADS_SCHEMA_VERSION),
  id: text,
  dupmark: z.strictObject({ version: text, commit: z.string().nullable() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  end: z.enum(['complete', 'budget', 'interrupted']),
  command: list(z.string()),
  seed: count,
  environment: environmentSchema,
  cLibrary,
  plan: z.strictObject({
    threads: list(positive),
    blocks: positive,
    rounds: positive.describe('of each number of threads in a block'),
    roundLengthNs: amount.describe('how long one thread alone is meant to take for a round'),
    cpus: list(count).describe(
      'the CPUs that thread after thread is kept on; empty when they were not pinned',
    ),
    cpusUsable: positive.describe('more threads than this take turns'),
  }),
  targets: list(targetSchema),
  scenarios: list(scenarioSchema),
  availability: list(z.strictObject({ ...cell, availability })),
  batches: list(teamBatchSchema),
  allocators: list(allocatorSchema).describe('variations of the C library’s allocator, through the driver'),
  allocatorBatches: list(allocatorBatchSchema),
  events: list(z.strictObject({ target: text, block: count, scenario: text, message: text })),
});

export type TeamBatch = z.infer<typeof teamBatchSchema>;
export type AllocatorFacts = z.infer<typeof allocatorFacts>;
export type AllocatorRecord = z.infer<typeof allocatorSchema>;
export type AllocatorBatch = z.infer<typeof allocatorBatchSchema>;
export type ThreadsDocument = z.infer<typeof threadsDocumentSchema>;
