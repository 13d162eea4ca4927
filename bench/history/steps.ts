/** Which releases a history walks through, and in which order. */
import { badValue } from '../core/errors.js';
import { compareOpenssl, forkOf, isInSeries, upstreamVersion } from '../core/openssl-version.js';
import type { TargetRequest } from '../core/target.js';
import { NODE_OPENSSL } from '../targets/node-openssl.js';

/** The Debian suites that a history asks for, oldest first. */
export const HISTORY_SUITES = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid', 'experimental'] as const;

export const HISTORY_PROVIDERS = ['node', 'debian'] as const;
export type HistoryProvider = (typeof HISTORY_PROVIDERS)[number];

/** A PlannedStep is a target that a history asks for, before it is at hand. */
export interface PlannedStep {
  readonly request: TargetRequest;
  /** Its OpenSSL, where that is known before it is at hand. */
  readonly openssl: string | null;
}

/** Both ends belong to it. A series such as `3.0` begins with its first version and ends with its last. */
export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

/** All that a history of these providers may ask for, before any range is applied. */
export function plannedSteps(providers: readonly HistoryProvider[]): readonly PlannedStep[] {
  return providers.flatMap((provider): readonly PlannedStep[] =>
    provider === 'node'
      ? NODE_OPENSSL.map(({ openssl, node }) => ({ request: { provider, version: node }, openssl }))
      : HISTORY_SUITES.map((suite) => ({ request: { provider, suite }, openssl: null })),
  );
}

/** Whether a version lies in the range; one that is not known yet may. */
export function isInRange(openssl: string | null, { from, to }: Range): boolean {
  if (openssl === null) return true;
  const upstream = upstreamVersion(openssl);
  return (
    (from === null || isInSeries(upstream, from) || compareOpenssl(upstream, from) >= 0) &&
    (to === null || isInSeries(upstream, to) || compareOpenssl(upstream, to) <= 0)
  );
}

/** Reads `3.0`, `3.0.13` or `1.1.1k`. Throws CouldNotRun naming `flag`. */
export function parseOpenssl(flag: string): (text: string) => string {
  return (text) => {
    if (!/^\d+(\.\d+){0,2}[a-z]*$/.test(text))
      throw badValue(flag, text, 'an OpenSSL version or series (as 1.1.1k, 3.0 or 3.5.4)');
    return text;
  };
}

/** The series of a target: its provider, and the fork whose patches its OpenSSL has. */
export function seriesOf(provider: string, openssl: string): string {
  const fork = forkOf(openssl);
  return fork === null ? provider : `${provider}+${fork}`;
}

/** A step whose OpenSSL is known. */
export interface Dated {
  readonly series: string;
  readonly openssl: string;
}

/**
 * Series by series, oldest OpenSSL first; every `stride`-th of each series, counted from its newest, which stays. Of equal versions the order
 * stays as it was.
 */
export function inOrder<T extends Dated>(steps: readonly T[], stride = 1): readonly T[] {
  const series = [...new Set(steps.map((step) => step.series))];
  return series.flatMap((name) => {
    const own = steps
      .filter((step) => step.series === name)
      .sort((a, b) => compareOpenssl(a.openssl, b.openssl));
    return own.filter((_, i) => (own.length - 1 - i) % stride === 0);
  });
}
