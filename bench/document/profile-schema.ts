/** The document of `dupmark profile`: what one operation takes, by source line and by call tree, on one or two targets. */
import { z } from 'zod';
import type { Frame, InstructionProfile } from '../core/profile.js';
import { environmentSchema, RUN_ID, scenarioSchema, targetSchema, time } from './schema.js';
import { cLibrary, list, memoryReading, positive, text } from './schema-parts.js';

export const PROFILE_SCHEMA_VERSION = 1;
export const PROFILE_FILE = 'profile.json';

const frame: z.ZodType<Frame> = z
  .strictObject({
    name: text,
    library: text,
    self: z.number().describe('instructions per iteration, without those of its children'),
    get children() {
      return list(frame);
    },
  })
  .meta({ id: 'Frame' });

const instructionProfile: z.ZodType<InstructionProfile> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exact'),
    perIteration: z.number().min(0),
    iterations: positive,
    tree: frame,
    unnamed: z.number().describe('instructions per iteration of functions that have no name here'),
  }),
  z.strictObject({ kind: z.literal('not-available'), reason: text }),
]);

export const profileDocumentSchema = z.strictObject({
  kind: z.literal('dupmark-profile'),
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  id: z.string().regex(RUN_ID),
  dupmark: z.strictObject({ version: text, commit: z.string().nullable() }),
  startedAt: time,
  endedAt: time,
  command: list(z.string()),
  environment: environmentSchema,
  cLibrary,
  scenario: scenarioSchema,
  targets: list(
    z.strictObject({
      target: targetSchema,
      memory: memoryReading,
      instructions: instructionProfile,
    }),
  ).describe('one, or the base and then the contender'),
  notes: list(z.string()).describe('what of the figures a reader must know'),
});

export type ProfileDocument = z.infer<typeof profileDocumentSchema>;
export type ProfiledTarget = ProfileDocument['targets'][number];
