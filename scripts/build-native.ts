/** Builds native/ by its Makefile, and checks what came out. */
import { join } from 'node:path';
import { CouldNotRun, ExitCode, messageOf } from '../bench/core/errors.js';
import { assertSupportedPlatform } from '../bench/targets/index.js';
import { BUILT_FILES, PROJECT_FOLDER } from '../bench/worker/files.js';
import { compileNative } from '../bench/worker/native-build.js';
import { linkedOpenssl } from './native-links.js';

function build(): void {
  assertSupportedPlatform();
  compileNative(join(PROJECT_FOLDER, 'native'), join('build', 'Release'));
  for (const file of BUILT_FILES) {
    const linked = linkedOpenssl(file);
    if (linked.length > 0) {
      throw new CouldNotRun(
        `${file} is linked with ${linked.join(', ')}: it would measure that instead of the target`,
      );
    }
  }
}

try {
  build();
} catch (error) {
  process.stderr.write(`build-native: ${messageOf(error)}\n`);
  process.exitCode = ExitCode.couldNotRun;
}
