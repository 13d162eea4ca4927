/**
 * The C library of a comparison. All workers run on one and the same, because malloc is part of what is measured:
 * this machine's own where every target can use it, else that of the oldest Debian suite that serves them all.
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import { type CLibrary, compareVersions, type Target } from '../core/target.js';
import {
  type Candidate,
  candidates,
  describeCandidate,
  openSuite,
  type Suite,
  unpackPackages,
} from './apt.js';
import { type Entry, type FetchFolders, findEntry, obtainEntry, writing } from './cache.js';
import { readElf } from './elf.js';
import { assertUndamaged } from './fetched.js';
import { digests } from './hash.js';
import { newest } from './openssl-pair.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';

/**
 * Oldest first. A released suite never changes its glibc, so that its lists need not be fetched to know that it is
 * too old; null is looked up.
 */
const SUITES: readonly { readonly name: string; readonly glibc: string | null }[] = [
  { name: 'bookworm', glibc: '2.36' },
  { name: 'trixie', glibc: '2.41' },
  { name: 'forky', glibc: null },
  { name: 'sid', glibc: null },
];

/** The C library first, then what node and the OpenSSL of newer suites need beside it. */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'zlib1g', 'libzstd1'] as const;

/**
 * Chooses the C library for these targets, fetching it when it is a suite's and not in the cache. Throws
 * CouldNotRun on a platform without glibc, and when no suite's glibc is new enough or can be had.
 */
export async function chooseCLibrary(
  targets: readonly Target[],
  options: FetchOptions = {},
): Promise<CLibrary> {
  const host = assertSupportedPlatform();
  const needed = newest(targets.map((target) => target.glibcNeeded));
  if (needed === null || compareVersions(host.glibc, needed) >= 0) {
    return { kind: 'host', version: host.glibc };
  }
  const who = targets
    .filter(({ glibcNeeded }) => glibcNeeded !== null && compareVersions(glibcNeeded, host.glibc) > 0)
    .map(({ id }) => id);
  const reasons: string[] = [];
  for (const suite of SUITES) {
    if (suite.glibc !== null && compareVersions(suite.glibc, needed) < 0) continue;
    try {
      const found = await cLibraryOf(suite.name, needed, options);
      if (found !== null) return found;
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      reasons.push(messageOf(thrown));
    }
  }
  const why = reasons[0] ?? `none of ${SUITES.map(({ name }) => `debian:${name}`).join(', ')} has it`;
  throw new CouldNotRun(
    `${who.join(', ')} needs glibc ${needed}, this machine has ${host.glibc}, and a newer one could not be had (${why})`,
  );
}

/** The cache key of a suite's C library. */
export function cLibraryKey(suite: string): string {
  return `c-library-${suite}-${assertSupportedPlatform().debian}`;
}

/** The suite's C library, or null when it is older than needed. */
async function cLibraryOf(
  suiteName: string,
  needed: string,
  options: FetchOptions,
): Promise<CLibrary | null> {
  const key = cLibraryKey(suiteName);
  const cached = await findEntry(key);
  if (cached !== null) {
    const library = await describe(suiteName, cached);
    if (compareVersions(library.version, needed) >= 0) return library;
  }
  if (options.offline === true) {
    throw new CouldNotRun(`the C library of debian:${suiteName} is not in the cache, and this is offline`);
  }
  const suite = await openSuite(suiteName, options);
  const offered = await candidates(suite, PACKAGES);
  const wanted = PACKAGES.map((name) => offered.find((candidate) => candidate.package === name));
  const complete = wanted.filter((candidate) => candidate !== undefined);
  const libc = complete[0];
  if (libc === undefined || complete.length !== PACKAGES.length) {
    throw new CouldNotRun(`debian:${suiteName} does not have all of ${PACKAGES.join(', ')}`);
  }
  if (compareVersions(upstream(libc.version), needed) < 0) return null;
  options.onProgress?.(`fetching the C library of debian:${suiteName}, glibc ${upstream(libc.version)}`);
  const entry = await obtainEntry(key, `c-library:${suiteName}`, cached !== null, (folders) =>
    fetchCLibrary(suite, complete, folders),
  );
  return describe(suiteName, entry);
}

async function describe(suite: string, entry: Entry): Promise<CLibrary> {
  const folder = join(entry.folder, 'lib');
  const loader = join(folder, assertSupportedPlatform().loader);
  assertUndamaged(`c-library:${suite}`, entry, await digests([loader, join(folder, 'libc.so.6')]));
  return {
    kind: 'suite',
    version: upstream(entry.manifest.package.split(' ')[1] ?? ''),
    suite,
    package: entry.manifest.package,
    loader,
    libraryPath: folder,
  };
}

/** glibc's own version, as `2.41`, of a package version as `2.41-12+deb13u5`. */
function upstream(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? '0';
}

/** Copies each library under the name that the loader asks for, into one folder. */
async function fetchCLibrary(
  suite: Suite,
  wanted: readonly Candidate[],
  folders: FetchFolders,
): Promise<{ package: string }> {
  const { machine, multiarch, loader } = assertSupportedPlatform();
  const root = await unpackPackages(suite, wanted, folders.work);
  const target = join(folders.entry, 'lib');
  await writing(() => mkdir(target));
  for (const place of [join(root, 'lib', multiarch), join(root, 'usr', 'lib', multiarch)]) {
    const children = await readdir(place, { withFileTypes: true }).catch(() => []);
    for (const file of children.filter((child) => child.isFile() && child.name.includes('.so'))) {
      const path = join(place, file.name);
      const name = readElf(path, machine).soname ?? file.name;
      await writing(() => copyFile(path, join(target, name)));
    }
  }
  const names = await readdir(target);
  const missing = [loader, 'libc.so.6', 'libstdc++.so.6', 'libgcc_s.so.1'].filter(
    (name) => !names.includes(name),
  );
  const [libc] = wanted;
  if (libc === undefined || missing.length > 0) {
    throw new CouldNotRun(`debian:${suite.name}: its C library packages lack ${missing.join(', ')}`);
  }
  return { package: describeCandidate(libc, suite.name) };
}
