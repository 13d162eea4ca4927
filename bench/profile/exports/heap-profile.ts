/**
 * V8's sampling heap profile, which Chrome's DevTools save and load as `.heapprofile`: HeapProfiler.SamplingHeapProfile of the
 * DevTools protocol. Bytes of one iteration by source line.
 */
import type { Runtime } from 'node:inspector';
import type { Measure, StackFrame } from './stacks.js';

/** HeapProfiler.SamplingHeapProfileNode of the protocol. */
export interface HeapProfileNode {
  readonly callFrame: Runtime.CallFrame;
  selfSize: number;
  readonly id: number;
  readonly children: HeapProfileNode[];
}

/** HeapProfiler.SamplingHeapProfile of the protocol. */
export interface SamplingHeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[];
}

/** Nodes are numbered as they appear; every stack is one sample. */
export function heapProfile({ stacks }: Measure): SamplingHeapProfile {
  let nodes = 0;
  const node = (name: string, { file, line }: Pick<StackFrame, 'file' | 'line'>): HeapProfileNode => {
    nodes += 1;
    return {
      // Lines and columns count from 0 there; -1 is none.
      callFrame: { functionName: name, scriptId: '0', url: file, lineNumber: line - 1, columnNumber: -1 },
      selfSize: 0,
      id: nodes,
      children: [],
    };
  };
  const head = node('(root)', { file: '', line: 0 });
  const samples = stacks
    .filter(({ value }) => value > 0)
    .map(({ frames, value }, i) => {
      let at = head;
      for (const frame of frames) {
        let next = at.children.find(
          ({ callFrame }) => callFrame.functionName === frame.name && callFrame.url === frame.file,
        );
        if (next === undefined) {
          next = node(frame.name, frame);
          at.children.push(next);
        }
        at = next;
      }
      at.selfSize += value;
      return { size: value, nodeId: at.id, ordinal: i + 1 };
    });
  return { head, samples };
}
