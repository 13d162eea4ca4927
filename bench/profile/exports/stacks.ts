/** What all exports are made from: stacks with values, out of a call tree or of allocations by source line. */
import type { Frame } from '../../core/profile.js';
import type { MemoryReading } from '../../core/sample.js';

export interface StackFrame {
  readonly name: string;
  /** Source file or library. */
  readonly file: string;
  /** From 1; 0 where none is known. */
  readonly line: number;
}

export interface Stack {
  /** The outermost first. */
  readonly frames: readonly StackFrame[];
  readonly value: number;
}

/** A Measure is one quantity of one target, as stacks. */
export interface Measure {
  readonly name: string;
  readonly unit: 'count' | 'bytes';
  readonly stacks: readonly Stack[];
}

/** A stack for every frame that took something itself. */
export function instructionMeasure(tree: Frame): Measure {
  const stacks: Stack[] = [];
  const visit = (frame: Frame, above: readonly StackFrame[]): void => {
    const frames = [...above, { name: frame.name, file: frame.library, line: 0 }];
    if (frame.self !== 0) stacks.push({ frames, value: frame.self });
    for (const child of frame.children) visit(child, frames);
  };
  visit(tree, []);
  return { name: 'instructions', unit: 'count', stacks };
}

/** The scenario, the source file, the line: what each allocates per iteration, and what of that lives on with the handle. */
export function memoryMeasures(
  memory: Extract<MemoryReading, { kind: 'exact' }>,
  scenario: string,
): readonly Measure[] {
  const measure = (
    name: 'allocations' | 'requestedBytes' | 'retainedAllocations' | 'retainedBytes',
    unit: Measure['unit'],
  ): Measure => ({
    name,
    unit,
    stacks: memory.sites
      .filter((site) => site[name] !== 0)
      .map((site) => ({
        value: site[name],
        frames: [
          { name: scenario, file: '', line: 0 },
          { name: site.file, file: site.file, line: 0 },
          { name: `${site.file}:${site.line}`, file: site.file, line: site.line },
        ],
      })),
  });
  return [
    measure('allocations', 'count'),
    measure('requestedBytes', 'bytes'),
    measure('retainedAllocations', 'count'),
    measure('retainedBytes', 'bytes'),
  ];
}
