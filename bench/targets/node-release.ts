/** Provider `node@X.Y.Z`: the OpenSSL inside that Node release, whose executable is fetched from npm. */
import { chmod, lstat, mkdir, realpath, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { compareVersions, type Target } from '../core/target.js';
import { assertRoom, type Entry, type FetchFolders, findEntry, obtainEntry, writing } from './cache.js';
import { unpackOrFail } from './child.js';
import { readElf } from './elf.js';
import { assertUndamaged, howToGet } from './fetched.js';
import { digests } from './hash.js';
import { downloadPackage } from './npm.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';

/** The oldest Node whose Node-API has all that dupmark's addon uses. */
export const OLDEST_NODE = '12.22.0';

const TAR_TIMEOUT_MS = 120_000;
/** The archive twice (npm's cache and its copy) and the executable, of the largest releases. */
const ROOM_BYTES = 280_000_000;
const EXECUTABLE = 'package/bin/node';

/** The cache key of a Node release. */
export function nodeKey(version: string): string {
  return `node-${version}-${assertSupportedPlatform().debian}`;
}

/**
 * Resolves `node@X.Y.Z`, from the cache or by fetching it with npm. Throws CouldNotRun for versions that are too old
 * or that npm lacks, without network, and when the cached file is damaged.
 */
export async function resolveNodeRelease(version: string, options: FetchOptions = {}): Promise<Target> {
  const id = `node@${version}`;
  if (compareVersions(version, OLDEST_NODE) < 0) {
    throw new CouldNotRun(`${id}: is too old; Node ${OLDEST_NODE} and later can load dupmark's addon`);
  }
  const key = nodeKey(version);
  if (options.offline === true && (await findEntry(key)) === null) throw howToGet(id);
  const entry = await obtainEntry(key, id, options.refresh === true, (folders) =>
    fetchExecutable(version, folders, options),
  );
  return describeNodeRelease(version, entry);
}

/** The Target that a cached entry is. */
export async function describeNodeRelease(version: string, entry: Entry): Promise<Target> {
  const id = `node@${version}`;
  const node = join(entry.folder, 'bin', 'node');
  const elf = readElf(node, assertSupportedPlatform().machine);
  if (!elf.exports(['SSL_new']).has('SSL_new')) {
    throw new CouldNotRun(`${id}: this Node does not export its OpenSSL (SSL_new is not defined)`);
  }
  const sha256 = await digests([node]);
  assertUndamaged(id, entry, sha256);
  return {
    id,
    provider: 'node',
    node,
    library: { kind: 'inside-node' },
    package: entry.manifest.package,
    glibcNeeded: elf.glibcNeeded,
    sha256,
  };
}

async function fetchExecutable(
  version: string,
  folders: FetchFolders,
  options: FetchOptions,
): Promise<{ package: string }> {
  const id = `node@${version}`;
  const { nodePackage, machine } = assertSupportedPlatform();
  await assertRoom(ROOM_BYTES);
  options.onProgress?.(`${id}: fetching ${nodePackage} from npm`);
  const archive = await downloadPackage(id, nodePackage, version, folders.work);
  // Only the one named member is written, whatever else the archive holds.
  const args = ['-xzf', archive, '-C', folders.work, '--no-same-owner', '--no-same-permissions', EXECUTABLE];
  await unpackOrFail(id, 'tar', args, { timeoutMs: TAR_TIMEOUT_MS, fills: folders.work });
  const unpacked = join(folders.work, EXECUTABLE);
  const status = await lstat(unpacked);
  if (!status.isFile() || (await realpath(unpacked)) !== join(await realpath(folders.work), EXECUTABLE))
    throw new CouldNotRun(`${id}: bin/node in ${nodePackage} is not a plain file`);
  readElf(unpacked, machine);
  await writing(async () => {
    await chmod(unpacked, 0o755);
    await mkdir(join(folders.entry, 'bin'));
    await rename(unpacked, join(folders.entry, 'bin', 'node'));
  });
  return { package: `${nodePackage} ${version} (npm)` };
}
