/** Provider `bundled`: the OpenSSL of the Node that dupmark itself runs under. */
import { realpathSync } from 'node:fs';
import type { Target } from '../core/target.js';
import { readElf } from './elf.js';
import { digests } from './hash.js';
import { newest } from './openssl-pair.js';
import { assertSupportedPlatform, loadedLibraries } from './platform.js';
import { usesSharedOpenssl } from './worker-node.js';

/**
 * Resolves `bundled`. Where a distribution's Node takes its OpenSSL from a shared library, that library in the
 * process is what is measured, and its files are the ones that are hashed.
 */
export async function resolveBundled(): Promise<Target> {
  const { machine } = assertSupportedPlatform();
  const holders = usesSharedOpenssl() ? sharedOpenssl() : [];
  const files = holders.length > 0 ? holders : [process.execPath];
  return {
    id: 'bundled',
    provider: 'bundled',
    node: process.execPath,
    library: { kind: 'inside-node' },
    package: null,
    glibcNeeded: newest([process.execPath, ...holders].map((path) => readElf(path, machine).glibcNeeded)),
    sha256: await digests(files),
  };
}

function sharedOpenssl(): string[] {
  return loadedLibraries()
    .filter((path) => /\/lib(ssl|crypto)\.so[.0-9]*$/.test(path))
    .map((path) => realpathSync(path));
}
