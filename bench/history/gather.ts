/** Brings the targets of a history to this machine: what is missing is fetched, a few at a time, and what cannot be had is named. */
import { CouldNotRun, messageOf } from '../core/errors.js';
import { formatTargetId, type Target, type TargetRequest } from '../core/target.js';
import { opensslOf } from '../targets/aliases.js';
import { type FetchOptions, resolveTarget } from '../targets/index.js';
import { inOrder, isInRange, type PlannedStep, type Range, seriesOf } from './steps.js';

/** A Gathered is a step that is at hand. */
export interface Gathered {
  readonly series: string;
  readonly openssl: string;
  readonly target: Target;
}

export interface Gathering {
  readonly steps: readonly Gathered[];
  readonly missing: readonly { readonly target: string; readonly reason: string }[];
}

export interface GatherOptions extends FetchOptions {
  readonly range: Range;
  /** Every so many of each series. */
  readonly stride: number;
  readonly signal: AbortSignal;
  readonly onStep: (done: number, total: number, id: string) => void;
}

/** Archives of 30 to 60 MB: more at once would only wait for each other. */
const FETCHES_AT_ONCE = 3;

/** The steps in the range, in their order. Throws CouldNotRun when stopped, or when there is none. */
export async function gather(planned: readonly PlannedStep[], options: GatherOptions): Promise<Gathering> {
  const wanted = worthFetching(planned, options);
  const found: Gathered[] = [];
  const missing: { target: string; reason: string }[] = [];
  let done = 0;
  await inTurns(wanted, FETCHES_AT_ONCE, async ({ request, openssl }) => {
    const id = formatTargetId(request);
    if (options.signal.aborted) return;
    options.onStep(done, wanted.length, id);
    try {
      const target = await resolveTarget(request, options);
      const version = openssl ?? (await opensslOf(target));
      if (version === null) missing.push({ target: id, reason: 'its OpenSSL does not say its version' });
      else found.push({ series: seriesOf(target.provider, version), openssl: version, target });
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      missing.push({ target: id, reason: withoutId(id, messageOf(thrown)) });
    }
    done += 1;
    options.onStep(done, wanted.length, id);
  });
  if (options.signal.aborted) throw new CouldNotRun('stopped before anything was measured');
  // As they were asked for, however the fetching went.
  const place = new Map(wanted.map(({ request }, i) => [formatTargetId(request), i]));
  const asked = found
    .filter(({ openssl }) => isInRange(openssl, options.range))
    .sort((a, b) => (place.get(a.target.id) ?? 0) - (place.get(b.target.id) ?? 0));
  return { steps: inOrder(distinct(asked), options.stride), missing };
}

/** Known versions are chosen before anything is fetched; of the others it is seen after that. */
function worthFetching(planned: readonly PlannedStep[], { range, stride }: GatherOptions) {
  const inRange = planned.filter(({ openssl }) => isInRange(openssl, range));
  const chosen = new Set(
    inOrder(
      inRange.flatMap((step) =>
        step.openssl === null
          ? []
          : [{ step, openssl: step.openssl, series: seriesOf(step.request.provider, step.openssl) }],
      ),
      stride,
    ).map(({ step }) => step),
  );
  return inRange.filter((step) => step.openssl === null || chosen.has(step));
}

/** Two suites may hold the very same files: the first is kept. */
function distinct(steps: readonly Gathered[]): readonly Gathered[] {
  const seen = new Set<string>();
  return steps.filter(({ target }) => {
    const key = Object.values(target.sha256).sort().join(' ');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}

function withoutId(id: string, reason: string): string {
  return reason.startsWith(`${id}: `) ? reason.slice(id.length + 2) : reason;
}

/** The steps that a list of targets asks for. */
export function stepsOf(requests: readonly TargetRequest[]): readonly PlannedStep[] {
  return requests.map((request) => ({ request, openssl: null }));
}
