/** V8's garbage collector on demand, and what it finds alive. Node built-ins only. */
import * as v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

let gc: (() => void) | null = null;

/** Collects, and lets finalizers run: none has after a collection alone, all have one turn of the loop later. */
export async function pump(): Promise<void> {
  if (gc === null) {
    v8.setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Live objects of a class by V8's own count, after a collection of its own; null where it cannot be asked. */
export function liveCount(of: unknown): number | null {
  const query = (v8 as { queryObjects?: (of: unknown, options: { format: 'count' }) => unknown })
    .queryObjects;
  return query === undefined ? null : (query(of, { format: 'count' }) as number);
}
