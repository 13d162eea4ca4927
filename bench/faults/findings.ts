/** What of a fault injection is worth saying: the same fault in many cases once, the worst first. Pure functions. */
import { FAULT_KINDS, type FaultKind, type FaultPoint, type FaultTarget } from '../document/faults-schema.js';

/** What the man page does not allow: NULL with an empty error queue is among it ("check the error stack"). */
export const FAULTY: readonly FaultKind[] = ['silent-lack', 'crashed', 'hung', 'leaked', 'quiet'];

/** One fault: the points in which the same call gets into the same trouble from the same refused allocation. */
export interface FaultFinding {
  readonly kind: FaultKind;
  readonly target: string;
  readonly point: FaultPoint;
  /** The first case that shows it, and all. */
  readonly case: string;
  readonly cases: readonly string[];
  readonly points: number;
}

export function faultFindings(targets: readonly FaultTarget[]): readonly FaultFinding[] {
  const found = new Map<
    string,
    { finding: Omit<FaultFinding, 'cases' | 'points'>; cases: Set<string>; points: number }
  >();
  for (const { id, cases } of targets) {
    for (const one of cases) {
      for (const point of one.points) {
        if (!FAULTY.includes(point.kind)) continue;
        const what = [
          id,
          one.case.replace(/\[.*/, ''),
          point.kind,
          // One leak has as many refused allocations as there are ways to it.
          point.kind === 'leaked' ? '' : point.refusedAt,
          point.leakedAt,
          point.lacks,
          point.signal,
          point.phase,
        ];
        const key = JSON.stringify(what);
        const known = found.get(key) ?? {
          finding: { kind: point.kind, target: id, point, case: one.case },
          cases: new Set<string>(),
          points: 0,
        };
        known.cases.add(one.case);
        known.points++;
        found.set(key, known);
      }
    }
  }
  const rank = (kind: FaultKind) => FAULT_KINDS.indexOf(kind);
  return [...found.values()]
    .map(({ finding, cases, points }) => ({ ...finding, cases: [...cases], points }))
    .sort(
      (a, b) =>
        rank(a.kind) - rank(b.kind) ||
        Number(b.point.letIn !== undefined) - Number(a.point.letIn !== undefined) ||
        b.points - a.points,
    );
}

/** How many points of a case were of each kind. */
export function countKinds(points: readonly FaultPoint[]): ReadonlyMap<FaultKind, number> {
  const counts = new Map<FaultKind, number>();
  for (const { kind } of points) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** The finding in words. */
export function faultText({ kind, point, case: name, cases, points }: FaultFinding): string {
  const where = point.refusedAt === '' ? '' : ` when ${point.refusedAt} gets no memory`;
  const often =
    points === 1 ? '' : ` (${points} points in ${cases.length} case${cases.length === 1 ? '' : 's'})`;
  switch (kind) {
    case 'silent-lack':
      return `${name} succeeds${where}, but the handle lacks ${point.lacks ?? ''}${often}`;
    case 'crashed':
      return `${name} dies of signal ${point.signal ?? '?'} in ${point.phase ?? '?'}${point.why === undefined ? '' : ` (${point.why})`}${where}${often}`;
    case 'hung':
      return `${name} does not come back from ${point.phase ?? '?'}${where}${often}`;
    case 'leaked':
      return `${name} leaves ${point.leaked ?? 0} allocations behind${where}, from ${point.leakedAt ?? ''}${often}`;
    default:
      return `${name} fails with an empty error queue${where}${often}`;
  }
}
