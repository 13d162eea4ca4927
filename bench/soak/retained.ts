/**
 * What each class of a heap snapshot keeps alive. A node dominates another when every path from the root to that one goes
 * through it; what it retains is itself with all that it dominates: what would go with it. Immediate dominators by
 * K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001. Pure.
 */
import type { HeapGraph } from './snapshot.js';

const NONE = 0xffff_ffff;

/** The objects of one constructor. */
export interface ConstructorTotal {
  readonly name: string;
  readonly count: number;
  /** Of the objects alone. */
  readonly shallowBytes: number;
  /** With all that would go with them; what one of them retains within another is counted once. */
  readonly retainedBytes: number;
}

/** Node by node, what it retains, in bytes; 0 for what the root does not reach. */
export function retainedBytes(graph: HeapGraph): Float64Array {
  const { order, dominators } = dominatorTree(graph);
  const retained = new Float64Array(graph.count);
  // Last in the order first: a node comes after its dominator.
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] ?? 0;
    retained[node] = (retained[node] ?? 0) + graph.selfBytes(node);
    const above = dominators[node] ?? NONE;
    if (node !== 0) retained[above] = (retained[above] ?? 0) + (retained[node] ?? 0);
  }
  return retained;
}

/** By constructor, as the Summary of DevTools: the most retained first. */
export function constructorTotals(graph: HeapGraph): readonly ConstructorTotal[] {
  const { order, dominators } = dominatorTree(graph);
  const retained = retainedBytes(graph);
  const totals = new Map<string, { count: number; shallowBytes: number; retainedBytes: number }>();
  const names: string[] = new Array(graph.count);
  for (const node of order) names[node] = graph.constructorOf(node);
  // The nearest dominator of the same constructor would count it already: walk down the tree with the names above.
  const children = childLists(order, dominators, graph.count);
  const above = new Map<string, number>();
  const stack: number[] = [0];
  while (stack.length > 0) {
    const at = stack.pop() ?? 0;
    if (at < 0) {
      const name = names[-at - 1] ?? '';
      above.set(name, (above.get(name) ?? 1) - 1);
      continue;
    }
    const name = names[at] ?? '';
    const total = totals.get(name) ?? { count: 0, shallowBytes: 0, retainedBytes: 0 };
    totals.set(name, total);
    total.count += 1;
    total.shallowBytes += graph.selfBytes(at);
    const depth = above.get(name) ?? 0;
    if (depth === 0) total.retainedBytes += retained[at] ?? 0;
    above.set(name, depth + 1);
    stack.push(-at - 1);
    for (let child = children.first[at] ?? NONE; child !== NONE; child = children.next[child] ?? NONE) {
      stack.push(child);
    }
  }
  return [...totals]
    .map(([name, total]) => ({ name, ...total }))
    .sort((a, b) => b.retainedBytes - a.retainedBytes || (a.name < b.name ? -1 : 1));
}

/** A constructor on both sides; 0 where it has no objects. */
export interface ConstructorChange {
  readonly name: string;
  readonly count: { readonly before: number; readonly after: number };
  readonly shallowBytes: { readonly before: number; readonly after: number };
  readonly retainedBytes: { readonly before: number; readonly after: number };
}

/** What has more or fewer objects or bytes, the largest growth of what is retained first. */
export function compareConstructors(
  before: readonly ConstructorTotal[],
  after: readonly ConstructorTotal[],
): readonly ConstructorChange[] {
  const none = { count: 0, shallowBytes: 0, retainedBytes: 0 };
  const left = new Map(before.map((one) => [one.name, one]));
  const right = new Map(after.map((one) => [one.name, one]));
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((name) => {
      const [a, b] = [left.get(name) ?? none, right.get(name) ?? none];
      return {
        name,
        count: { before: a.count, after: b.count },
        shallowBytes: { before: a.shallowBytes, after: b.shallowBytes },
        retainedBytes: { before: a.retainedBytes, after: b.retainedBytes },
      };
    })
    .filter(
      ({ count, shallowBytes }) => count.before !== count.after || shallowBytes.before !== shallowBytes.after,
    )
    .sort((a, b) => growth(b) - growth(a) || (a.name < b.name ? -1 : 1));
}

