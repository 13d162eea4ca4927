/** The alias `openssl@X.Y`: which concrete targets can stand for an OpenSSL series, best first. */
import { CouldNotRun, messageOf } from '../core/errors.js';
import { isInSeries } from '../core/openssl-version.js';
import { formatTargetId, type Target, type TargetRequest } from '../core/target.js';
import { isUnreachable, NOT_CACHED } from './fetched.js';
import { opensslVersionIn } from './openssl-pair.js';
import type { FetchOptions } from './options.js';
import { findSystemPair } from './system.js';

type Concrete = Exclude<TargetRequest, { provider: 'alias' }>;

/**
 * Which suites and Node releases have (or, for suites still in development, may have) a series. What a suite
 * gives is checked after fetching, so that a suite which moved on is passed over.
 */
const KNOWN: readonly { readonly series: string; readonly suites: string[]; readonly nodes: string[] }[] = [
  { series: '1.1.1', suites: ['bullseye'], nodes: ['16.20.2', '12.22.12'] },
  { series: '3.0', suites: ['bookworm'], nodes: ['20.20.2'] },
  { series: '3.5', suites: ['trixie'], nodes: ['24.21.0'] },
  { series: '3.6', suites: ['forky', 'sid'], nodes: [] },
  { series: '4.0', suites: ['experimental', 'sid', 'forky'], nodes: [] },
];

/** The targets that may have a series, in order of preference. */
export function aliasCandidates(series: string): Concrete[] {
  const rows = KNOWN.filter((row) => isInSeries(row.series, series) || isInSeries(series, row.series));
  return [
    ...rows.flatMap(({ suites }) => suites.map((suite): Concrete => ({ provider: 'debian', suite }))),
    { provider: 'system' },
    ...rows.flatMap(({ nodes }) => nodes.map((version): Concrete => ({ provider: 'node', version }))),
    { provider: 'bundled' },
  ];
}

/**
 * Resolves an alias to the first candidate that can be had and really has that series. Throws a CouldNotRun that says
 * what was tried and why each failed.
 */
export async function resolveAlias(
  series: string,
  resolve: (request: Concrete, options: FetchOptions) => Promise<Target>,
  options: FetchOptions = {},
): Promise<Target> {
  const failures: string[] = [];
  const useless = new Set<string>();
  for (const candidate of aliasCandidates(series)) {
    if (useless.has(candidate.provider)) continue;
    const id = formatTargetId(candidate);
    try {
      const version = await versionBefore(candidate);
      if (version !== null && !isInSeries(version, series)) {
        failures.push(`${id} is ${version}`);
        continue;
      }
      const target = await resolve(candidate, options);
      const found = await opensslOf(target);
      if (found !== null && isInSeries(found, series)) {
        if (failures.length > 0)
          options.onProgress?.(`openssl@${series}: using ${id} (${failures.join('; ')})`);
        return target;
      }
      failures.push(`${id} is ${found ?? 'of an unknown version'}`);
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      const reason = messageOf(thrown);
      // No use in waiting for an unreachable server again, nor in what lacks for every target of that provider.
      if (isUnreachable(reason) || !reason.startsWith(id)) useless.add(candidate.provider);
      // Said once for the alias, the way to get it need not be said for each candidate.
      if (reason.includes(NOT_CACHED)) failures.push(`${id} ${NOT_CACHED}`);
      else failures.push(reason.startsWith(id) ? reason : `${id}: ${reason}`);
    }
  }
  throw new CouldNotRun(`openssl@${series}: could not be had (${failures.join('; ')})`);
}

/** The version of what is here already, so that nothing is hashed or fetched in vain; null when not known yet. */
async function versionBefore(candidate: Concrete): Promise<string | null> {
  if (candidate.provider === 'bundled') return process.versions.openssl ?? null;
  if (candidate.provider !== 'system') return null;
  return opensslVersionIn((await findSystemPair()).libcrypto);
}

/** The OpenSSL version that a target's files were built as. */
export async function opensslOf(target: Target): Promise<string | null> {
  if (target.provider === 'bundled') return process.versions.openssl ?? null;
  return opensslVersionIn(target.library.kind === 'shared' ? target.library.libcrypto : target.node);
}
