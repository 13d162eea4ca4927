/**
 * The document of a soak: what was repeated how often on which target, what the oracles read at each checkpoint, and
 * every finding with the replay that repeats it. Unknown fields are refused, as in schema.ts.
 */
import { z } from 'zod';
import { amount, count, list, text } from './schema-parts.js';

export const SOAK_SCHEMA_VERSION = 1;

const signed = z.number().int();

/** A place that takes references or gives them back. */
export const siteSchema = z.strictObject({
  label: text,
  file: z.string().describe("'' when unknown"),
  line: count,
  count: signed.describe(
    'references of this site that were not given back; 0 where it is not about a number',
  ),
});

export const allocationSiteSchema = z.strictObject({
  file: text,
  line: count,
  allocations: count,
  bytes: count,
});

const choice = z.strictObject({ setting: text, level: text });

export const plantSchema = z.strictObject({ kind: text, rate: count, offset: count });

/** What `dupmark soak --replay FILE` reads: the least that shows the finding again. */
export const replaySchema = z.strictObject({
  kind: z.literal('dupmark-soak-replay'),
  schemaVersion: z.literal(SOAK_SCHEMA_VERSION),
  target: text,
  scenario: text,
  file: text.nullable().default(null).describe('the soak file that it repeats; null for a scenario'),
  settings: list(choice),
  seed: count,
  plant: plantSchema.nullable(),
  threads: count,
  firstCycle: count,
  cycles: count,
  steps: list(text).nullable().describe('the steps of a random walk, instead of the cycles'),
});

export const ORACLES = [
  'ledger',
  'model',
  'handles',
  'contexts',
  'sessions',
  'allocations',
  'too-early',
  'crash',
  'failure',
  'slope',
  'objects',
  'external',
] as const;

export const findingSchema = z.strictObject({
  oracle: z.enum(ORACLES),
  /** `warns` never convicts by itself. */
  weight: z.enum(['decides', 'warns']),
  message: text,
  sites: list(siteSchema),
  allocations: list(allocationSiteSchema),
  retainers: list(text).describe('from the object that grew to the root, for JavaScript objects'),
  cycle: count.nullable().describe('the first cycle that shows it, after bisection; null when it has none'),
});

export const checkpointSchema = z.strictObject({
  cycles: count.describe('cycles so far'),
  seconds: amount,
  handles: signed,
  allocations: signed.nullable(),
  heapGrowthBytes: signed.describe('what malloc handed out during all segments so far and did not get back'),
  allocatorBytes: count,
  rssBytes: count,
  heapUsedBytes: count
    .nullable()
    .default(null)
    .describe("what V8's heap holds after collections; null where it is not read"),
  objects: z
    .record(z.string(), count)
    .nullable()
    .describe(
      'live JavaScript objects by class, beyond those of before the first cycle; null where they are not counted',
    ),
});

export const VERDICTS = ['leak', 'fault', 'maybe', 'none', 'inconclusive', 'not-available'] as const;

export const soakCellSchema = z.strictObject({
  target: text,
  scenario: text,
  settings: list(choice),
  plant: plantSchema.nullable(),
  seed: count,
  verdict: z
    .enum(VERDICTS)
    .describe(
      'leak: an exact oracle saw one; fault: a free too many, a crash, or a soak file that threw, hung or ended its process; maybe: only a warning; none: clean; inconclusive: it ended too soon or could not go on; not-available: cannot run here',
    ),
  reason: z
    .string()
    .describe("why, where the verdict is not 'none'; there, what kept an oracle from its word; '' otherwise"),
  cycles: count,
  seconds: amount,
  handlesCreated: count,
  handleBytes: count.describe('what the C library hands out for one handle, as measured; 0 when not seen'),
  checkpoints: list(checkpointSchema),
  findings: list(findingSchema),
  replay: replaySchema.nullable(),
});

export const soakDocumentSchema = z.strictObject({
  kind: z.literal('dupmark-soak'),
  schemaVersion: z.literal(SOAK_SCHEMA_VERSION),
  id: text,
  dupmark: z.strictObject({ version: text, commit: z.string().nullable() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  end: z.enum(['complete', 'budget', 'interrupted']),
  seed: count,
  command: list(z.string()),
  targets: list(
    z.strictObject({
      id: text,
      version: z.string().nullable(),
      nodeVersion: z.string().nullable(),
      refused: z.string().nullable(),
    }),
  ),
  cells: list(soakCellSchema),
});

export type SoakSiteCount = z.infer<typeof siteSchema>;
export type Replay = z.infer<typeof replaySchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Oracle = Finding['oracle'];
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type Verdict = z.infer<typeof soakCellSchema>['verdict'];
export type SoakCell = z.infer<typeof soakCellSchema>;
export type SoakDocument = z.infer<typeof soakDocumentSchema>;