function growth({ retainedBytes: { before, after } }: ConstructorChange): number {
  return after - before;
}

/** The nodes that the root reaches, in reverse postorder, and the immediate dominator of each. */
export function dominatorTree(graph: HeapGraph): {
  readonly order: Uint32Array;
  readonly dominators: Uint32Array;
} {
  const { count, firstEdges, targets } = graph;
  const position = new Uint32Array(count).fill(NONE);
  const order = reversePostorder(graph);
  order.forEach((node, i) => {
    position[node] = i;
  });
  const { first: firstInto, sources } = incoming(graph, position);
  const dominators = new Uint32Array(count).fill(NONE);
  dominators[0] = 0;
  const nearestCommon = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while ((position[x] ?? 0) > (position[y] ?? 0)) x = dominators[x] ?? 0;
      while ((position[y] ?? 0) > (position[x] ?? 0)) y = dominators[y] ?? 0;
    }
    return x;
  };
  // Which nodes must be looked at again: only those that a changed node leads to.
  const stale = new Uint8Array(order.length).fill(1);
  for (let again = true; again; ) {
    again = false;
    for (let i = 1; i < order.length; i++) {
      if (stale[i] === 0) continue;
      stale[i] = 0;
      const node = order[i] ?? 0;
      let found = NONE;
      for (let e = firstInto[node] ?? 0; e < (firstInto[node + 1] ?? 0); e++) {
        const source = sources[e] ?? 0;
        if (dominators[source] === NONE) continue;
        found = found === NONE ? source : nearestCommon(source, found);
      }
      if (dominators[node] === found) continue;
      dominators[node] = found;
      again = true;
      for (let e = firstEdges[node] ?? 0; e < (firstEdges[node + 1] ?? 0); e++) {
        const to = position[targets[e] ?? 0] ?? NONE;
        if (to !== NONE) stale[to] = 1;
      }
    }
  }
  return { order, dominators };
}

function reversePostorder({ count, firstEdges, targets }: HeapGraph): Uint32Array {
  const seen = new Uint8Array(count);
  const next = firstEdges.slice(0, count);
  const stack = new Uint32Array(count);
  const order = new Uint32Array(count);
  let depth = 1;
  let done = count;
  seen[0] = 1;
  while (depth > 0) {
    const node = stack[depth - 1] ?? 0;
    const edge = next[node] ?? 0;
    if (edge >= (firstEdges[node + 1] ?? 0)) {
      order[--done] = node;
      depth--;
      continue;
    }
    next[node] = edge + 1;
    const to = targets[edge] ?? 0;
    if (seen[to] !== 0) continue;
    seen[to] = 1;
    stack[depth++] = to;
  }
  return order.subarray(done);
}

/** Edges by where they lead, from reached nodes only. */
function incoming(
  { count, firstEdges, targets }: HeapGraph,
  position: Uint32Array,
): { readonly first: Uint32Array; readonly sources: Uint32Array } {
  const first = new Uint32Array(count + 1);
  const each = (visit: (from: number, to: number) => void): void => {
    for (let node = 0; node < count; node++) {
      if (position[node] === NONE) continue;
      for (let e = firstEdges[node] ?? 0; e < (firstEdges[node + 1] ?? 0); e++) visit(node, targets[e] ?? 0);
    }
  };
  each((_, to) => {
    first[to + 1] = (first[to + 1] ?? 0) + 1;
  });
  for (let node = 0; node < count; node++) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const at = first.slice(0, count);
  const sources = new Uint32Array(first[count] ?? 0);
  each((from, to) => {
    const place = at[to] ?? 0;
    at[to] = place + 1;
    sources[place] = from;
  });
  return { first, sources };
}

function childLists(order: Uint32Array, dominators: Uint32Array, count: number) {
  const first = new Uint32Array(count).fill(NONE);
  const next = new Uint32Array(count).fill(NONE);
  for (let i = order.length - 1; i > 0; i--) {
    const node = order[i] ?? 0;
    const above = dominators[node] ?? 0;
    next[node] = first[above] ?? NONE;
    first[above] = node;
  }
  return { first, next };
}
