/**
 * Builds native/ with node-gyp and checks what came out. npm puts its own node-gyp on the PATH of its scripts, so
 * that dupmark needs none: run this as `npm run build:native`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CouldNotRun, ExitCode, messageOf } from '../bench/core/errors.js';
import { assertSupportedPlatform } from '../bench/targets/index.js';
import { BUILT_FILES, PROJECT_FOLDER } from '../bench/worker/files.js';
import { linkedOpenssl } from './native-links.js';

function build(extra: readonly string[]): void {
  assertSupportedPlatform();
  // Most installations carry Node's headers; without this node-gyp would fetch them.
  const installed = join(dirname(process.execPath), '..');
  const headers = existsSync(join(installed, 'include', 'node', 'node_api.h'))
    ? ['--nodedir', installed]
    : [];
  const gyp = spawnSync(
    'node-gyp',
    ['rebuild', '--directory', 'native', '--jobs', 'max', '--silent', ...headers, ...extra],
    {
      cwd: PROJECT_FOLDER,
      // Its progress is of interest only when it fails.
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  );
  if (gyp.error !== undefined) {
    throw new CouldNotRun(
      `cannot start node-gyp (run this as 'npm run build:native'): ${messageOf(gyp.error)}`,
    );
  }
  if (gyp.status !== 0) {
    process.stderr.write(gyp.stdout);
    throw new CouldNotRun('the native build failed: it needs python3, make and a C++17 compiler');
  }
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
  build(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`build-native: ${messageOf(error)}\n`);
  process.exitCode = ExitCode.couldNotRun;
}
