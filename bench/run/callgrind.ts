/**
 * Reads what valgrind's callgrind writes ("Callgrind Format Specification" in valgrind's manual), as far as dupmark
 * asks for it: one event (Ir), names and positions not compressed. Pure.
 */

/** A CallgrindProfile is one dump: what was collected while collection was on. */
export interface CallgrindProfile {
  /** Instructions in all. */
  readonly total: number;
  /** By library and function (and callers, where callgrind was asked to tell contexts apart). */
  readonly functions: ReadonlyMap<string, FunctionCost>;
  /** Who called whom, each pair once. */
  readonly calls: readonly CallCost[];
}

export interface FunctionCost {
  readonly name: string;
  /** Path of the library or program. */
  readonly object: string;
  /** Instructions of its own. */
  self: number;
  /** Instructions with all that it called, but for calls of itself. */
  inclusive: number;
}

export interface CallCost {
  readonly caller: FunctionCost;
  readonly callee: FunctionCost;
  /** Instructions that the caller spent in the callee, with all that it called. */
  instructions: number;
}

/** What callgrind calls a function of which it knows no name: its address, relative to its library. */
export const UNNAMED = /^0x[0-9a-f]+$/;
/** What it writes for code of no file that it has read: the linkage tables of libraries. */
export const NO_OBJECT = '???';

/** Reads one dump. Throws RangeError when it is not whole. */
export function readCallgrind(text: string): CallgrindProfile {
  const functions = new Map<string, FunctionCost>();
  const find = (object: string, name: string): FunctionCost => {
    const key = `${object}\n${name}`;
    const found = functions.get(key) ?? { name, object, self: 0, inclusive: 0 };
    functions.set(key, found);
    return found;
  };
  const calls = new Map<FunctionCost, Map<FunctionCost, CallCost>>();
  const called = (caller: FunctionCost, callee: FunctionCost, instructions: number): void => {
    const own = calls.get(caller) ?? new Map<FunctionCost, CallCost>();
    calls.set(caller, own);
    const call = own.get(callee) ?? { caller, callee, instructions: 0 };
    own.set(callee, call);
    call.instructions += instructions;
    if (callee !== caller) callee.inclusive += instructions;
  };
  let object = '';
  let calledObject = '';
  let calledName = '';
  let current: FunctionCost | null = null;
  let nextIsCall = false;
  let total: number | null = null;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    const key = equals > 0 ? line.slice(0, equals) : '';
    const value = line.slice(equals + 1);
    if (key === 'ob') {
      object = value;
    } else if (key === 'fn') {
      current = find(object, value);
      calledObject = object;
    } else if (key === 'cob') {
      calledObject = value;
    } else if (key === 'cfn') {
      calledName = value;
    } else if (key === 'calls') {
      nextIsCall = true;
    } else if (line.startsWith('totals: ')) {
      total = Number(line.slice(8));
    } else if (current !== null && /^\d/.test(line)) {
      const cost = Number(line.split(' ')[1] ?? Number.NaN);
      if (!Number.isFinite(cost)) throw new RangeError(`callgrind: '${line}' has no cost`);
      if (nextIsCall) {
        called(current, find(calledObject, calledName), cost);
        nextIsCall = false;
        calledObject = object;
      } else {
        current.self += cost;
      }
    }
  }
  if (total === null || !Number.isFinite(total)) throw new RangeError('callgrind: no totals');
  // Whoever nobody called is what collection began in.
  for (const one of functions.values()) one.inclusive = Math.max(one.inclusive, one.self);
  return { total, functions, calls: [...calls.values()].flatMap((own) => [...own.values()]) };
}
