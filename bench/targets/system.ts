/** Provider `system`: the libssl and libcrypto that this machine's own programs use. */
import { dirname, join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import type { Target } from '../core/target.js';
import { type Ended, run } from './child.js';
import { examinePair, findPair, type Pair } from './openssl-pair.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform, type Platform } from './platform.js';
import { workerNode } from './worker-node.js';

const TIMEOUT_MS = 20_000;

/** Resolves `system`. Throws CouldNotRun when this machine has no libssl with its libcrypto, or a damaged one. */
export async function resolveSystem(options: FetchOptions = {}): Promise<Target> {
  const platform = assertSupportedPlatform();
  const pair = await findSystemPair(platform);
  const examined = await examinePair(pair, platform.machine);
  const node = await workerNode(options);
  return {
    id: 'system',
    provider: 'system',
    node,
    package: await packageOf(pair.libssl, platform.debian),
    ...examined,
  };
}

/** The pair alone: what it takes to look at the system's version. Throws CouldNotRun when there is none. */
export async function findSystemPair(platform: Platform = assertSupportedPlatform()): Promise<Pair> {
  const usual = ['/usr/lib', '/lib']
    .flatMap((lib) => [`${lib}/${platform.multiarch}`, `${lib}64`])
    .concat('/usr/lib', '/lib');
  const folders = [...usual, ...(await foldersOfLoader(platform))];
  let problem: CouldNotRun | null = null;
  for (const folder of new Set(folders)) {
    try {
      const pair = findPair(folder, platform.machine);
      if (pair !== null) return pair;
    } catch (thrown) {
      // A library of another architecture in one folder does not hide the right one in the next.
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      problem ??= thrown;
    }
  }
  if (problem !== null) throw new CouldNotRun(`system: ${problem.message}`);
  throw new CouldNotRun(
    'system: this machine has no libssl.so with its libcrypto; install its OpenSSL library',
  );
}

/** Folders of every libssl in the loader's cache. */
async function foldersOfLoader(platform: Platform): Promise<string[]> {
  const flag = platform.machine === 'x86-64' ? 'x86-64' : 'AArch64';
  // Without root's search path ldconfig is found only by its full name.
  for (const command of ['ldconfig', '/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    const ended = await run(command, ['-p'], { timeoutMs: TIMEOUT_MS });
    if (ended.status === 0) return parseLdconfig(ended.stdout, flag);
  }
  return [];
}

/** Reads `ldconfig -p`: `libssl.so.3 (libc6,x86-64) => /lib/x86_64-linux-gnu/libssl.so.3`. */
export function parseLdconfig(text: string, flag: string): string[] {
  const folders: string[] = [];
  for (const line of text.split('\n')) {
    const [, flags, path] = /^\s*libssl\.so\S* \(([^)]*)\) => (\/.*)$/.exec(line) ?? [];
    if (flags?.split(/,\s*/).includes(flag) && path !== undefined) folders.push(dirname(path));
  }
  return folders;
}

/** The Debian package that a file belongs to, with its version; null where dpkg is not there or knows of none. */
async function packageOf(path: string, architecture: string): Promise<string | null> {
  // On a merged /usr dpkg may know the file under either name.
  const paths = [path, path.startsWith('/usr/') ? path.slice('/usr'.length) : join('/usr', path)];
  for (const known of paths) {
    const owner = firstLine(await run('dpkg-query', ['-S', known], { timeoutMs: TIMEOUT_MS }))?.split(
      ': ',
    )[0];
    if (owner === undefined) continue;
    // The line is `libssl3:amd64 TAB VERSION`.
    const line = firstLine(await run('dpkg-query', ['-W', owner], { timeoutMs: TIMEOUT_MS }));
    const [name, version] = line?.split('\t') ?? [];
    if (version !== undefined) return `${name?.split(':')[0]} ${version} (installed, ${architecture})`;
  }
  return null;
}

function firstLine(ended: Ended): string | undefined {
  return ended.status === 0 ? ended.stdout.split('\n').find((line) => line !== '') : undefined;
}
