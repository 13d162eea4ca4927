import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareConstructors, constructorTotals, dominatorTree, retainedBytes } from './retained.js';
import { type HeapGraph, readSnapshot } from './snapshot.js';

const test = suite('soak/retained');

/** A graph of edges, each node of `bytes[i]`, and of constructor `names[i]`. */
function graphOf(
  edges: readonly (readonly [number, number])[],
  bytes: readonly number[],
  names: readonly string[] = [],
): HeapGraph {
  const count = bytes.length;
  const byNode = bytes.map((_, node) => edges.filter(([from]) => from === node).map(([, to]) => to));
  const firstEdges = new Uint32Array(count + 1);
  byNode.forEach((own, node) => {
    firstEdges[node + 1] = (firstEdges[node] ?? 0) + own.length;
  });
  return {
    count,
    firstEdges,
    targets: Uint32Array.from(byNode.flat()),
    selfBytes: (node) => bytes[node] ?? 0,
    constructorOf: (node) => names[node] ?? `n${node}`,
  };
}

/*
 * By hand:   0 → 1 → 2 → 4 → 5      4 is reached by 2 and by 3, so 1 dominates it; 5 belongs to 4; 6 is reached from the
 *                1 → 3 → 4          root and from 5, so only the root keeps it; 7 has no path; 5 → 4 is a cycle.
 *            0 → 6, 5 → 6, 5 → 4, 7 → 3
 */
const BY_HAND = graphOf(
  [
    [0, 1],
    [1, 2],
    [1, 3],
    [2, 4],
    [3, 4],
    [4, 5],
    [5, 4],
    [5, 6],
    [0, 6],
    [7, 3],
  ],
  [1, 10, 20, 30, 40, 50, 60, 70],
);

test('a graph worked out by hand', () => {
  const { dominators } = dominatorTree(BY_HAND);
  assert.equal([...dominators.subarray(0, 7)], [0, 0, 1, 1, 1, 4, 0]);
  assert.equal([...retainedBytes(BY_HAND)], [211, 150, 20, 30, 90, 50, 60, 0]);
});

test('by constructor: what is within another of the same is counted once', () => {
  const names = ['(root)', 'A', 'B', 'B', 'A', 'B', 'C', 'D'];
  const totals = constructorTotals({ ...BY_HAND, constructorOf: (node) => names[node] ?? '' });
  assert.equal(totals, [
    { name: '(root)', count: 1, shallowBytes: 1, retainedBytes: 211 },
    { name: 'A', count: 2, shallowBytes: 50, retainedBytes: 150 },
    { name: 'B', count: 3, shallowBytes: 100, retainedBytes: 100 },
    { name: 'C', count: 1, shallowBytes: 60, retainedBytes: 60 },
  ]);
});

/** The definition itself: remove a node and see what the root no longer reaches. */
function reachable(graph: HeapGraph, without: number): Set<number> {
  const seen = new Set<number>();
  const todo = without === 0 ? [] : [0];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (let e = graph.firstEdges[node] ?? 0; e < (graph.firstEdges[node + 1] ?? 0); e++) {
      const to = graph.targets[e] ?? 0;
      if (to !== without) todo.push(to);
    }
  }
  return seen;
}

test('any graph: what a node retains is what would go without it', () => {
  const graphs = fc.integer({ min: 1, max: 12 }).chain((count) => {
    const node = fc.nat(count - 1);
    return fc.tuple(
      fc.array(fc.tuple(node, node), { maxLength: 30 }),
      fc.array(fc.nat(100), { minLength: count, maxLength: count }),
    );
  });
  fc.assert(
    fc.property(graphs, ([edges, bytes]) => {
      const graph = graphOf(edges, bytes);
      const retained = retainedBytes(graph);
      const all = reachable(graph, -1);
      for (let node = 0; node < graph.count; node++) {
        const left = reachable(graph, node);
        const gone = [...all].filter((one) => !left.has(one));
        assert.is(retained[node], all.has(node) ? gone.reduce((sum, one) => sum + (bytes[one] ?? 0), 0) : 0);
      }
    }),
    { numRuns: 500, seed: 7 },
  );
});

test('a difference: new and grown constructors, the most retained first', () => {
  const one = (name: string, count: number, bytes: number) => ({
    name,
    count,
    shallowBytes: bytes,
    retainedBytes: 2 * bytes,
  });
  const changes = compareConstructors(
    [one('A', 1, 10), one('B', 2, 20), one('C', 3, 30)],
    [one('A', 1, 10), one('B', 4, 45), one('D', 1, 100)],
  );
  assert.equal(
    changes.map(({ name, count, retainedBytes: { before, after } }) => [
      name,
      count.before,
      count.after,
      after - before,
    ]),
    [
      ['D', 0, 1, 200],
      ['B', 2, 4, 50],
      ['C', 3, 0, -60],
    ],
  );
});

class KeeperForTheRetainedTest {
  readonly bytes: Float64Array;
  readonly text: string;
  constructor(i: number) {
    this.bytes = new Float64Array(10_000);
    this.text = `${'x'.repeat(5000)}${i}`;
  }
}

test('a real snapshot: objects retain their own arrays and strings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dupmark-retained-'));
  const kept = Array.from({ length: 5 }, (_, i) => new KeeperForTheRetainedTest(i));
  try {
    const file = join(folder, 'one.heapsnapshot');
    writeHeapSnapshot(file);
    const graph = (await readSnapshot(file)).graph();
    const totals = constructorTotals(graph);
    const own = totals.find(({ name }) => name === 'KeeperForTheRetainedTest');
    assert.ok(own !== undefined);
    assert.is(own.count, kept.length);
    // Five times 80,000 bytes of numbers; the strings are a few parts each.
    assert.ok(own.retainedBytes >= 5 * 80_000 && own.retainedBytes < 5 * 95_000, String(own.retainedBytes));
    assert.ok(own.shallowBytes < 1000);
    const { order } = dominatorTree(graph);
    let all = 0;
    for (const node of order) all += graph.selfBytes(node);
    assert.is(retainedBytes(graph)[0], all, 'the root retains everything that it reaches');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
