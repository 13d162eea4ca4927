/** Provider `debian:SUITE`: the OpenSSL libraries of a Debian suite, fetched by apt and unpacked into the cache. */
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { compareVersions, type Target } from '../core/target.js';
import {
  type Candidate,
  candidates,
  describeCandidate,
  openSuite,
  packageNames,
  unpackPackages,
} from './apt.js';
import { type Entry, type FetchFolders, findEntry, obtainEntry, writing } from './cache.js';
import { assertUndamaged, howToGet } from './fetched.js';
import { examinePair, findPair } from './openssl-pair.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';
import { workerNode } from './worker-node.js';

/** The cache key of a suite's libraries. */
export function debianKey(suite: string): string {
  return `debian-${suite}-${assertSupportedPlatform().debian}`;
}

/**
 * Resolves `debian:SUITE`, from the cache or by fetching it. Throws CouldNotRun when the suite, the network or the
 * Debian archive is not there, and when the cached files are damaged.
 */
export async function resolveDebian(suite: string, options: FetchOptions = {}): Promise<Target> {
  const id = `debian:${suite}`;
  const key = debianKey(suite);
  if (options.offline === true && (await findEntry(key)) === null) throw howToGet(id);
  const entry = await obtainEntry(key, id, options.refresh === true, (folders) =>
    fetchLibraries(suite, folders, options),
  );
  return describeDebian(suite, entry, options);
}

/** The Target that a cached entry is. */
export async function describeDebian(suite: string, entry: Entry, options: FetchOptions): Promise<Target> {
  const id = `debian:${suite}`;
  const { machine } = assertSupportedPlatform();
  const pair = findPair(join(entry.folder, 'lib'), machine);
  if (pair === null) throw new CouldNotRun(`${id}: its cached files are gone; fetch them again with refresh`);
  const { library, glibcNeeded, sha256 } = await examinePair(pair, machine);
  assertUndamaged(id, entry, sha256);
  const node = await workerNode(options);
  return { id, provider: 'debian', node, library, package: entry.manifest.package, glibcNeeded, sha256 };
}

async function fetchLibraries(
  suiteName: string,
  folders: FetchFolders,
  options: FetchOptions,
): Promise<{ package: string }> {
  const { machine, multiarch } = assertSupportedPlatform();
  const suite = await openSuite(suiteName, options);
  const offered = await candidates(suite, (await packageNames(suite, 'libssl')).filter(isLibraryName));
  const chosen = newestLibrary(offered);
  if (chosen === null)
    throw new CouldNotRun(`debian:${suiteName}: this suite has no OpenSSL library package`);
  options.onProgress?.(`debian:${suiteName}: fetching ${chosen.package} ${chosen.version}`);
  const root = await unpackPackages(suite, [chosen], folders.work);
  const places = [join(root, 'usr', 'lib', multiarch), join(root, 'lib', multiarch)];
  const pair = places.map((place) => findPair(place, machine)).find((found) => found !== null);
  if (pair === undefined) {
    throw new CouldNotRun(`debian:${suiteName}: ${chosen.package} ${chosen.version} holds no libssl`);
  }
  await writing(async () => {
    await mkdir(join(folders.entry, 'lib'));
    for (const file of [pair.libssl, pair.libcrypto]) {
      await copyFile(file, join(folders.entry, 'lib', basename(file)));
    }
    const licence = join(root, 'usr', 'share', 'doc', chosen.package, 'copyright');
    await copyFile(licence, join(folders.entry, 'copyright')).catch(() => undefined);
  });
  return { package: describeCandidate(chosen, suiteName) };
}

const LIBRARY_NAME = /^libssl(\d+(?:\.\d+)?)(t64)?$/;

function isLibraryName(name: string): boolean {
  return LIBRARY_NAME.test(name);
}

/** Of library packages (libssl1.1, libssl3, libssl3t64, libssl4 …) the newest; null when there is none. */
export function newestLibrary(offered: readonly Candidate[]): Candidate | null {
  const number = (candidate: Candidate): string => LIBRARY_NAME.exec(candidate.package)?.[1] ?? '0';
  const isTransitional = (candidate: Candidate): number => (candidate.package.endsWith('t64') ? 1 : 0);
  const sorted = offered
    .filter((candidate) => isLibraryName(candidate.package))
    .sort((a, b) => compareVersions(number(a), number(b)) || isTransitional(a) - isTransitional(b));
  return sorted.at(-1) ?? null;
}
