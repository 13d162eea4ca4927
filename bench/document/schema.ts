/**
 * The result document: everything about one run except its raw values, which lie beside it (one Batch a line).
 * `docs/result-document.md` is its guide, `results/schema/run.schema.json` its JSON Schema.
 *
 * Unknown fields are refused, so that a document from a newer dupmark is never half understood: any change of
 * these fields raises `SCHEMA_VERSION`, and `migrate.ts` gets the step from the version before.
 */
import { z } from 'zod';
import {
  amount,
  availability,
  batch,
  cLibrary,
  comparison,
  count,
  instructionReading,
  library,
  list,
  memoryReading,
  method,
  operation,
  phase,
  positive,
  summary,
  targetFacts,
  text,
  warningSchema,
} from './schema-parts.js';

export const SCHEMA_VERSION = 2;

/** Run ids sort by time and are safe as a folder's name: `20260801T120000Z-k3f9qa`. */
export const RUN_ID = /^\d{8}T\d{6}Z-[a-z0-9]{6}$/;

export const time = z.iso.datetime().meta({ id: 'Time', description: 'UTC, as 2026-08-01T12:00:00Z' });
const loads = z.tuple([amount, amount, amount]).readonly();

export const environmentSchema = z
  .strictObject({
    cpuModel: text,
    cpus: positive,
    architecture: text,
    kernel: text,
    distribution: text.nullable(),
    nodeVersion: text.describe('the Node that dupmark itself runs under'),
    virtualisation: z.strictObject({
      hypervisor: z.boolean().nullable().describe('whether the CPU reports a hypervisor; null when unknown'),
      vendor: text.nullable(),
    }),
    frequencyGovernor: text.nullable(),
    loadAtStart: loads.describe('load averages over 1, 5 and 15 minutes'),
    loadAtEnd: loads.nullable(),
    stealFraction: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe(
        'share of CPU time that the hypervisor gave to others during the run (of the pinned CPU, if any)',
      ),
    memoryBytes: count,
    clockResolutionNs: amount.nullable(),
    clockSource: text.nullable().describe('what the kernel reads its clock from, as tsc or kvm-clock'),
    turbo: z.boolean().nullable().describe('whether the CPU may raise its frequency by itself'),
    smt: z.boolean().nullable().describe('whether two hardware threads share a core'),
    hugePages: text.nullable().describe('transparent huge pages: always, madvise or never'),
    addressRandomisation: count.nullable().describe('/proc/sys/kernel/randomize_va_space: 2 is full'),
  })
  .describe(
    'the machine; a value that could not be read is null. Of a run merged from several: where they differ, texts are ' +
      'joined, counts are the least, loads and stolen time the most, and what else differs is null',
  );

const runId = z.string().regex(RUN_ID);

/** A MergedShard is one of the runs that a merged run was made of: where and when it was measured. */
const mergedShardSchema = z.strictObject({
  shard: positive,
  run: runId,
  startedAt: time,
  endedAt: time.nullable(),
  pinnedCpu: count.nullable(),
  environment: environmentSchema,
  scenarios: list(text).describe('names of the scenarios that were measured here, on all targets'),
});

const originSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('whole') }).describe('the whole plan, measured by one process'),
    z
      .strictObject({
        kind: z.literal('shard'),
        shard: positive.describe('which, counted from 1'),
        of: positive,
        plan: list(z.strictObject({ scenario: text, version: positive, shard: positive })).describe(
          'every scenario of the whole plan, and the shard that measures it',
        ),
      })
      .describe('one part of a plan that several machines share'),
    z
      .strictObject({ kind: z.literal('merged'), shards: list(mergedShardSchema) })
      .describe('joined from all parts of a plan: times are of the machine of their shard, ratios within it'),
  ])
  .meta({ id: 'Origin' });

const planSchema = z.strictObject({
  blocks: positive.describe('blocks: each runs every target in fresh processes'),
  roundsPerBatch: positive,
  roundLengthNs: amount.describe('how long one round is meant to last'),
  pinnedCpu: count.nullable().describe('the CPU that all workers share; null when they were not pinned'),
  baseline: text.describe('id of the target that the others are compared with'),
  looks: list(z.strictObject({ blocks: positive, level: z.number().gt(0).lt(1) })).describe(
    'after how many blocks the run looked whether to go on, and the level spent at each look',
  ),
});

