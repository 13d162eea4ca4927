/**
 * Schemas of the values that the document shares with other modules. Each is annotated with the type that it
 * reads, so that the compiler says when one changes and not the other.
 */
import { z } from 'zod';
import { METHOD_NAMES } from '../core/method.js';
import { OPERATION_NAMES, PHASES } from '../core/operation.js';
import type { Availability, Batch, InstructionReading, MemoryReading, MemorySite } from '../core/sample.js';
import type { CLibrary, Library, TargetFacts, Witness } from '../core/target.js';
import { type Comparison, VERDICTS } from '../stats/comparison.js';
import type { Summary } from '../stats/summary.js';
import type { StatisticsWarning } from '../stats/warning.js';
import { WARNING_CODES, type Warning } from './warning-codes.js';

export const count = z.int().min(0);
export const positive = z.int().min(1);
/** A finite number that is not below 0: nanoseconds, a share, a load average. */
export const amount = z.number().min(0);
/** Text that is there. */
export const text = z.string().min(1);

/** A list that readers may not change. */
export function list<T extends z.ZodType>(item: T): z.ZodReadonly<z.ZodArray<T>> {
  return z.array(item).readonly();
}

export const operation = z.enum(OPERATION_NAMES);
export const method = z.enum(METHOD_NAMES);
export const phase = z.enum(PHASES);

export const availability: z.ZodType<Availability> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('available') }),
    z.strictObject({ kind: z.literal('absent'), reason: text }).describe('the version lacks it'),
    z.strictObject({ kind: z.literal('failed'), reason: text }).describe('it should work and did not'),
  ])
  .meta({ id: 'Availability' });

const memorySite: z.ZodType<MemorySite> = z
  .strictObject({
    file: text,
    line: z.int(),
    allocations: count,
    requestedBytes: count,
    retainedAllocations: z.int(),
    retainedBytes: z.int(),
  })
  .meta({ id: 'MemorySite', description: 'what one line of OpenSSL’s source allocates for one operation' });

export const memoryReading: z.ZodType<MemoryReading> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('exact'),
      allocations: count.describe('allocations made by one operation'),
      requestedBytes: count.describe('bytes that those allocations asked for'),
      retainedBytes: z.int().describe('bytes live while the handle lives'),
      retainedAllocations: z.int().describe('allocations live while the handle lives'),
      sites: list(memorySite).describe('the same by line of OpenSSL’s source'),
    }),
    z.strictObject({ kind: z.literal('not-available'), reason: text }),
  ])
  .meta({ id: 'MemoryReading' });

export const instructionReading: z.ZodType<InstructionReading> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('exact'),
      perIteration: amount.describe('instructions per iteration, by callgrind'),
      iterations: positive.describe(
        'iterations of the shorter of the two counts; the other had twice as many',
      ),
      spread: amount.describe('how far the two counts are from proportional, as a share'),
      functions: list(
        z.strictObject({ name: text, library: text, inclusive: amount, self: amount }),
      ).describe('instructions per iteration of the functions that took the most'),
    }),
    z.strictObject({ kind: z.literal('not-available'), reason: text }),
  ])
  .meta({ id: 'InstructionReading' });

export const batch: z.ZodType<Batch> = z.strictObject({
  block: count.describe('block number, from 0'),
  target: text,
  scenario: text,
  iterations: positive.describe('iterations per round'),
  roundNs: list(z.number()).describe('nanoseconds per iteration of each round, in the order collected'),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('complete') }),
    z.strictObject({ kind: z.literal('interrupted') }),
    z.strictObject({ kind: z.literal('failed'), reason: text }),
  ]),
});

export const library: z.ZodType<Library> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('shared'), libcrypto: text, libssl: text }),
    z.strictObject({ kind: z.literal('inside-node') }),
  ])
  .meta({ id: 'Library' });

