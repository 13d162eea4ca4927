/** Reads what one uvu file printed. Trusts counts only: see scripts/test.ts. */

export interface FileResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Lines that a test prints to say what it left out and why. */
  readonly notes: readonly string[];
  readonly output: string;
}

export function readUvuOutput(output: string, exitCode: number | null): FileResult {
  const total = countAfter(output, 'Total');
  const passed = countAfter(output, 'Passed');
  const skipped = countAfter(output, 'Skipped');
  const notes = output.split('\n').filter((line) => line.startsWith('note: '));
  if (total === null || passed === null || skipped === null) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      notes,
      output: `${output}\n(the file reported no tests: is .run() missing?)`,
    };
  }
  // What neither passed nor was skipped failed; an exit code without a failed test is a failure of its own.
  const failures = total - passed;
  // Where everything had to be skipped, a note must say why.
  const ranNothing = total === 0 && (skipped === 0 || notes.length === 0);
  const wrong = ranNothing || exitCode !== 0;
  return { passed, failed: failures === 0 && wrong ? 1 : failures, skipped, notes, output };
}

function countAfter(output: string, word: string): number | null {
  const matches = [...output.matchAll(new RegExp(`^  ${word}:\\s+(\\d+)\\s*$`, 'gm'))];
  return matches.length === 0 ? null : Number(matches.at(-1)?.[1]);
}
