/** From the checkpoints of a soak file to findings in words. Pure functions. */
import type { Checkpoint, Finding } from '../document/soak-schema.js';
import type { AllocationSite } from '../worker/soak-messages.js';
import { growthOf } from './growth.js';
import { lineOf } from './judge.js';
import { rises } from './slope.js';

/** What of a class is alive at the end. */
export interface ClassAtEnd {
  readonly name: string;
  /** From one of its new objects to the root; empty when no snapshot tells. */
  readonly retainers: readonly string[];
  /** Alive after `teardown`; null when that was not read. */
  readonly afterTeardown: number | null;
}

const BLANK = { weight: 'decides', sites: [], allocations: [], retainers: [], cycle: null } as const;

/** The first checkpoint is the one after warming up; all lie at even distances. */
export function objectFindings(
  checkpoints: readonly Checkpoint[],
  classes: readonly ClassAtEnd[],
): readonly Finding[] {
  return classes.flatMap(({ name, retainers, afterTeardown }): Finding[] => {
    const counts = checkpoints.flatMap(({ objects }) => objects?.[name] ?? []);
    const [before = 0, ...readings] = counts;
    const growth = growthOf(before, readings);
    if (growth === 'none' || growth === 'steady') return [];
    const last = readings.at(-1) ?? before;
    const goesOn = growth === 'growing' ? 'more with every quarter of the soak' : 'not known to go on';
    const held = retainers.length === 0 ? '' : `, one held by ${retainers.slice(0, 2).join(', ')}`;
    return [
      {
        ...BLANK,
        oracle: 'objects',
        weight: growth === 'growing' ? 'decides' : 'warns',
        retainers: [...retainers],
        message: `${last - before} more live ${name} than after warming up (${before}, now ${last}; ${goesOn})${held}${teardownWords(afterTeardown, before, last)}`,
      },
    ];
  });
}

function teardownWords(after: number | null, before: number, last: number): string {
  if (after === null) return '';
  if (after <= before) return '; teardown let them go';
  return `; ${after === last ? 'all' : after - before} of them outlive teardown`;
}

/** OpenSSL's own live allocations, where they are counted: `before` and `after` by line. */
export function allocationFindings(
  checkpoints: readonly Checkpoint[],
  before: readonly AllocationSite[],
  after: readonly AllocationSite[],
): readonly Finding[] {
  const [first = 0, ...readings] = checkpoints.flatMap(({ allocations }) => allocations ?? []);
  const growth = growthOf(first, readings);
  if (growth === 'none' || growth === 'steady') return [];
  const known = new Map(before.map((site) => [lineOf(site), site]));
  const grown = after
    .map((site) => {
      const earlier = known.get(lineOf(site));
      return {
        ...site,
        allocations: site.allocations - (earlier?.allocations ?? 0),
        bytes: Math.max(0, site.bytes - (earlier?.bytes ?? 0)),
      };
    })
    .filter(({ allocations }) => allocations > 0)
    .sort((a, b) => b.allocations - a.allocations);
  const more = (readings.at(-1) ?? first) - first;
  return [
    {
      ...BLANK,
      oracle: 'allocations',
      weight: growth === 'growing' ? 'decides' : 'warns',
      allocations: grown,
      message: `${more} more live OpenSSL allocations than after warming up, most from ${grown.slice(0, 3).map(lineOf).join(', ')}`,
    },
  ];
}

/** Below this a checkpoint, what Node does for itself (compiling, its own pools) cannot be told from a leak. */
const SLOPE_BYTES_MIN = 16_384;
/** Resident memory moves by whole arenas and pages of the collector: only a lot of it is worth a word. */
const RSS_BYTES_MIN = 512 * 1024;

const MEMORIES = [
  { name: 'malloc has handed out', of: (one: Checkpoint) => one.allocatorBytes, leastBytes: SLOPE_BYTES_MIN },
  { name: "V8's heap holds", of: (one: Checkpoint) => one.heapUsedBytes, leastBytes: SLOPE_BYTES_MIN },
  { name: 'is resident', of: (one: Checkpoint) => one.rssBytes, leastBytes: RSS_BYTES_MIN },
] as const;

/**
 * Slopes only warn. `grownClasses` are what grew most in V8's heap, which may say more than the slope. Resident memory
 * is told only when nothing else rises: it follows both others.
 */
export function fileSlopeFindings(
  checkpoints: readonly Checkpoint[],
  bytesPerCycle: number,
  grownClasses: readonly { readonly name: string; readonly more: number }[],
): readonly Finding[] {
  const settled = checkpoints.slice(Math.floor(checkpoints.length / 2));
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined || settled.length < 2) return [];
  const cycles = (last.cycles - first.cycles) / (settled.length - 1);
  const findings: Finding[] = [];
  for (const { name, of, leastBytes } of MEMORIES) {
    if (leastBytes === RSS_BYTES_MIN && findings.length > 0) continue;
    const readings = settled.flatMap((one) => of(one) ?? []);
    // `rises` asks for more than a quarter of its unit.
    const slope = rises(readings, 4 * Math.max(bytesPerCycle * cycles, leastBytes));
    if (slope === null) continue;
    const perCycle = Math.round(slope.bytesPerCheckpoint / Math.max(cycles, 1));
    const isHeap = name === "V8's heap holds";
    const most = isHeap && grownClasses.length > 0 ? `; most new objects: ${classWords(grownClasses)}` : '';
    findings.push({
      ...BLANK,
      oracle: 'slope',
      weight: 'warns',
      message: `what ${name} rises by about ${perCycle} bytes a cycle (z ${slope.z.toFixed(1)})${most}`,
    });
  }
  return findings;
}

function classWords(classes: readonly { readonly name: string; readonly more: number }[]): string {
  return classes.map(({ name, more }) => `${more} ${name}`).join(', ');
}
