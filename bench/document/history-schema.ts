/**
 * The document of a history: what each OpenSSL release costs, measured against one reference in interleaved runs, with the
 * releases at which something changed. docs/history.md is its guide, `results/schema/history.schema.json` its JSON Schema.
 *
 * Unknown fields are refused, as in schema.ts: a change of the fields raises the version, and older readers stay.
 */
import { z } from 'zod';
import type { HistoryChange, HistoryStep, StepMemory, StepTime } from '../core/history.js';
import { environmentSchema, RUN_ID, statusSchema, time } from './schema.js';
import { amount, cLibrary, count, list, positive, text } from './schema-parts.js';

export const HISTORY_SCHEMA_VERSION = 1;

const signed = z.int();

const stepTime: z.ZodType<StepTime> = z
  .strictObject({
    medianNs: amount.describe('nanoseconds per iteration'),
    ratio: amount.describe('to the reference in the same run: below 1 is faster'),
    low: amount.nullable().describe('of an interval of at least 95 % confidence; null with too few blocks'),
    high: amount.nullable(),
    standardError: amount.nullable().describe('of the logarithm of the ratio'),
    blocks: positive,
  })
  .meta({ id: 'StepTime' });

const stepMemory: z.ZodType<StepMemory> = z
  .strictObject({
    allocations: count.describe('allocations made by one operation'),
    requestedBytes: count.describe('bytes that those allocations asked for'),
    retainedBytes: signed.describe('bytes live while the handle lives'),
    retainedAllocations: signed.describe('allocations live while the handle lives'),
    sites: list(z.tuple([text, signed, count, count, signed, signed]).readonly()).describe(
      'the same by line of OpenSSL’s source: file, line, allocations, requestedBytes, retainedAllocations, retainedBytes',
    ),
  })
  .meta({ id: 'StepMemory', description: 'exact: it has no interval, and every difference is a change' });

const historyStep: z.ZodType<HistoryStep> = z
  .strictObject({
    series: text.describe('steps of one provider, oldest OpenSSL first; two providers are never mixed'),
    target: text,
    openssl: text.describe('as it reports itself, as in 3.0.13+quic'),
    opensslNumber: count.describe('OpenSSL_version_num()'),
    package: text.nullable(),
    compiler: z.string().describe('OpenSSL_version(OPENSSL_CFLAGS)'),
    nodeVersion: text.describe('the Node that its worker ran under'),
    sha256: list(z.string().regex(/^[0-9a-f]{64}$/)).describe('of the files that hold its OpenSSL'),
    run: z
      .string()
      .regex(RUN_ID)
      .nullable()
      .describe('the run that measured it; null when it was only counted'),
    cells: list(
      z.strictObject({
        scenario: text,
        time: stepTime.nullable(),
        memory: stepMemory.nullable(),
        reason: text.nullable().describe('why something is missing'),
      }),
    ),
  })
  .meta({ id: 'HistoryStep' });

const between = {
  series: text,
  scenario: text,
  before: text.describe('the last target before the change'),
  after: text.describe('the first target that has it'),
  opensslBefore: text,
  opensslAfter: text,
  compilerChanged: z
    .boolean()
    .describe('whether the two were built with other flags, which may be the cause'),
};
const pair = z.tuple([signed, signed]).readonly();

const historyChange: z.ZodType<HistoryChange> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('time'),
      ...between,
      from: amount.describe('level of the ratio to the reference before'),
      to: amount.describe('and from this target on'),
      ratio: amount.describe('to / from'),
    }),
    z.strictObject({
      kind: z.literal('memory'),
      ...between,
      allocations: pair.describe('before and after'),
      requestedBytes: pair,
      retainedBytes: pair,
      lines: list(
        z.strictObject({
          file: text,
          before: signed.nullable().describe('line; null where the line is not there on that side'),
          after: signed.nullable(),
          allocations: signed.describe('after less before'),
          requestedBytes: signed,
          retainedBytes: signed,
        }),
      ).describe('the lines of OpenSSL’s source that caused it, the largest change first'),
    }),
  ])
  .meta({ id: 'HistoryChange' });

export const historySchema = z.strictObject({
  schemaVersion: z.literal(HISTORY_SCHEMA_VERSION),
  id: z.string().regex(RUN_ID),
  status: statusSchema,
  startedAt: time,
  endedAt: time.nullable(),
  command: list(z.string()).describe('the command line’s arguments'),
  dupmark: z.strictObject({ version: text, commit: text.nullable() }),
  seed: count,
  plan: z.strictObject({
    reference: text.describe('id of the target that every step is measured against'),
    referenceOpenssl: text,
    steps: list(text).describe('ids of all targets that the history is to have'),
    scenarios: list(text),
    stepsPerRun: positive.describe('steps that share one interleaved run with the reference'),
    blocks: positive,
    roundsPerBatch: positive,
    roundLengthNs: amount,
    pinnedCpu: count.nullable(),
    timed: z.boolean().describe('false when only allocations and bytes were counted'),
  }),
  environment: environmentSchema.nullable(),
  cLibrary: cLibrary.describe('the C library that all workers of all runs ran on'),
  runs: list(
    z.strictObject({
      id: z.string().regex(RUN_ID),
      startedAt: time,
      endedAt: time.nullable(),
      loadAtStart: amount.describe('over one minute'),
      stealFraction: z.number().min(0).max(1).nullable(),
      aa: list(z.strictObject({ scenario: text, time: stepTime })).describe(
        'the reference measured a second time: what no difference looks like in this run',
      ),
    }),
  ),
  steps: list(historyStep),
  missing: list(z.strictObject({ target: text, reason: text })).describe(
    'steps that could not be had or measured',
  ),
  changes: list(historyChange).describe('derived: computed again from the steps whenever a history is read'),
});

export type HistoryDocument = z.infer<typeof historySchema>;
