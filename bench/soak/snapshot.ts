/**
 * Reads a V8 heap snapshot as a stream: how many objects of each class live, and what holds one. A snapshot is one
 * JSON text that soon outgrows what a string may hold, but nearly all of it is two lists of numbers and one of strings.
 */
import { createReadStream } from 'node:fs';

/** A HeapSnapshot is the graph of objects, as V8 wrote it. */
export class HeapSnapshot {
  readonly #fields: Fields;
  readonly #nodes: Uint32Array;
  readonly #edges: Uint32Array;
  readonly #strings: readonly string[];
  #first: Uint32Array | null = null;

  constructor(fields: Fields, nodes: Uint32Array, edges: Uint32Array, strings: readonly string[]) {
    this.#fields = fields;
    this.#nodes = nodes;
    this.#edges = edges;
    this.#strings = strings;
  }

  /** Ids of the live objects of a class; they stay the same from one snapshot of a process to the next. */
  idsOf(className: string): readonly number[] {
    return this.#find(className).map(
      (node) => this.#nodes[node * this.#fields.nodeSize + this.#fields.id] ?? 0,
    );
  }

  /** How many objects of each class there are. */
  counts(): ReadonlyMap<string, number> {
    const { nodeSize, name, type, objectType } = this.#fields;
    const counts = new Map<number, number>();
    for (let at = 0; at < this.#nodes.length; at += nodeSize) {
      if (this.#nodes[at + type] !== objectType) continue;
      const key = this.#nodes[at + name] ?? 0;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return new Map([...counts].map(([key, count]) => [this.#strings[key] ?? '', count]));
  }

  /** From the object to the root, what holds what: `[3] of (object elements)`, … The shortest such path. */
  retainersOf(className: string, isWanted: (id: number) => boolean = () => true): readonly string[] {
    const { nodeSize, id } = this.#fields;
    const wanted = new Set(
      this.#find(className).filter((node) => isWanted(this.#nodes[node * nodeSize + id] ?? 0)),
    );
    if (wanted.size === 0) return [];
    // What the stack holds at the moment of the snapshot explains nothing that grew.
    const lasting = this.#search(wanted, '(Stack roots)');
    const { parents, via, found } = lasting.found < 0 ? this.#search(wanted, null) : lasting;
    if (found < 0) return ['nothing (it is not reachable from the root)'];
    const path: string[] = [];
    for (let node = found; node !== 0 && path.length < 40; node = parents[node] ?? 0) {
      path.push(`${this.#edgeName(via[node] ?? 0)} of ${this.#nodeName(parents[node] ?? 0)}`);
    }
    return path;
  }

  /** The whole graph, for what must see all of it: node 0 is the root. */
  graph(): HeapGraph {
    const { nodeSize, edgeSize, edgeType, edgeTo, weakEdge, shortcutEdge, type, typeNames } = this.#fields;
    const count = this.#nodes.length / nodeSize;
    const first = this.#firstEdges();
    const firstEdges = new Uint32Array(count + 1);
    const targets = new Uint32Array(this.#edges.length / edgeSize);
    let kept = 0;
    for (let node = 0; node < count; node++) {
      firstEdges[node] = kept;
      for (let edge = first[node] ?? 0; edge < (first[node + 1] ?? 0); edge += edgeSize) {
        const kind = this.#edges[edge + edgeType];
        // As in DevTools: a weak edge keeps nothing alive, and a shortcut is one only from the root.
        if (kind === weakEdge || (kind === shortcutEdge && node !== 0)) continue;
        targets[kept++] = (this.#edges[edge + edgeTo] ?? 0) / nodeSize;
      }
    }
    firstEdges[count] = kept;
    return {
      count,
      firstEdges,
      targets: targets.subarray(0, kept),
      selfBytes: (node) => this.#nodes[node * nodeSize + this.#fields.selfSize] ?? 0,
      constructorOf: (node) => {
        const kind = typeNames[this.#nodes[node * nodeSize + type] ?? -1] ?? 'unknown';
        if (kind === 'object' || kind === 'native') return this.#nodeName(node);
        return GROUPS[kind] ?? `(${kind})`;
      },
    };
  }

  #find(className: string): number[] {
    const { nodeSize, name, type, objectType } = this.#fields;
    const index = this.#strings.indexOf(className);
    const nodes: number[] = [];
    if (index < 0) return nodes;
    for (let node = 0; node * nodeSize < this.#nodes.length; node++) {
      const at = node * nodeSize;
      if (this.#nodes[at + name] === index && this.#nodes[at + type] === objectType) nodes.push(node);
    }
    return nodes;
  }

  /** Breadth first from the root over edges that keep alive. */
  #search(wanted: ReadonlySet<number>, passedOver: string | null) {
    const { nodeSize, edgeSize, edgeType, edgeTo, weakEdge } = this.#fields;
    const count = this.#nodes.length / nodeSize;
    const first = this.#firstEdges();
    const parents = new Int32Array(count).fill(-1);
    const via = new Uint32Array(count);
    const queue = new Uint32Array(count);
    let head = 0;
    let tail = 1;
    parents[0] = 0;
    while (head < tail) {
      const node = queue[head++] ?? 0;
      if (wanted.has(node)) return { parents, via, found: node };
      if (node < ROOTS_MAX && passedOver !== null && this.#nodeName(node) === passedOver) continue;
      for (let edge = first[node] ?? 0; edge < (first[node + 1] ?? 0); edge += edgeSize) {
        if (this.#edges[edge + edgeType] === weakEdge) continue;
        const to = (this.#edges[edge + edgeTo] ?? 0) / nodeSize;
        if (parents[to] !== -1) continue;
        parents[to] = node;
        via[to] = edge;
        queue[tail++] = to;
      }
    }
    return { parents, via, found: -1 };
  }

  #firstEdges(): Uint32Array {
    if (this.#first !== null) return this.#first;
    const { nodeSize, edgeSize, edgeCount } = this.#fields;
    const count = this.#nodes.length / nodeSize;
    const first = new Uint32Array(count + 1);
    let edge = 0;
    for (let node = 0; node < count; node++) {
      first[node] = edge;
      edge += (this.#nodes[node * nodeSize + edgeCount] ?? 0) * edgeSize;
    }
    first[count] = edge;
    this.#first = first;
    return first;
  }

  #nodeName(node: number): string {
    if (node === 0) return '(root)';
    const name = this.#strings[this.#nodes[node * this.#fields.nodeSize + this.#fields.name] ?? 0] ?? '';
    return name === '' ? '(unnamed)' : name.slice(0, 80);
  }

  #edgeName(edge: number): string {
    const { edgeType, edgeName, numbered } = this.#fields;
    const value = this.#edges[edge + edgeName] ?? 0;
    if (numbered.has(this.#edges[edge + edgeType] ?? -1)) return `[${value}]`;
    return (this.#strings[value] ?? '').slice(0, 80);
  }
}

/** The objects and what keeps what alive. Edges that do not are left out. */
export interface HeapGraph {
  readonly count: number;
  /** Where a node's edges begin in `targets`; one more at the end. */
  readonly firstEdges: Uint32Array;
  readonly targets: Uint32Array;
  /** Bytes of the object alone. */
  selfBytes(node: number): number;
  /** The class of an object, or its kind in brackets: `SslHandle`, `(string)`. The names are those of DevTools. */
  constructorOf(node: number): string;
}

/** What DevTools call nodes that are of no class of a program. */
const GROUPS: Readonly<Record<string, string>> = {
  hidden: '(system)',
  code: '(compiled code)',
  closure: 'Function',
  regexp: 'RegExp',
};

interface Fields {
  readonly nodeSize: number;
  readonly selfSize: number;
  readonly typeNames: readonly string[];
  readonly type: number;
  readonly name: number;
  readonly id: number;
  readonly edgeCount: number;
  readonly objectType: number;
  readonly edgeSize: number;
  readonly edgeType: number;
  readonly edgeName: number;
  readonly edgeTo: number;
  readonly weakEdge: number;
  readonly shortcutEdge: number;
  /** Edge types whose name is a number: array elements and hidden ones. */
  readonly numbered: ReadonlySet<number>;
}

interface Head {
  readonly meta: {
    readonly node_fields: readonly string[];
    readonly node_types: readonly (readonly string[] | string)[];
    readonly edge_fields: readonly string[];
    readonly edge_types: readonly (readonly string[] | string)[];
  };
  readonly node_count: number;
  readonly edge_count: number;
}

/** Reads a snapshot file. Throws an Error that says so when it is cut short or no snapshot. */
export async function readSnapshot(file: string): Promise<HeapSnapshot> {
  const reader = new SnapshotReader();
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    reader.push(chunk as Buffer);
  }
  return reader.end(file);
}

/** V8 writes its own roots first. */
const ROOTS_MAX = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;

/** What comes next in the text: the head, one of the two lists of numbers, the strings, or something to pass over. */
type Part = 'head' | 'nodes' | 'edges' | 'strings' | 'between' | 'done';

class SnapshotReader {
  #part: Part = 'head';
  #text = '';
  #fields: Fields | null = null;
  #nodes = new Uint32Array(0);
  #edges = new Uint32Array(0);
  readonly #strings: string[] = [];
  #at = 0;
  #number = -1;
  #string: number[] = [];
  #inString = false;
  #escaped = false;

  push(chunk: Buffer): void {
    let i = 0;
    while (i < chunk.length && this.#part !== 'done') {
      if (this.#part === 'head' || this.#part === 'between') i = this.#seek(chunk, i);
      else if (this.#part === 'strings') i = this.#readStrings(chunk, i);
      else i = this.#readNumbers(chunk, i, this.#part === 'nodes' ? this.#nodes : this.#edges);
    }
  }

  end(file: string): HeapSnapshot {
    if (this.#part !== 'done' || this.#fields === null) {
      throw new Error(`${file} is cut short, or no heap snapshot (a full disk does that)`);
    }
    return new HeapSnapshot(this.#fields, this.#nodes, this.#edges, this.#strings);
  }

  /** Collects text up to the next list that matters. */
  #seek(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      this.#text += String.fromCharCode(byte);
      if (byte !== 0x5b) continue; // [
      const list = /"(nodes|edges|strings)":\s*\[$/.exec(this.#text)?.[1];
      if (list === undefined) {
        if (this.#part === 'between') this.#text = '';
        continue;
      }
      if (list === 'nodes') this.#readHead(this.#text);
      this.#text = '';
      this.#at = 0;
      this.#part = list as Part;
      return i + 1;
    }
    if (this.#part === 'between') this.#text = this.#text.slice(-32);
    return chunk.length;
  }

  #readHead(text: string): void {
    const start = text.indexOf('{', text.indexOf('"snapshot"'));
    const { meta, node_count, edge_count } = JSON.parse(
      text.slice(start, text.lastIndexOf(',', text.lastIndexOf('"nodes"'))),
    ) as Head;
    const nodeTypes = meta.node_types[0] ?? [];
    const edgeTypes = meta.edge_types[0] ?? [];
    const node = (name: string) => meta.node_fields.indexOf(name);
    const edge = (name: string) => meta.edge_fields.indexOf(name);
    this.#fields = {
      nodeSize: meta.node_fields.length,
      selfSize: node('self_size'),
      typeNames: nodeTypes as readonly string[],
      type: node('type'),
      name: node('name'),
      id: node('id'),
      edgeCount: node('edge_count'),
      objectType: nodeTypes.indexOf('object'),
      edgeSize: meta.edge_fields.length,
      edgeType: edge('type'),
      edgeName: edge('name_or_index'),
      edgeTo: edge('to_node'),
      weakEdge: edgeTypes.indexOf('weak'),
      shortcutEdge: edgeTypes.indexOf('shortcut'),
      numbered: new Set([edgeTypes.indexOf('element'), edgeTypes.indexOf('hidden')]),
    };
    this.#nodes = new Uint32Array(node_count * this.#fields.nodeSize);
    this.#edges = new Uint32Array(edge_count * this.#fields.edgeSize);
  }

  #readNumbers(chunk: Buffer, from: number, into: Uint32Array): number {
    let number = this.#number;
    for (let i = from; i < chunk.length; i++) {
      const digit = (chunk[i] ?? 0) - 0x30;
      if (digit >= 0 && digit <= 9) {
        number = (number < 0 ? 0 : number) * 10 + digit;
        continue;
      }
      if (number >= 0) into[this.#at++] = number;
      number = -1;
      if (chunk[i] === CLOSE_BRACKET) {
        this.#number = -1;
        this.#part = 'between';
        return i + 1;
      }
    }
    this.#number = number;
    return chunk.length;
  }

  #readStrings(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (!this.#inString) {
        if (byte === QUOTE) this.#inString = true;
        else if (byte === CLOSE_BRACKET) {
          this.#part = 'done';
          return chunk.length;
        }
        continue;
      }
      if (!this.#escaped && byte === QUOTE) {
        this.#strings.push(JSON.parse(`"${Buffer.from(this.#string).toString('utf8')}"`) as string);
        this.#string = [];
        this.#inString = false;
        continue;
      }
      this.#escaped = !this.#escaped && byte === BACKSLASH;
      this.#string.push(byte);
    }
    return chunk.length;
  }
}
