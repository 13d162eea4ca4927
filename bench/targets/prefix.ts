/** Provider `prefix:PATH`: an OpenSSL that the user built or unpacked. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import type { Target } from '../core/target.js';
import { examinePair, findPair } from './openssl-pair.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';
import { workerNode } from './worker-node.js';

/**
 * Resolves `prefix:PATH` by the libraries in PATH, PATH/lib64, PATH/lib or the multiarch folder below it. Throws
 * CouldNotRun when there is no such folder, no libssl in it, or no usable one.
 */
export async function resolvePrefix(path: string, options: FetchOptions = {}): Promise<Target> {
  const { machine, multiarch } = assertSupportedPlatform();
  const prefix = resolve(path);
  // Absolute, so that the id means the same in whatever folder a later run is started.
  const id = `prefix:${prefix}`;
  const status = statSync(prefix, { throwIfNoEntry: false });
  if (status === undefined) throw new CouldNotRun(`${printable(id)}: no such folder`);
  if (!status.isDirectory()) throw new CouldNotRun(`${printable(id)}: is not a folder`);
  const folders = ['.', 'lib64', 'lib', join('lib', multiarch)].map((name) => join(prefix, name));
  for (const folder of folders) {
    const pair = findPair(folder, machine);
    if (pair === null) continue;
    const examined = await examinePair(pair, machine);
    return { id, provider: 'prefix', node: await workerNode(options), package: null, ...examined };
  }
  throw new CouldNotRun(
    `${printable(id)}: no libssl.so found (looked in ${folders.map(printable).join(', ')})`,
  );
}
