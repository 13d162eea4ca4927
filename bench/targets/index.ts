/**
 * Targets: from what a user asks for to files on this machine. This is what the rest of dupmark imports; each
 * provider has a file of its own beside it.
 */
import { rm } from 'node:fs/promises';
import { CouldNotRun, messageOf } from '../core/errors.js';
import { formatTargetId, parseTargetId, type Target, type TargetRequest } from '../core/target.js';
import { resolveAlias } from './aliases.js';
import { suiteFolder } from './apt.js';
import { resolveBundled } from './bundled.js';
import { isTarget, listEntries, removeEntry, verifyEntry, writing } from './cache.js';
import { debianKey, resolveDebian } from './debian.js';
import { complete } from './fetched.js';
import { nodeKey, resolveNodeRelease } from './node-release.js';
import type { FetchOptions } from './options.js';
import { resolvePrefix } from './prefix.js';
import { resolveSystem } from './system.js';

export { chooseCLibrary } from './c-library.js';
export { cacheFolder } from './cache.js';
export type { FetchOptions } from './options.js';
export { assertSupportedPlatform } from './platform.js';

/** A target that was asked for and is not to be had, with the one line that says why. */
export interface Missing {
  readonly id: string;
  readonly reason: string;
}

export interface Resolved {
  /** In the order asked for; each id once. */
  readonly targets: Target[];
  readonly missing: Missing[];
}

/** The targets of a run that names none: one of each OpenSSL series in wide use, and Node's own. */
export function defaultRequests(): TargetRequest[] {
  return [
    { provider: 'alias', series: '1.1.1' },
    { provider: 'alias', series: '3.0' },
    { provider: 'alias', series: '3.5' },
    { provider: 'alias', series: '4.0' },
    { provider: 'bundled' },
  ];
}

/** Resolves one request, fetching what is not here. Throws CouldNotRun with the reason when it cannot be had. */
export async function resolveTarget(request: TargetRequest, options: FetchOptions = {}): Promise<Target> {
  switch (request.provider) {
    case 'bundled':
      return resolveBundled();
    case 'system':
      return resolveSystem(options);
    case 'debian':
      return resolveDebian(request.suite, options);
    case 'node':
      return resolveNodeRelease(request.version, options);
    case 'prefix':
      return resolvePrefix(request.path, options);
    case 'alias':
      return resolveAlias(request.series, resolveTarget, options);
  }
}

/**
 * Resolves several requests at once, fetching side by side. What cannot be had does not stop the others: it comes
 * back as missing, with its reason. Requests that turn out to be one target are given once.
 */
export async function resolveTargets(
  requests: readonly TargetRequest[],
  options: FetchOptions = {},
): Promise<Resolved> {
  const outcomes = await Promise.all(
    requests.map(async (request): Promise<Target | Missing> => {
      try {
        return await resolveTarget(request, options);
      } catch (thrown) {
        if (!(thrown instanceof CouldNotRun)) throw thrown;
        const id = formatTargetId(request);
        return { id, reason: complete(id, messageOf(thrown)) };
      }
    }),
  );
  const targets = new Map<string, Target>();
  const missing = new Map<string, Missing>();
  for (const outcome of outcomes) {
    if ('reason' in outcome) missing.set(outcome.id, outcome);
    else if (!targets.has(outcome.id)) targets.set(outcome.id, outcome);
  }
  return { targets: [...targets.values()], missing: [...missing.values()] };
}

/** What the cache holds, without touching the network. Damaged entries come back as missing. */
export async function cachedTargets(): Promise<Resolved> {
  const requests: TargetRequest[] = [];
  for (const entry of await listEntries()) {
    if (isTarget(entry)) requests.push(parseTargetId(entry.manifest.what, 'cache'));
  }
  return resolveTargets(requests, { offline: true });
}

/** Fetches a target into the cache, again when `refresh`. Throws CouldNotRun when it cannot be had. */
export async function addTarget(request: TargetRequest, options: FetchOptions = {}): Promise<Target> {
  const { targets, missing } = await resolveTargets([request], options);
  const [target] = targets;
  if (target === undefined) throw new CouldNotRun(missing[0]?.reason ?? 'no target was asked for');
  return target;
}

/**
 * Removes a fetched target from the cache. Throws CouldNotRun for ids of targets that are never in it, and when it
 * is not there. With the last Debian target go the C libraries that only Debian's targets need.
 */
export async function removeTarget(id: string): Promise<void> {
  const request = parseTargetId(id, 'targets remove');
  if (request.provider !== 'debian' && request.provider !== 'node') {
    throw new CouldNotRun(`${id}: is not in the cache (only debian:SUITE and node@X.Y.Z are fetched)`);
  }
  const key = request.provider === 'debian' ? debianKey(request.suite) : nodeKey(request.version);
  if (!(await removeEntry(key))) throw new CouldNotRun(`${id}: is not in the cache`);
  if (request.provider === 'node') return;
  await writing(() => rm(suiteFolder(request.suite), { recursive: true, force: true }));
  const left = await listEntries();
  if (left.some(({ manifest }) => manifest.what.startsWith('debian:'))) return;
  for (const { key: other, manifest } of left) {
    if (manifest.what.startsWith('c-library:')) await removeEntry(other);
  }
}

/** One cached entry after its files were hashed again. */
export interface Verified {
  /** A target id, or `c-library:SUITE`. */
  readonly id: string;
  readonly package: string;
  readonly fetchedAt: string;
  /** One line each; none when every file is as it was fetched. */
  readonly problems: string[];
}

/** Hashes every file in the cache again and compares with the manifests. */
export async function verifyTargets(): Promise<Verified[]> {
  const entries = await listEntries();
  return Promise.all(
    entries.map(async (entry) => ({
      id: entry.manifest.what,
      package: entry.manifest.package,
      fetchedAt: entry.manifest.fetchedAt,
      problems: await verifyEntry(entry),
    })),
  );
}
