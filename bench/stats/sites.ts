/**
 * What changed in what OpenSSL allocates, line by line. Lines move between versions, so a line is followed: first by its
 * own number, then by doing the same in the same file, then by making as many allocations of about the same size there.
 */
import type { MemorySite } from '../core/sample.js';

/** One line that allocates otherwise on the contender; null where it is not there on that side. */
export interface SiteChange {
  readonly file: string;
  readonly before: MemorySite | null;
  readonly after: MemorySite | null;
  /** After less before. */
  readonly allocations: number;
  readonly requestedBytes: number;
  readonly retainedBytes: number;
}

/** All lines that changed, the largest change in bytes first. A line that only moved is no change. */
export function compareSites(
  before: readonly MemorySite[],
  after: readonly MemorySite[],
): readonly SiteChange[] {
  const changes: SiteChange[] = [];
  for (const file of new Set([...before, ...after].map((site) => site.file))) {
    changes.push(
      ...compareFile(
        file,
        before.filter((site) => site.file === file),
        after.filter((site) => site.file === file),
      ),
    );
  }
  return changes.sort((a, b) => size(b) - size(a) || (a.file < b.file ? -1 : 1));
}

function size({ requestedBytes, retainedBytes }: SiteChange): number {
  return Math.max(Math.abs(requestedBytes), Math.abs(retainedBytes));
}

function compareFile(
  file: string,
  before: readonly MemorySite[],
  after: readonly MemorySite[],
): SiteChange[] {
  const left = [...before].sort((a, b) => a.line - b.line);
  const right = [...after].sort((a, b) => a.line - b.line);
  takePairs(left, right, (a, b) => a.line === b.line && isAlike(a, b));
  takePairs(left, right, isAlike);
  const changes = takePairs(left, right, (a, b) => a.line === b.line).map(([a, b]) => change(file, a, b));
  changes.push(...takeNearest(left, right).map(([a, b]) => change(file, a, b)));
  changes.push(...left.map((a) => change(file, a, null)), ...right.map((b) => change(file, null, b)));
  return changes;
}

/** Takes out of both lists what belongs together. */
function takePairs(
  left: MemorySite[],
  right: MemorySite[],
  belong: (a: MemorySite, b: MemorySite) => boolean,
): [MemorySite, MemorySite][] {
  const pairs: [MemorySite, MemorySite][] = [];
  for (const a of [...left]) {
    const b = right.find((one) => belong(a, one));
    if (b === undefined) continue;
    left.splice(left.indexOf(a), 1);
    right.splice(right.indexOf(b), 1);
    pairs.push([a, b]);
  }
  return pairs;
}

/** A structure that grew or shrank by more than this is taken for another one. */
const GROWTH_MAX = 2;

/** Takes out the lines that make as many allocations of about the same size, the most alike first. */
function takeNearest(left: MemorySite[], right: MemorySite[]): [MemorySite, MemorySite][] {
  const pairs: [MemorySite, MemorySite][] = [];
  for (;;) {
    let best: readonly [MemorySite, MemorySite] | null = null;
    let least = Math.log(GROWTH_MAX);
    for (const a of left) {
      for (const b of right) {
        const growth = Math.abs(Math.log(b.requestedBytes / a.requestedBytes));
        // Not below, so that of equal ones the first in the file are taken.
        if (a.allocations !== b.allocations || !(growth < least || (best === null && growth === least)))
          continue;
        best = [a, b];
        least = growth;
      }
    }
    if (best === null) return pairs;
    const [a, b] = best;
    left.splice(left.indexOf(a), 1);
    right.splice(right.indexOf(b), 1);
    pairs.push([a, b]);
  }
}

function isAlike(a: MemorySite, b: MemorySite): boolean {
  return (
    a.allocations === b.allocations &&
    a.requestedBytes === b.requestedBytes &&
    a.retainedAllocations === b.retainedAllocations &&
    a.retainedBytes === b.retainedBytes
  );
}

function change(file: string, before: MemorySite | null, after: MemorySite | null): SiteChange {
  return {
    file,
    before,
    after,
    allocations: (after?.allocations ?? 0) - (before?.allocations ?? 0),
    requestedBytes: (after?.requestedBytes ?? 0) - (before?.requestedBytes ?? 0),
    retainedBytes: (after?.retainedBytes ?? 0) - (before?.retainedBytes ?? 0),
  };
}

/** What a part of OpenSSL's source is about, by the longest path that fits; the first folder where none does. */
export function areaOf(file: string): string {
  const found = AREAS.filter(([path]) => file.startsWith(path)).sort(([a], [b]) => b.length - a.length)[0];
  return found?.[1] ?? file.split('/')[0] ?? file;
}

const AREAS: readonly (readonly [string, string])[] = [
  ['ssl/record/', 'record layer'],
  ['ssl/statem/', 'handshake'],
  ['ssl/quic/', 'QUIC'],
  ['ssl/ech/', 'ECH'],
  ['ssl/ssl_cert', 'certificates'],
  ['ssl/ssl_ciph', 'cipher lists'],
  ['ssl/ssl_sess', 'sessions'],
  ['ssl/s3_', 'handle'],
  ['ssl/ssl_lib', 'handle'],
  ['ssl/', 'SSL'],
  ['crypto/bio/', 'BIO'],
  ['crypto/buffer/', 'buffers'],
  ['crypto/stack/', 'stacks'],
  ['crypto/x509/', 'X.509'],
  ['crypto/threads', 'locks'],
  ['crypto/ex_data', 'ex_data'],
  ['crypto/evp/', 'EVP'],
  ['providers/', 'providers'],
];
