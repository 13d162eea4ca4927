/**
 * Keeps bench/targets/node-openssl.ts: reads the OpenSSL in each release that the table names, and in the newest release of each Node line that
 * npm has, for versions that the table lacks. Ends with 1 when the table is wrong or lacks one. `--offline` only reads what is in the cache.
 */
import { CouldNotRun, ExitCode, messageOf } from '../bench/core/errors.js';
import { compareOpenssl } from '../bench/core/openssl-version.js';
import { compareVersions } from '../bench/core/target.js';
import { run } from '../bench/targets/child.js';
import { NODE_OPENSSL } from '../bench/targets/node-openssl.js';
import { OLDEST_NODE, resolveNodeRelease } from '../bench/targets/node-release.js';
import { assertSupportedPlatform } from '../bench/targets/platform.js';
import { say } from './console.js';

const VIEW_TIMEOUT_MS = 60_000;
const offline = process.argv.includes('--offline');

/** What a release says of itself, which is more than its version text: that leaves out a fork's addition. */
async function opensslOfNode(version: string): Promise<string> {
  const { node } = await resolveNodeRelease(version, { offline, onProgress: say });
  const { status, stdout } = await run(node, ['-p', 'process.versions.openssl'], { timeoutMs: 20_000 });
  if (status !== 0) throw new CouldNotRun(`node@${version} does not start`);
  return stdout.trim();
}

/** The newest release of each Node line that npm has, from the oldest that can be measured on. */
async function newestOfEachLine(): Promise<readonly string[]> {
  const { nodePackage } = assertSupportedPlatform();
  const { status, stdout } = await run('npm', ['view', nodePackage, 'versions', '--json'], {
    timeoutMs: VIEW_TIMEOUT_MS,
  });
  const listed: unknown = status === 0 ? JSON.parse(stdout) : null;
  if (!Array.isArray(listed)) throw new CouldNotRun(`npm does not list the versions of ${nodePackage}`);
  const newest = new Map<string, string>();
  for (const version of listed.map(String)) {
    if (!/^\d+\.\d+\.\d+$/.test(version) || compareVersions(version, OLDEST_NODE) < 0) continue;
    const [line = ''] = version.split('.');
    const known = newest.get(line);
    if (known === undefined || compareVersions(version, known) > 0) newest.set(line, version);
  }
  // Lines with odd numbers end after half a year; 13 cannot load the addon.
  return [...newest.values()].filter((version) => Number(version.split('.')[0]) % 2 === 0);
}

let problems = 0;
const complain = (line: string): void => {
  problems += 1;
  process.stdout.write(`${line}\n`);
};
try {
  for (const { openssl, node } of NODE_OPENSSL) {
    const found = await opensslOfNode(node).catch((thrown: unknown) => {
      if (!(thrown instanceof CouldNotRun) || !offline) throw thrown;
      say(`left out: ${messageOf(thrown)}`);
      return openssl;
    });
    if (found !== openssl) complain(`node@${node} has ${found}, the table says ${openssl}`);
  }
  const known = new Set(NODE_OPENSSL.map(({ openssl }) => openssl));
  for (const node of offline ? [] : await newestOfEachLine()) {
    const found = await opensslOfNode(node);
    if (!known.has(found)) complain(`node@${node} has ${found}, which the table lacks`);
  }
  const newest = [...known].sort(compareOpenssl).at(-1);
  process.stdout.write(
    `${NODE_OPENSSL.length} releases, newest OpenSSL ${newest}: ${problems === 0 ? 'as the table says' : `${problems} problems`}\n`,
  );
  process.exitCode = problems === 0 ? ExitCode.fine : ExitCode.finding;
} catch (thrown) {
  if (!(thrown instanceof CouldNotRun)) throw thrown;
  process.stderr.write(`check-node-openssl: ${messageOf(thrown)}\n`);
  process.exitCode = ExitCode.couldNotRun;
}