export const targetSchema = z
  .strictObject({
    id: text,
    provider: z.enum(['bundled', 'system', 'debian', 'node', 'prefix']),
    package: text.nullable(),
    library,
    sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).readonly(),
    facts: targetFacts.nullable(),
    refused: text.nullable().describe('why the target was not measured'),
    twinOf: text
      .nullable()
      .describe('for the second worker on the baseline, whose ratio is the noise floor: the baseline’s id'),
  })
  .describe('facts is null only when the worker could not be asked');

export const scenarioSchema = z.strictObject({
  name: text,
  operation,
  method: method.optional().describe('the SSL_METHOD of its handles; left out for TLS'),
  settings: list(z.strictObject({ setting: text, level: text })),
  phase,
  live: positive.describe('handles alive at once: 1 is hot, more is held'),
  version: positive.describe('raised when what the scenario does changes'),
  iterations: positive
    .nullable()
    .describe('iterations per round, the same for every target; null until calibrated'),
});

const cellSchema = z
  .strictObject({
    target: text,
    scenario: text,
    summary: summary.nullable().describe('null when nothing usable was measured'),
    ratioToBaseline: comparison.nullable().describe('null for the baseline itself'),
    dupToNew: comparison.nullable().describe('for operation dup: against new on the same target'),
    dupToNewConfigure: comparison
      .nullable()
      .describe('for operation dup: against new-configure with the same settings on the same target'),
    dupToNewInherit: comparison
      .nullable()
      .describe('for operation dup: against new-inherit with the same settings on the same target'),
  })
  .describe('derived: computed again from the raw values whenever a run is read');

const eventSchema = z.strictObject({
  at: time,
  kind: z.enum(['crash', 'restart', 'refusal', 'interrupt']),
  target: text.nullable(),
  block: count.nullable(),
  scenario: text.nullable(),
  message: text,
});

export const statusSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('complete') }),
  z.strictObject({ kind: z.literal('partial'), reason: text }),
]);

export const runDocumentSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: runId,
  status: statusSchema,
  startedAt: time,
  endedAt: time.nullable(),
  command: list(z.string()).describe('the command line’s arguments'),
  dupmark: z.strictObject({ version: text, commit: text.nullable().describe('git commit, if known') }),
  seed: z.int().min(0).max(0xffff_ffff),
  origin: originSchema,
  plan: planSchema,
  environment: environmentSchema,
  cLibrary: cLibrary.describe('the C library that all workers ran on'),
  targets: list(targetSchema),
  scenarios: list(scenarioSchema),
  availability: list(z.strictObject({ target: text, scenario: text, availability })),
  memory: list(z.strictObject({ target: text, scenario: text, reading: memoryReading })),
  instructions: list(z.strictObject({ target: text, scenario: text, reading: instructionReading })).describe(
    'empty when they were not counted in this run',
  ),
  lost: list(z.strictObject({ target: text, scenario: text, settings: list(text) })).describe(
    'for operation dup: settings of the template that its duplicate lacks, each with what was seen instead',
  ),
  setOnHandles: list(z.strictObject({ target: text, scenario: text, settings: list(text) })).describe(
    'for operation new-inherit: settings that no SSL_CTX can have there, so that each handle was given them',
  ),
  cells: list(cellSchema),
  events: list(eventSchema),
  warnings: list(warningSchema),
});

export const batchSchema = batch;

export type RunDocument = z.infer<typeof runDocumentSchema>;
export type RunStatus = z.infer<typeof statusSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Origin = z.infer<typeof originSchema>;
export type MergedShard = z.infer<typeof mergedShardSchema>;
/** A TargetRecord is a target as a document keeps it: what it is, what it reported, or why it was refused. */
export type TargetRecord = z.infer<typeof targetSchema>;
export type ScenarioRecord = z.infer<typeof scenarioSchema>;
export type Cell = z.infer<typeof cellSchema>;
export type RunEvent = z.infer<typeof eventSchema>;
