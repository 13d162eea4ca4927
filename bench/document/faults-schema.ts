/** The document of a fault injection: what each call did when OpenSSL got no memory. Unknown fields are refused. */
import { z } from 'zod';
import { count, list, text } from './schema-parts.js';

export const FAULTS_SCHEMA_VERSION = 1;

/** From the worst to the best. */
export const FAULT_KINDS = [
  'silent-lack',
  'crashed',
  'hung',
  'leaked',
  'quiet',
  'survived',
  'refused',
] as const;

export const faultPointSchema = z.strictObject({
  nth: count.describe('which allocation of the call was refused, from 1'),
  andLater: z.boolean().describe('whether all that came after it were refused as well'),
  kind: z
    .enum(FAULT_KINDS)
    .describe(
      'refused: NULL or 0 with an entry in the error queue, as documented; survived: success with everything; quiet: NULL or 0 and an empty error queue; leaked: allocations left behind; silent-lack: success, but a setting is missing; crashed and hung',
    ),
  refusedAt: z.string().describe("OpenSSL's file:line of the refused allocation; '' when a crash came first"),
  leaked: count.optional(),
  leakedAt: z.string().optional(),
  lacks: z.string().optional(),
  letIn: z
    .string()
    .optional()
    .describe('what a real handshake with the handle then does that the setting is there to prevent'),
  signal: count.optional(),
  phase: z.string().optional(),
  why: z.string().optional().describe('what the memory hooks saw before a crash: a block freed twice'),
  backtrace: list(z.string()).optional(),
});

export const faultCaseSchema = z.strictObject({
  case: text,
  failure: z.string().describe("why the case could not be run; '' when it could"),
  allocations: count.describe('that the call makes when all goes well'),
  points: list(faultPointSchema),
});

export const faultTargetSchema = z.strictObject({
  id: text,
  version: z.string().nullable(),
  notAvailable: z.string().nullable().describe('why nothing could be injected here'),
  cases: list(faultCaseSchema),
});

export const faultsDocumentSchema = z.strictObject({
  kind: z.literal('dupmark-faults'),
  schemaVersion: z.literal(FAULTS_SCHEMA_VERSION),
  id: text,
  dupmark: z.strictObject({ version: text, commit: z.string().nullable() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  end: z.enum(['complete', 'interrupted']),
  command: list(z.string()),
  targets: list(faultTargetSchema),
});

export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultPoint = z.infer<typeof faultPointSchema>;
export type FaultCase = z.infer<typeof faultCaseSchema>;
export type FaultTarget = z.infer<typeof faultTargetSchema>;
export type FaultsDocument = z.infer<typeof faultsDocumentSchema>;
