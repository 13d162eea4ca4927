/** A libssl and its libcrypto on disk: finding the two together, and checking them before anything loads them. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { compareVersions, type Library } from '../core/target.js';
import { readElf } from './elf.js';
import { digests } from './hash.js';
import type { Machine } from './platform.js';

/** Absolute real paths. */
export interface Pair {
  readonly libssl: string;
  readonly libcrypto: string;
}

/** What is known of a pair that was examined. */
export interface ExaminedPair {
  readonly library: Extract<Library, { kind: 'shared' }>;
  readonly glibcNeeded: string | null;
  readonly sha256: Readonly<Record<string, string>>;
}

const LIBSSL = /^libssl\.so(?:\.([0-9]+(?:\.[0-9]+)*))?$/;

/**
 * The newest libssl in a folder that has its libcrypto beside it; null where there is no libssl. Throws
 * CouldNotRun for a libssl without its libcrypto, and for files that are no whole library of this machine.
 */
export function findPair(folder: string, machine: Machine): Pair | null {
  let alone: CouldNotRun | null = null;
  for (const name of libsslNames(folder)) {
    const libssl = join(folder, name);
    // The libcrypto that the loader would take is the one that libssl names; its number need not be libssl's.
    const asked = readElf(libssl, machine).needed.filter((needed) => needed.startsWith('libcrypto.so'));
    const names = [...asked, name.replace('libssl', 'libcrypto')];
    const found = names.map((file) => join(folder, file)).find((path) => existsSync(path));
    if (found !== undefined) return { libssl: realpathSync(libssl), libcrypto: realpathSync(found) };
    alone ??= new CouldNotRun(
      `${printable(libssl)} has no libcrypto beside it (looked for ${[...new Set(names)].map(printable).join(', ')})`,
    );
  }
  if (alone !== null) throw alone;
  return null;
}

/** File names of the libssl in a folder, the newest first and the one without a version last. */
function libsslNames(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => LIBSSL.test(name) && existsSync(join(folder, name)));
  } catch {
    return [];
  }
  const versionOf = (name: string): string => LIBSSL.exec(name)?.[1] ?? '0';
  return names.sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
}

/**
 * Checks both files and takes what a Target carries of them. A libssl without SSL_dup or SSL_up_ref is fine (the
 * operations report what is absent); one without SSL_new is not. Throws CouldNotRun naming the file.
 */
export async function examinePair(pair: Pair, machine: Machine): Promise<ExaminedPair> {
  const libssl = readElf(pair.libssl, machine);
  const libcrypto = readElf(pair.libcrypto, machine);
  for (const file of [libssl, libcrypto]) {
    if (file.type !== 'shared') throw new CouldNotRun(`${printable(file.path)}: is not a shared library`);
  }
  if (!libssl.exports(['SSL_new']).has('SSL_new')) {
    throw new CouldNotRun(`${printable(pair.libssl)}: is not an OpenSSL libssl (it does not define SSL_new)`);
  }
  return {
    library: { kind: 'shared', libcrypto: pair.libcrypto, libssl: pair.libssl },
    glibcNeeded: newest([libssl.glibcNeeded, libcrypto.glibcNeeded]),
    sha256: await digests([pair.libcrypto, pair.libssl]),
  };
}

/** The highest of the versions; null when all are null. */
export function newest(versions: readonly (string | null)[]): string | null {
  const known = versions.filter((version) => version !== null);
  return known.sort(compareVersions).at(-1) ?? null;
}

/**
 * The OpenSSL version that a file was built as, as in `3.0.19` or `1.1.1w`, read from its version text; null
 * where it has none (as BoringSSL). Nothing is loaded. Throws CouldNotRun when the file cannot be read.
 */
export async function opensslVersionIn(path: string): Promise<string | null> {
  const content = await readFile(path).catch((thrown: unknown) => {
    throw new CouldNotRun(`${printable(path)}: cannot be read (${messageOf(thrown)})`);
  });
  const pattern = /^OpenSSL (\d+\.\d+\.\d+[a-z]*)\S* +\d{1,2} [A-Z][a-z]{2} \d{4}/;
  for (let at = content.indexOf('OpenSSL '); at !== -1; at = content.indexOf('OpenSSL ', at + 1)) {
    const version = pattern.exec(content.toString('latin1', at, at + 60))?.[1];
    if (version !== undefined) return version;
  }
  return null;
}
