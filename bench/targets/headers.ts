/** OpenSSL's headers as a Debian suite ships them (libssl-dev), unpacked into the cache. Nothing is installed. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { candidates, describeCandidate, openSuite, unpackPackages } from './apt.js';
import { findEntry, HEADERS_PREFIX, obtainEntry, writing } from './cache.js';
import { howToGet } from './fetched.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';

export interface Headers {
  readonly suite: string;
  /** `libssl-dev 3.5.9-1 (trixie, amd64)`. */
  readonly package: string;
  /** Folders for the compiler's -I. */
  readonly include: readonly string[];
}

/** Gets a suite's headers, from the cache or by fetching them. Throws CouldNotRun when they are not to be had. */
export async function resolveHeaders(suiteName: string, options: FetchOptions = {}): Promise<Headers> {
  const { debian, multiarch } = assertSupportedPlatform();
  const key = `headers-${suiteName}-${debian}`;
  if (options.offline === true && (await findEntry(key)) === null) throw howToGet(`debian:${suiteName}`);
  const entry = await obtainEntry(
    key,
    `${HEADERS_PREFIX}${suiteName}`,
    options.refresh === true,
    async (folders) => {
      const suite = await openSuite(suiteName, options);
      const [chosen] = await candidates(suite, ['libssl-dev']);
      if (chosen === undefined) throw new CouldNotRun(`debian:${suiteName}: this suite has no libssl-dev`);
      options.onProgress?.(`debian:${suiteName}: fetching ${chosen.package} ${chosen.version}`);
      const root = await unpackPackages(suite, [chosen], folders.work);
      await writing(async () => {
        await mkdir(join(folders.entry, 'include'));
        const from = join(root, 'usr', 'include');
        await cp(join(from, 'openssl'), join(folders.entry, 'include', 'openssl'), { recursive: true });
        // What differs by architecture lies beside.
        await cp(join(from, multiarch, 'openssl'), join(folders.entry, 'include', multiarch, 'openssl'), {
          recursive: true,
        }).catch(() => undefined);
      });
      return { package: describeCandidate(chosen, suiteName) };
    },
  );
  const include = join(entry.folder, 'include');
  return { suite: suiteName, package: entry.manifest.package, include: [include, join(include, multiarch)] };
}
