/** sha256 of files, as provenance and as the cache's check. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CouldNotRun, messageOf } from '../core/errors.js';

const CHUNK_BYTES = 1024 * 1024;

/** Digest of a file's content in the given encoding. Throws CouldNotRun when it cannot be read. */
export async function fileDigest(
  path: string,
  algorithm: 'sha256' | 'sha512' = 'sha256',
  encoding: 'hex' | 'base64' = 'hex',
): Promise<string> {
  const hash = createHash(algorithm);
  try {
    await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  } catch (thrown) {
    throw new CouldNotRun(`${path}: cannot be read (${messageOf(thrown)})`);
  }
  return hash.digest(encoding);
}

/** sha256 in hexadecimal by path, as a Target carries it. */
export async function digests(paths: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(paths.map(async (path) => [path, await fileDigest(path)] as const));
  return Object.fromEntries(entries);
}
