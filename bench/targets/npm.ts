/** The npm client, as the way to registry packages: whatever registry and proxy the user's npm is set up for. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import { type Ended, failureLine, run } from './child.js';
import { fileDigest } from './hash.js';

const VIEW_TIMEOUT_MS = 60_000;
/** Some 50 MB over a slow line. */
const PACK_TIMEOUT_MS = 280_000;

const COMMON = [
  '--json',
  '--loglevel=error',
  '--fetch-retries=0',
  '--fetch-timeout=20000',
  '--ignore-scripts',
  '--no-update-notifier',
  '--no-audit',
  '--no-fund',
];

/**
 * Downloads a package into `work` and returns the path of its archive, whose sha512 was compared with what the
 * registry states. Throws CouldNotRun beginning with `what`: no such version, no network, wrong content.
 */
export async function downloadPackage(
  what: string,
  name: string,
  version: string,
  work: string,
): Promise<string> {
  const stated = await integrity(what, name, version, work);
  // A cache of its own below `work`: nothing is left behind, and a damaged npm cache cannot matter.
  const args = ['pack', `${name}@${version}`, '--cache', join(work, 'npm-cache'), '--pack-destination', work];
  const ended = await run('npm', [...args, ...COMMON], {
    cwd: work,
    timeoutMs: PACK_TIMEOUT_MS,
    fills: work,
  });
  if (ended.status !== 0) throw failed(what, name, version, ended);
  const archives = (await readdir(work)).filter((file) => file.endsWith('.tgz'));
  const [archive] = archives;
  if (archive === undefined || archives.length !== 1) {
    throw new CouldNotRun(`${what}: npm pack left ${archives.length} archives instead of one`);
  }
  const path = join(work, archive);
  const found = `sha512-${await fileDigest(path, 'sha512', 'base64')}`;
  if (!stated.split(/\s+/).includes(found)) {
    throw new CouldNotRun(`${what}: what npm downloaded is not what the registry states (sha512 differs)`);
  }
  return path;
}

async function integrity(what: string, name: string, version: string, work: string): Promise<string> {
  const args = ['view', `${name}@${version}`, 'dist.integrity', '--cache', join(work, 'npm-cache')];
  const ended = await run('npm', [...args, ...COMMON], { cwd: work, timeoutMs: VIEW_TIMEOUT_MS });
  if (ended.status !== 0) throw failed(what, name, version, ended);
  // npm 9 and older print nothing, with exit code 0, for a version that does not exist.
  if (ended.stdout.trim() === '') throw new CouldNotRun(`${what}: npm has no ${name}@${version}`);
  const value = parseJson(ended.stdout);
  const text: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof text !== 'string' || !text.includes('sha512-')) {
    throw new CouldNotRun(`${what}: the registry states no sha512 for ${name}@${version}`);
  }
  return text;
}

function failed(what: string, name: string, version: string, ended: Ended): CouldNotRun {
  if (ended.trouble !== null) return new CouldNotRun(`${what}: ${ended.trouble}`);
  const error = npmError(ended.stdout) ?? npmErrorLines(ended.stderr);
  if (error === null) return new CouldNotRun(`${what}: ${failureLine('npm', ended)}`);
  if (error.code === 'E404' || error.code === 'ETARGET') {
    return new CouldNotRun(`${what}: npm has no ${name}@${version}`);
  }
  const text = error.summary.startsWith(error.code) ? error.summary : `${error.code} ${error.summary}`;
  return new CouldNotRun(`${what}: npm: ${printable(text)}`);
}

interface NpmError {
  readonly code: string;
  readonly summary: string;
}

/** With --json npm writes `{"error": {"code", "summary"}}` to its standard output. */
function npmError(stdout: string): NpmError | null {
  const value = parseJson(stdout);
  if (typeof value !== 'object' || value === null || !('error' in value)) return null;
  const { error } = value;
  if (typeof error !== 'object' || error === null) return null;
  const { code, summary } = error as { code?: unknown; summary?: unknown };
  if (typeof code !== 'string') return null;
  const text = typeof summary === 'string' ? summary : '';
  return { code, summary: text.split('\n')[0]?.trim() ?? '' };
}

/** The same from `npm error code X` and the line after it; `npm ERR!` in older ones. */
function npmErrorLines(stderr: string): NpmError | null {
  const lines = [...stderr.matchAll(/^npm (?:error|ERR!) (.*)$/gm)].map((match) => match[1] ?? '');
  const at = lines.findIndex((line) => line.startsWith('code '));
  const code = lines[at];
  return code === undefined ? null : { code: code.slice(5), summary: lines[at + 1] ?? '' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
