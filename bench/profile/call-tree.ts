/** The call tree of one iteration, out of two callgrind dumps that tell contexts apart (`--separate-callers`). Pure. */
import { basename } from 'node:path';
import type { Frame } from '../core/profile.js';
import { type CallCost, type CallgrindProfile, type FunctionCost, NO_OBJECT } from '../run/callgrind.js';

/** How a function is to be shown; `address` is callgrind's name for one that it cannot name. */
export type NameOf = (object: string, address: string) => string;

/** Without the callers that callgrind appends: `malloc'CRYPTO_malloc'SSL_new`. C has no such character in names. */
export function ownName(name: string): string {
  const end = name.indexOf("'", 1);
  return end === -1 ? name : name.slice(0, end);
}

/** `libssl` of `/usr/lib/libssl.so.3`. */
export function libraryName(object: string): string {
  return basename(object)
    .replace(/\.so.*$/, '')
    .replace(/-\d+\.[\d.]+$/, '');
}

/**
 * The tree below `counted`, per iteration: what the second dump (of twice the iterations) has more than the first.
 * Frames of `driver` at the top are what repeats the operation and become the root's own. Linkage tables, code that callgrind has
 * no file for, belong to who calls through them.
 */
export function callTree(
  once: CallgrindProfile,
  twice: CallgrindProfile,
  options: {
    readonly iterations: number;
    readonly counted: string;
    readonly driver: string;
    readonly root: string;
    readonly nameOf: NameOf;
  },
): Frame {
  const before = new Map([...once.functions.entries()].map(([key, { self }]) => [key, self]));
  const callees = new Map<FunctionCost, CallCost[]>();
  for (const call of twice.calls) {
    const own = callees.get(call.caller) ?? [];
    own.push(call);
    callees.set(call.caller, own);
  }
  const selfOf = (one: FunctionCost): number =>
    (one.self - (before.get(`${one.object}\n${one.name}`) ?? 0)) / options.iterations;
  const isDriver = (one: FunctionCost): boolean => basename(one.object) === options.driver;
  const root = [...twice.functions.values()].find(({ name }) => ownName(name) === options.counted);
  if (root === undefined) throw new RangeError(`callgrind did not see ${options.counted}`);

  /** The frames of what is called, and the instructions of what was passed over on the way. */
  const below = (
    one: FunctionCost,
    passOver: (callee: FunctionCost) => boolean,
    path: readonly FunctionCost[],
  ): { passed: number; frames: readonly Frame[] } => {
    let passed = 0;
    const frames: Frame[] = [];
    for (const { callee } of callees.get(one) ?? []) {
      // A function that calls itself deeper than callgrind tells apart: its cost is within its own already.
      if (path.includes(callee)) continue;
      const further = [...path, callee];
      if (passOver(callee)) {
        const inner = below(callee, passOver, further);
        passed += selfOf(callee) + inner.passed;
        frames.push(...inner.frames);
      } else {
        frames.push(frameOf(callee, further));
      }
    }
    return { passed, frames };
  };
  const isLinkage = ({ object }: FunctionCost): boolean => object === NO_OBJECT;
  const frameOf = (one: FunctionCost, path: readonly FunctionCost[]): Frame => {
    const { passed, frames } = below(one, isLinkage, path);
    return {
      name: options.nameOf(one.object, ownName(one.name)),
      library: libraryName(one.object),
      self: selfOf(one) + passed,
      children: merged(frames),
    };
  };
  const { passed, frames } = below(root, (callee) => isDriver(callee) || isLinkage(callee), [root]);
  return {
    name: options.root,
    library: libraryName(options.driver),
    self: selfOf(root) + passed,
    children: merged(frames),
  };
}

/** Frames of one function, which came by way of several linkage tables, are one; those that took nothing are left out. */
function merged(frames: readonly Frame[]): readonly Frame[] {
  const byName = new Map<string, Frame>();
  for (const frame of frames) {
    const key = `${frame.library}\n${frame.name}`;
    const other = byName.get(key);
    byName.set(
      key,
      other === undefined
        ? frame
        : {
            ...frame,
            self: frame.self + other.self,
            children: merged([...other.children, ...frame.children]),
          },
    );
  }
  return [...byName.values()].filter(({ self, children }) => self !== 0 || children.length > 0);
}
