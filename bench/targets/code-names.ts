/**
 * Where names for the functions of stripped libraries come from. Debian's libssl keeps only what it exports, and its
 * debug packages lie in an archive of their own, which mirrors seldom have. But the static library of the same version
 * (libssl-dev) has every function with its code, so that a function is known by its code. glibc's debug package is in the
 * main archive.
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { candidates, describeCandidate, openSuite, unpackPackages } from './apt.js';
import { type Entry, findEntry, NAMES_PREFIX, obtainEntry, writing } from './cache.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';

export interface NameSources {
  /** Static libraries to look a function's code up in, by the name of the library that they belong to: `libssl`. */
  readonly archives: ReadonlyMap<string, string>;
  /** Folders of debug files by build id: `FOLDER/ab/cdef….debug`. */
  readonly debugFolders: readonly string[];
  /** What could not be had, one line each. */
  readonly missing: readonly string[];
}

const OPENSSL = ['libssl', 'libcrypto'] as const;
const SYSTEM_DEBUG = '/usr/lib/debug/.build-id';

/** Finds, and fetches where that is needed and permitted, what names a target's functions. Never rejects. */
export async function nameSources(
  target: Target,
  cLibrary: CLibrary,
  options: FetchOptions = {},
): Promise<NameSources> {
  const archives = new Map<string, string>();
  const debugFolders = existsSync(SYSTEM_DEBUG) ? [SYSTEM_DEBUG] : [];
  const missing: string[] = [];
  const attempt = async (what: string, find: () => Promise<void>): Promise<void> => {
    try {
      await find();
    } catch (error) {
      if (!(error instanceof CouldNotRun)) throw error;
      missing.push(`${what}: ${messageOf(error)}`);
    }
  };
  await attempt(`functions of ${target.id} that it does not export have no names`, async () => {
    const folder = await archiveFolder(target, options);
    for (const name of OPENSSL) archives.set(name, join(folder, `${name}.a`));
  });
  if (cLibrary.kind === 'suite') {
    await attempt('functions inside the C library have no names', async () => {
      debugFolders.push((await fetched('c-library', cLibrary.suite, options)).folder);
    });
  }
  return { archives, debugFolders, missing };
}

async function archiveFolder(target: Target, options: FetchOptions): Promise<string> {
  if (target.library.kind !== 'shared') throw new CouldNotRun('its OpenSSL is inside the node executable');
  const suite = /^debian:(.*)$/.exec(target.id)?.[1];
  if (suite !== undefined) return (await fetched('openssl', suite, options)).folder;
  const beside = dirname(target.library.libssl);
  if (OPENSSL.every((name) => existsSync(join(beside, `${name}.a`)))) return beside;
  throw new CouldNotRun(`there is no libssl.a beside ${target.library.libssl} (Debian: package libssl-dev)`);
}

const SOURCES = { openssl: 'libssl-dev', 'c-library': 'libc6-dbg' } as const;

async function fetched(what: keyof typeof SOURCES, suiteName: string, options: FetchOptions): Promise<Entry> {
  const { debian, multiarch } = assertSupportedPlatform();
  const key = `names-${what}-${suiteName}-${debian}`;
  if (options.offline === true) {
    const found = await findEntry(key);
    if (found !== null) return found;
    throw new CouldNotRun(`debian:${suiteName}: ${SOURCES[what]} is not in the cache, and this is offline`);
  }
  return obtainEntry(
    key,
    `${NAMES_PREFIX}${what}:${suiteName}`,
    options.refresh === true,
    async (folders) => {
      const suite = await openSuite(suiteName, options);
      const [chosen] = await candidates(suite, [SOURCES[what]]);
      if (chosen === undefined)
        throw new CouldNotRun(`debian:${suiteName}: this suite has no ${SOURCES[what]}`);
      options.onProgress?.(`debian:${suiteName}: fetching ${chosen.package} ${chosen.version} for its names`);
      const root = await unpackPackages(suite, [chosen], folders.work);
      await writing(async () => {
        await mkdir(folders.entry, { recursive: true });
        if (what === 'c-library') {
          await cp(join(root, 'usr', 'lib', 'debug', '.build-id'), folders.entry, { recursive: true });
          return;
        }
        for (const name of OPENSSL) {
          await copyFile(join(root, 'usr', 'lib', multiarch, `${name}.a`), join(folders.entry, `${name}.a`));
        }
      });
      return { package: describeCandidate(chosen, suiteName) };
    },
  );
}
