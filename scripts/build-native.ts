/** Builds native/ by its Makefile, and checks what came out. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { CouldNotRun, ExitCode, messageOf } from '../bench/core/errors.js';
import { assertSupportedPlatform } from '../bench/targets/index.js';
import { BUILT_FILES, PROJECT_FOLDER } from '../bench/worker/files.js';
import { linkedOpenssl } from './native-links.js';

function build(): void {
  assertSupportedPlatform();
  const make = spawnSync('make', ['--silent', '-C', 'native', `-j${availableParallelism()}`], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (make.error !== undefined) throw new CouldNotRun(`cannot start make: ${messageOf(make.error)}`);
  if (make.status !== 0) throw new CouldNotRun('the native build failed: it needs make and a C++17 compiler');
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
