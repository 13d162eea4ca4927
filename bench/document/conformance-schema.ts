/**
 * The stored record of one `dupmark conform`: every observation with its looks, and what was compared. Its JSON Schema is
 * `results/schema/conformance.schema.json`.
 */
import { z } from 'zod';
import { CARRIED_NAMES, SURPRISE_KIND_NAMES, VERDICTS_OF_CLAIMS } from '../core/conformance.js';
import { cLibrary, list, targetFacts, text } from './schema-parts.js';

export const CONFORMANCE_SCHEMA_VERSION = 1;

const cell = z.strictObject({
  target: text,
  setting: text,
  level: text,
  withSession: z.boolean().describe('a session to resume was set on every handle first'),
  carried: z.enum(CARRIED_NAMES),
  detail: z.string(),
  original: z.string().describe('positive control: a handle that it was set on'),
  sibling: z.string().describe('negative control: a handle that it was not set on'),
  duplicate: z.string(),
  originalAfter: z.string().describe('the original after SSL_dup'),
  originalAfterChange: z.string().describe('the original after its duplicate was given another value'),
  inherited: z
    .string()
    .default('')
    .describe('a handle of an SSL_CTX that it was set on; empty where no SSL_CTX can have it'),
});

export const conformanceSchema = z.strictObject({
  schemaVersion: z.literal(CONFORMANCE_SCHEMA_VERSION),
  id: text,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  interrupted: z.boolean(),
  command: list(z.string()),
  dupmark: z.strictObject({ version: text, commit: text.nullable() }),
  cLibrary,
  targets: list(
    z.strictObject({
      id: text,
      package: text.nullable(),
      sha256: z.record(z.string(), text).readonly(),
      facts: targetFacts.nullable(),
      refused: text.nullable(),
    }),
  ),
  settings: list(
    z.strictObject({
      id: text,
      bullet: text,
      call: text,
      documented: z.enum(['carried', 'not carried']),
      documentedSince: z.int(),
      levels: list(text),
    }),
  ),
  cells: list(cell),
  claims: list(z.strictObject({ id: text, sentence: z.string(), question: text })),
  answers: list(
    z.strictObject({ target: text, claim: text, verdict: z.enum(VERDICTS_OF_CLAIMS), seen: z.string() }),
  ),
  surprises: list(
    z.strictObject({
      kind: z.enum(SURPRISE_KIND_NAMES),
      subject: text,
      versions: list(text),
      consequence: text,
    }),
  ),
  changes: list(
    z.strictObject({ row: text, target: text, version: text, expected: text, seen: text }),
  ).describe('what differs from the stored expectation'),
});
export type ConformanceDocument = z.infer<typeof conformanceSchema>;
