/** From what a segment left behind to findings in words. Pure functions. */
import type { Checkpoint, Finding, SoakSiteCount, Verdict } from '../document/soak-schema.js';
import type { SegmentResult, SoakSite } from '../worker/soak-messages.js';
import { rises } from './slope.js';

/** Whether an exact oracle saw something in this segment that one occurrence of convicts. */
export function convicts(result: SegmentResult): boolean {
  return (
    result.handles !== 0 ||
    result.contexts !== 0 ||
    result.sessions !== 0 ||
    result.lost.length > 0 ||
    result.excess !== null ||
    result.mismatch !== null
  );
}

/** Whether live allocations grew: OpenSSL may make something once on demand, so that one time is not enough. */
export function grew(result: SegmentResult): boolean {
  return (result.allocations ?? 0) > 0;
}

const where = ({ label, file, line }: SoakSite): string =>
  file === '' ? label : `${label} (${file}:${line})`;
const counted = (site: SoakSite, count: number): SoakSiteCount => ({ ...site, count });
const plural = (count: number, what: string): string => `${count} ${what}${Math.abs(count) === 1 ? '' : 's'}`;

/** What the exact oracles saw, the one that names the most first. */
export function findingsOf(result: SegmentResult, cycle: number | null): readonly Finding[] {
  const { excess, mismatch } = result;
  const blank = { weight: 'decides', sites: [], allocations: [], retainers: [], cycle } as const;
  // What comes after a free too many, or a handle that is gone, says nothing: the segment stopped there.
  if (excess !== null) {
    const sites = [excess.at, excess.reference, excess.earlier]
      .filter(({ label }) => label !== 'unknown')
      .map((site) => counted(site, 0));
    const what = excess.use
      ? 'uses a handle after its last reference was given back'
      : 'frees once too often';
    const taken = excess.reference.label === 'unknown' ? '' : `, taken at ${where(excess.reference)}`;
    const before =
      excess.earlier.label === 'unknown' ? '' : `; given back before at ${where(excess.earlier)}`;
    return [
      { ...blank, oracle: 'too-early', sites, message: `${where(excess.at)} ${what}${taken}${before}` },
    ];
  }
  const findings: Finding[] = [];
  if (result.lost.length > 0) {
    const taken = result.lost.map(
      ({ site, count }) => `${plural(count, 'reference')} taken at ${where(site)}`,
    );
    findings.push({
      ...blank,
      oracle: 'ledger',
      sites: result.lost.map(({ site, count }) => counted(site, count)),
      message: `never given back: ${taken.join(', ')}`,
    });
  }
  if (mismatch !== null) {
    findings.push({
      ...blank,
      oracle: 'model',
      sites: [counted(mismatch.reference, 0), counted(mismatch.at, 0)],
      message: mismatch.freedEarly
        ? `${where(mismatch.at)} freed the handle although references were left`
        : `${where(mismatch.at)} gave the last known reference back (taken at ${where(mismatch.reference)}), and the handle lives on: a reference that did not go through the ledger`,
    });
  }
  for (const [oracle, live, what] of [
    ['handles', result.handles, 'SSL'],
    ['contexts', result.contexts, 'SSL_CTX'],
    ['sessions', result.sessions, 'SSL_SESSION'],
  ] as const) {
    if (live === 0) continue;
    const message =
      live > 0 ? `${live} ${what} created and never freed` : `${-live} ${what} freed more than were created`;
    findings.push({ ...blank, oracle, message });
  }
  const allocations = result.allocations ?? 0;
  if (allocations > 0) {
    const lines = [...result.grown].sort((a, b) => b.allocations - a.allocations);
    findings.push({
      ...blank,
      oracle: 'allocations',
      allocations: lines,
      message: `${plural(allocations, 'OpenSSL allocation')} still live, most from ${lines
        .slice(0, 3)
        .map(lineOf)
        .join(', ')}`,
    });
  }
  return findings;
}

/** A line of OpenSSL's source. Its builds name files by how they were configured: `../ssl/ssl_lib.c`. */
export function lineOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file.replace(/^(\.\.\/)+/, '')}:${line}`;
}

/**
 * What the slope of malloc's own books warns of, over checkpoints at even distances of which the first half warms up
 * (malloc keeps freed blocks of every size once seen).
 * Only what was handed out during segments: what Node makes for itself between them raised alarms.
 * Resident memory is in the document but not judged: by the same rule it convicts the innocent (4 of 4 clean soaks
 * here), as Node's own heap and the kernel move it.
 */
export function slopeFindings(checkpoints: readonly Checkpoint[], unitBytes: number): readonly Finding[] {
  const settled = checkpoints.slice(Math.floor(checkpoints.length / 2));
  const slope = rises(
    settled.map(({ heapGrowthBytes }) => heapGrowthBytes),
    unitBytes,
  );
  if (slope === null) return [];
  return [
    {
      oracle: 'slope',
      weight: 'warns',
      sites: [],
      allocations: [],
      retainers: [],
      cycle: null,
      message: `what the C library has handed out rises by ${Math.round(slope.bytesPerCheckpoint)} bytes a checkpoint (z ${slope.z.toFixed(1)}), more than a quarter of a handle's ${unitBytes}, and OpenSSL's own allocations do not`,
    },
  ];
}

const FAULTS: readonly Finding['oracle'][] = ['too-early', 'crash', 'failure'];

/** Exact oracles decide; warnings only warn. */
export function verdictOf(
  findings: readonly Finding[],
): Extract<Verdict, 'leak' | 'fault' | 'maybe' | 'none'> {
  const deciding = findings.filter(({ weight }) => weight === 'decides');
  if (deciding.some(({ oracle }) => FAULTS.includes(oracle))) return 'fault';
  if (deciding.length > 0) return 'leak';
  return findings.length > 0 ? 'maybe' : 'none';
}

/** Keeps the series short and even by leaving out every other checkpoint when it gets too long. */
export class CheckpointSeries {
  readonly #most: number;
  #kept: Checkpoint[] = [];
  #stride = 1;
  #seen = 0;

  constructor(most = 256) {
    this.#most = most;
  }

  add(checkpoint: Checkpoint): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#kept.push(checkpoint);
    if (this.#kept.length < this.#most) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  get all(): readonly Checkpoint[] {
    return this.#kept;
  }
}
