/** The functions at the top of V8's own profiles, for the terminal; DevTools and speedscope show the rest. */

import type { HeapProfiler, Profiler, Runtime } from 'node:inspector';
import { basename } from 'node:path';

export interface TopFunction {
  readonly name: string;
  /** Of all samples or bytes, 0 to 1. */
  readonly share: number;
}

/** Of a `.cpuprofile`: by the samples that were in the function itself. */
export function topOfCpuProfile(profile: Profiler.Profile, most: number): readonly TopFunction[] {
  return top(
    profile.nodes.map(({ callFrame, hitCount }) => ({ name: nameOf(callFrame), value: hitCount ?? 0 })),
    most,
  );
}

/** Of a `.heapprofile`: by the bytes that the function itself allocated and that lived on. */
export function topOfHeapProfile(
  { head }: HeapProfiler.SamplingHeapProfile,
  most: number,
): readonly TopFunction[] {
  const all: { name: string; value: number }[] = [];
  const visit = (node: HeapProfiler.SamplingHeapProfileNode): void => {
    all.push({ name: nameOf(node.callFrame), value: node.selfSize });
    node.children.forEach(visit);
  };
  visit(head);
  return top(all, most);
}

function nameOf({ functionName, url, lineNumber }: Runtime.CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} (${basename(url)}:${lineNumber + 1})`;
}

function top(
  all: readonly { readonly name: string; readonly value: number }[],
  most: number,
): readonly TopFunction[] {
  const byName = new Map<string, number>();
  for (const { name, value } of all) byName.set(name, (byName.get(name) ?? 0) + value);
  const total = all.reduce((sum, { value }) => sum + value, 0);
  return [...byName]
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([name, value]) => ({ name, share: value / total }));
}