export const cLibrary: z.ZodType<CLibrary> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('host'), version: text }),
    z.strictObject({
      kind: z.literal('suite'),
      version: text,
      suite: text,
      package: text,
      loader: text,
      libraryPath: text,
    }),
  ])
  .meta({ id: 'CLibrary' });

const witness: z.ZodType<Witness> = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('memory-hooks'),
    allocations: count.describe('allocations that one SSL_new made, by the target’s own hooks'),
    left: count.describe('of these, live after SSL_free'),
  }),
  z.strictObject({
    method: z.literal('allocator-delta'),
    bytes: z.int().describe('bytes in use that one SSL_new added'),
    left: z.int().describe('bytes in use after SSL_free, beyond those before SSL_new'),
  }),
]);

export const targetFacts: z.ZodType<TargetFacts> = z
  .strictObject({
    version: text.describe('OpenSSL_version(OPENSSL_VERSION)'),
    versionNumber: count.describe('OpenSSL_version_num()'),
    compiler: z.string().describe('OpenSSL_version(OPENSSL_CFLAGS)'),
    platform: z.string().describe('OpenSSL_version(OPENSSL_PLATFORM)'),
    home: z
      .strictObject({ SSL_new: text, SSL_dup: text, CRYPTO_malloc: text })
      .describe('the file in which each function was found, by dladdr'),
    witness,
    cLibrary: text,
    nodeVersion: text,
  })
  .meta({ id: 'TargetFacts' });

const block = count;
const side = z.enum(['baseline', 'contender']);

const statisticsWarning: z.ZodType<StatisticsWarning> = z
  .discriminatedUnion('code', [
    z.strictObject({ code: z.literal('few-blocks'), blocks: count, blocksNeeded: count }),
    z.strictObject({ code: z.literal('block-spread'), spread: amount, limit: amount }),
    z.strictObject({ code: z.literal('short-batch'), block, rounds: count }),
    z.strictObject({ code: z.literal('unusable-rounds'), block, rounds: count }),
    z.strictObject({
      code: z.literal('unpaired-rounds'),
      block,
      baselineRounds: count,
      contenderRounds: count,
    }),
    z.strictObject({ code: z.literal('missing-block'), block, missing: side }),
    z.strictObject({ code: z.literal('iterations-differ'), block }),
    z.strictObject({ code: z.literal('repeated-batch'), block }),
  ])
  .meta({ id: 'StatisticsWarning' });

const confidence = z.number().min(0).max(1).describe('achieved confidence, at least 0.95');

export const summary: z.ZodType<Summary> = z
  .strictObject({
    medianNs: amount.describe('nanoseconds per iteration: median over blocks of the medians over rounds'),
    interval: z.strictObject({ lowNs: amount, highNs: amount, confidence }).nullable(),
    rounds: positive,
    blocks: positive,
    betweenBlockSpread: amount
      .nullable()
      .describe('interquartile range of the block values over their median'),
    warnings: list(statisticsWarning),
  })
  .meta({ id: 'Summary' });

export const comparison: z.ZodType<Comparison> = z
  .strictObject({
    ratio: amount.describe('contender over baseline in time: below 1 is faster'),
    interval: z.strictObject({ low: amount, high: amount, confidence }).nullable(),
    verdict: z.enum(VERDICTS).describe('corrected for the number of ratios in the run'),
    pValue: z.number().min(0).max(1).describe('of this ratio by itself'),
    level: z.number().gt(0).lt(1).describe('spent at the look that the ratio came to'),
    deviation: amount.nullable().describe('standard deviation of the block effects (logarithms of ratios)'),
    standardError: amount.nullable().describe('of the logarithm of the ratio; null without an interval'),
    rounds: positive,
    blocks: positive,
    warnings: list(statisticsWarning),
  })
  .meta({ id: 'Comparison' });

export const warningSchema: z.ZodType<Warning> = z
  .strictObject({
    code: z.enum(WARNING_CODES),
    message: text,
    advice: text,
    where: z.strictObject({ target: text.nullable(), scenario: text.nullable() }),
  })
  .meta({ id: 'Warning' });
