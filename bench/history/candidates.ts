/** The releases that a bisection searches, in their order, of which only those that are looked at are fetched. */
import { badValue, CouldNotRun } from '../core/errors.js';
import { compareOpenssl } from '../core/openssl-version.js';
import { formatTargetId, parseTargetId, type TargetRequest } from '../core/target.js';
import { opensslOf } from '../targets/aliases.js';
import { type FetchOptions, resolveTarget } from '../targets/index.js';
import type { Candidate } from './examine.js';
import { gather } from './gather.js';
import { isInRange, plannedSteps, seriesOf } from './steps.js';

export const BISECT_SERIES = ['node', 'node+quic', 'debian'] as const;
export type BisectSeries = (typeof BISECT_SERIES)[number];

export interface CandidateOptions extends FetchOptions {
  readonly series: BisectSeries;
  /** In this order, instead of a series. */
  readonly targets: readonly TargetRequest[] | null;
  /** An OpenSSL version, or a target. */
  readonly from: string | null;
  readonly to: string | null;
  readonly signal: AbortSignal;
}

/** Throws CouldNotRun when there are not two of them. */
export async function candidates(options: CandidateOptions): Promise<readonly Candidate[]> {
  const { from, to, targets } = options;
  const [first, last] = [endOf(from, '--from'), endOf(to, '--to')];
  const all =
    targets === null ? await ofSeries(options) : targets.map((request) => candidate(request, null, options));
  const [least, most] = [await bringEnd(first, options), await bringEnd(last, options)];
  const between = all.filter(
    ({ id, openssl }) => id !== least?.id && id !== most?.id && isBetween(openssl, first, least, last, most),
  );
  const list = [...(least === null ? [] : [least]), ...between, ...(most === null ? [] : [most])];
  if (list.length < 2) {
    throw new CouldNotRun(
      `there are fewer than two releases to search (${list[0]?.id ?? 'none'}): see --series, --from and --to`,
    );
  }
  return list;
}

type End =
  | { readonly kind: 'target'; readonly request: TargetRequest }
  | { readonly kind: 'version'; readonly version: string };

function endOf(text: string | null, flag: string): End | null {
  if (text === null) return null;
  if (/^\d+(\.\d+){0,2}[a-z]*$/.test(text)) return { kind: 'version', version: text };
  try {
    return { kind: 'target', request: parseTargetId(text, flag) };
  } catch {
    throw badValue(flag, text, 'an OpenSSL version (as 3.0 or 1.1.1k) or a target (as node@16.20.2)');
  }
}

/** An end that is named as a target is at hand from the start: its version says what lies beyond it. */
async function bringEnd(end: End | null, options: CandidateOptions): Promise<Candidate | null> {
  if (end?.kind !== 'target') return null;
  const target = await resolveTarget(end.request, options);
  return { id: target.id, openssl: await opensslOf(target), bring: async () => target };
}

function isBetween(
  openssl: string | null,
  first: End | null,
  least: Candidate | null,
  last: End | null,
  most: Candidate | null,
): boolean {
  const versions = {
    from: first?.kind === 'version' ? first.version : null,
    to: last?.kind === 'version' ? last.version : null,
  };
  if (!isInRange(openssl, versions)) return false;
  if (openssl === null) return true;
  return (
    (least?.openssl == null || compareOpenssl(openssl, least.openssl) > 0) &&
    (most?.openssl == null || compareOpenssl(openssl, most.openssl) < 0)
  );
}

/** Of Node's releases the versions are known, so that nothing is fetched for that; a suite's are seen when it is here. */
async function ofSeries(options: CandidateOptions): Promise<readonly Candidate[]> {
  const { series } = options;
  const planned = plannedSteps([series === 'debian' ? 'debian' : 'node']);
  if (series === 'debian' || options.offline === true) {
    const everything = { from: null, to: null };
    const found = await gather(planned, { ...options, range: everything, stride: 1, onStep: () => {} });
    return found.steps
      .filter((step) => step.series === series)
      .map(({ target, openssl }) => ({ id: target.id, openssl, bring: async () => target }));
  }
  return planned
    .filter(({ request, openssl }) => openssl !== null && seriesOf(request.provider, openssl) === series)
    .map(({ request, openssl }) => candidate(request, openssl, options));
}

function candidate(request: TargetRequest, openssl: string | null, options: FetchOptions): Candidate {
  return { id: formatTargetId(request), openssl, bring: () => resolveTarget(request, options) };
}
