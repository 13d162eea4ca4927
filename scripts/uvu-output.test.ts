import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readUvuOutput } from './uvu-output.js';

const Output = suite('uvu output');
const report = (total: number, passed: number, skipped = 0) =>
  ` • • •   (${passed} / ${total})\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1ms\n`;

Output('passes a file whose tests all passed', () => {
  const { passed, failed, skipped } = readUvuOutput(report(3, 3, 1), 0);
  assert.equal({ passed, failed, skipped }, { passed: 3, failed: 0, skipped: 1 });
});

Output('counts what did not pass, whatever the exit code says', () => {
  assert.is(readUvuOutput(report(3, 1), 0).failed, 2);
});

Output('fails a file that says nothing, ran nothing, or ended badly', () => {
  assert.is(readUvuOutput('', 0).failed, 1);
  assert.is(readUvuOutput('it printed something else', 0).failed, 1);
  assert.is(readUvuOutput(report(0, 0), 0).failed, 1);
  assert.is(readUvuOutput(report(2, 2), 1).failed, 1);
  assert.is(readUvuOutput(report(2, 2), null).failed, 1);
});

Output('a file that had to skip everything passes only when it says why', () => {
  const { passed, failed, skipped } = readUvuOutput(`note: no browser\n${report(0, 0, 1)}`, 0);
  assert.equal({ passed, failed, skipped }, { passed: 0, failed: 0, skipped: 1 });
  assert.is(readUvuOutput(report(0, 0, 1), 0).failed, 1);
});

Output('hands on the notes of what was left out', () => {
  assert.equal(readUvuOutput(`note: no mirror\n${report(1, 1)}`, 0).notes, ['note: no mirror']);
});

Output.run();
