/**
 * A target is one OpenSSL build that dupmark can measure. This module knows how targets are named and what a
 * resolved one carries; the providers in bench/targets/ find and fetch them.
 */
import { badValue } from './errors.js';

/** What a user may ask for. `alias` is "the best provider that has this OpenSSL series". */
export type TargetRequest =
  | { readonly provider: 'bundled' }
  | { readonly provider: 'system' }
  | { readonly provider: 'debian'; readonly suite: string }
  | { readonly provider: 'node'; readonly version: string }
  | { readonly provider: 'prefix'; readonly path: string }
  | { readonly provider: 'alias'; readonly series: string };

export type Provider = Exclude<TargetRequest['provider'], 'alias'>;

/** Where the target's functions come from: a libcrypto and a libssl of its own, or the node executable itself. */
export type Library =
  | { readonly kind: 'shared'; readonly libcrypto: string; readonly libssl: string }
  | { readonly kind: 'inside-node' };

/** A Target is a request resolved to files on this machine. */
export interface Target {
  /** Canonical id, as in `debian:trixie`; never an alias. */
  readonly id: string;
  readonly provider: Provider;
  /** Absolute path of the node executable that the target's worker runs under. */
  readonly node: string;
  readonly library: Library;
  /** Package, version, suite and architecture that the library came from; null where no package is known. */
  readonly package: string | null;
  /** The least glibc version that its files ask for, as `2.38`; null when unknown. */
  readonly glibcNeeded: string | null;
  /** sha256 in hexadecimal by absolute path, for each file that holds the target's OpenSSL code. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** The C library that all workers of one comparison run on. */
export type CLibrary =
  | { readonly kind: 'host'; readonly version: string }
  | {
      readonly kind: 'suite';
      readonly version: string;
      readonly suite: string;
      readonly package: string;
      /** Absolute path of the suite's own program loader. */
      readonly loader: string;
      /** Colon-separated folders for the loader's --library-path. */
      readonly libraryPath: string;
    };

/** What the opened library reported of itself, and the proof that it and no other answered. */
export interface TargetFacts {
  /** `OpenSSL_version(OPENSSL_VERSION)`. */
  readonly version: string;
  /** `OpenSSL_version_num()`. */
  readonly versionNumber: number;
  /** `OpenSSL_version(OPENSSL_CFLAGS)`. */
  readonly compiler: string;
  /** `OpenSSL_version(OPENSSL_PLATFORM)`. */
  readonly platform: string;
  /** The file (by dladdr) in which each of these functions really lives. */
  readonly home: { readonly SSL_new: string; readonly SSL_dup: string; readonly CRYPTO_malloc: string };
  readonly witness: Witness;
  /** `glibc 2.41`, as the C library in the worker says. */
  readonly cLibrary: string;
  /** The worker's own Node version, as `v20.20.2`. */
  readonly nodeVersion: string;
}

/**
 * The Witness is the proof that an SSL_new in this worker ran in the target's own code: counted through the
 * target's CRYPTO_set_mem_functions where it can be set, by the C library's allocator figures where not.
 */
export type Witness =
  | {
      readonly method: 'memory-hooks';
      /** Allocations that one SSL_new made, as counted by the target's own hooks. */
      readonly allocations: number;
      /** Live allocations left after SSL_free (0 is right). */
      readonly left: number;
    }
  | {
      readonly method: 'allocator-delta';
      /** Bytes in use that one SSL_new added, by mallinfo2. */
      readonly bytes: number;
      readonly left: number;
    };

const VERSION = /^\d+\.\d+\.\d+$/;
const SUITE = /^[a-z][a-z0-9-]{0,40}$/;
const SERIES = /^\d+\.\d+(\.\d+)?$/;

export const TARGET_FORMS = 'bundled, system, debian:SUITE, node@X.Y.Z, prefix:PATH or openssl@X.Y';

/** Reads a target id as a user wrote it. Throws CouldNotRun naming `flag` when it is none. */
export function parseTargetId(text: string, flag = '--targets'): TargetRequest {
  if (text === 'bundled' || text === 'system') return { provider: text };
  const debian = /^debian:(.*)$/s.exec(text)?.[1];
  if (debian !== undefined && SUITE.test(debian)) return { provider: 'debian', suite: debian };
  const node = /^node@v?(.*)$/s.exec(text)?.[1];
  if (node !== undefined && VERSION.test(node)) return { provider: 'node', version: node };
  const path = /^prefix:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return { provider: 'prefix', path };
  const series = /^openssl@(.*)$/s.exec(text)?.[1];
  if (series !== undefined && SERIES.test(series)) return { provider: 'alias', series };
  throw badValue(flag, text, `a target (accepted: ${TARGET_FORMS})`);
}

/** The canonical text of a request, such that parseTargetId gives it back. */
export function formatTargetId(request: TargetRequest): string {
  switch (request.provider) {
    case 'bundled':
    case 'system':
      return request.provider;
    case 'debian':
      return `debian:${request.suite}`;
    case 'node':
      return `node@${request.version}`;
    case 'prefix':
      return `prefix:${request.path}`;
    case 'alias':
      return `openssl@${request.series}`;
  }
}

/** Compares dotted numbers as versions: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
