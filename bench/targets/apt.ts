/**
 * Debian packages through apt, in a private root below the cache: its own lists, state and sources, so that nothing
 * on the system changes and no privilege is needed. apt checks the archive's signature and every hash; what
 * would loosen that in the machine's own configuration is set back.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CouldNotRun, printable } from '../core/errors.js';
import { type DebianArchive, debianArchive } from './apt-archive.js';
import { assertRoom, cacheFolder, writing } from './cache.js';
import { type Ended, failureLine, run, runOrFail, unpackOrFail } from './child.js';
import type { FetchOptions } from './options.js';
import { assertSupportedPlatform } from './platform.js';

const LISTS_MAX_AGE_MS = 24 * 3600 * 1000;
/** 10 MB of package lists over a slow line. */
const UPDATE_TIMEOUT_MS = 180_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;
const LOCAL_TIMEOUT_MS = 60_000;
const LOCK_RETRY_MS = 500;
/** A suite's lists, packed and unpacked, and a few packages. */
const ROOM_BYTES = 60_000_000;

/** These have no security archive: Debian serves them from their main one alone. */
const WITHOUT_SECURITY: ReadonlySet<string> = new Set(['sid', 'unstable', 'experimental']);

/** A suite whose package lists are at hand. */
export interface Suite {
  readonly name: string;
  /** Arguments that point every apt program to the private root. */
  readonly options: readonly string[];
}

/** A package in the version that a suite offers. */
export interface Candidate {
  readonly package: string;
  readonly version: string;
}

/** `libssl3t64 3.5.9-1 (trixie, amd64)`, as it is shown and stored. */
export function describeCandidate(candidate: Candidate, suite: string): string {
  return `${candidate.package} ${candidate.version} (${suite}, ${assertSupportedPlatform().debian})`;
}

const opening = new Map<string, Promise<Suite>>();

/**
 * Makes a suite's package lists available, fetching them when they are older than a day. Throws CouldNotRun when
 * there is no Debian archive to ask, no apt, no such suite, no network or no valid signature.
 */
export function openSuite(name: string, options: FetchOptions = {}): Promise<Suite> {
  const key = `${cacheFolder()}\n${name}`;
  const present = opening.get(key);
  if (present !== undefined) return present;
  const started = open(name, options).finally(() => opening.delete(key));
  opening.set(key, started);
  return started;
}

async function open(name: string, options: FetchOptions): Promise<Suite> {
  const archive = await debianArchive();
  const root = suiteFolder(name);
  const suite = { name, options: aptOptions(root) };
  await writing(async () => {
    await mkdir(join(root, 'lists', 'partial'), { recursive: true });
    await mkdir(join(root, 'archives', 'partial'), { recursive: true });
    await writeFile(join(root, 'status'), '');
    await replaceFile(join(root, 'apt.conf'), configuration());
  });
  if (options.refresh !== true && (await isFresh(root, archive))) return suite;
  if (options.offline === true) {
    if (existsSync(join(root, 'updated'))) return suite;
    throw new CouldNotRun(`debian:${name}: its package lists are not here, and this is offline`);
  }
  await assertRoom(ROOM_BYTES);
  options.onProgress?.(`debian:${name}: fetching package lists`);
  await update(suite, root, archive);
  return suite;
}

/** Where a suite's private root is; it holds nothing that cannot be fetched again. */
export function suiteFolder(name: string): string {
  return join(cacheFolder(), 'apt', `${name}-${assertSupportedPlatform().debian}`);
}

function aptOptions(root: string): string[] {
  const settings = [
    `Dir::State=${root}`,
    `Dir::State::lists=${join(root, 'lists')}`,
    `Dir::State::status=${join(root, 'status')}`,
    `Dir::State::extended_states=${join(root, 'extended_states')}`,
    `Dir::Cache=${root}`,
    `Dir::Cache::archives=${join(root, 'archives')}`,
    `Dir::Etc::sourcelist=${join(root, 'dupmark.sources')}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'Dir::Log=/dev/null',
    // Empty: apt must not switch to a user who cannot write here (as root), nor try to (as anyone else).
    'APT::Sandbox::User=',
    'APT::Default-Release=',
  ];
  return ['-c', join(root, 'apt.conf'), ...settings.flatMap((setting) => ['-o', setting])];
}

/** Read after the machine's own configuration, of which the proxy settings stay in force. */
function configuration(): string {
  const { debian } = assertSupportedPlatform();
  return [
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear APT::Architectures;',
    `APT::Architecture "${debian}";`,
    `APT::Architectures { "${debian}"; };`,
    'APT::Get::AllowUnauthenticated "false";',
    'APT::Update::Error-Mode "any";',
    'Acquire::AllowInsecureRepositories "false";',
    'Acquire::AllowWeakRepositories "false";',
    'Acquire::AllowDowngradeToInsecureRepositories "false";',
    'Acquire::Languages "none";',
    'Acquire::PDiffs "false";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "15";',
    'Acquire::https::Timeout "15";',
    '',
  ].join('\n');
}

function sourcesText(suite: string, archive: DebianArchive, withSecurity: boolean): string {
  const paragraph = (uri: string, name: string): string =>
    [
      'Types: deb',
      `URIs: ${uri}`,
      `Suites: ${name}`,
      'Components: main',
      `Architectures: ${assertSupportedPlatform().debian}`,
      'Targets: Packages',
      `Signed-By: ${archive.keyring}`,
      '',
    ].join('\n');
  const security = withSecurity ? archive.security : null;
  return [
    paragraph(archive.main, suite),
    ...(security === null ? [] : [paragraph(security, `${suite}-security`)]),
  ].join('\n');
}

/** The file `updated` says which sources the lists were fetched from, and by its age when. */
async function isFresh(root: string, archive: DebianArchive): Promise<boolean> {
  try {
    const stamp = join(root, 'updated');
    const { mtimeMs } = await stat(stamp);
    const sameArchive = (await readFile(stamp, 'utf8')) === stampText(archive);
    return sameArchive && Date.now() - mtimeMs < LISTS_MAX_AGE_MS;
  } catch {
    return false;
  }
}

function stampText(archive: DebianArchive): string {
  return `${JSON.stringify([archive.main, archive.security, archive.keyring])}\n`;
}

async function update(suite: Suite, root: string, archive: DebianArchive): Promise<void> {
  const hasSecurity = archive.security !== null && !WITHOUT_SECURITY.has(suite.name);
  let ended = await updateFrom(suite, root, sourcesText(suite.name, archive, hasSecurity), archive);
  // A suite that is not released yet, or no longer supported, may have no security archive.
  if (ended !== null && hasSecurity && lacksRelease(ended, `${suite.name}-security`)) {
    ended = await updateFrom(suite, root, sourcesText(suite.name, archive, false), archive);
  }
  if (ended !== null) {
    const lacking = lacksRelease(ended, suite.name);
    const reason = lacking
      ? `${withoutPassword(archive.main)} has no such suite`
      : failureLine('apt-get update', ended);
    throw new CouldNotRun(`debian:${suite.name}: ${reason}`);
  }
  await writing(() => replaceFile(join(root, 'updated'), stampText(archive)));
}

/** Null when the lists are up to date now, else how apt-get ended. */
async function updateFrom(
  suite: Suite,
  root: string,
  sources: string,
  archive: DebianArchive,
): Promise<Ended | null> {
  const deadline = Date.now() + UPDATE_TIMEOUT_MS;
  for (;;) {
    await writing(() => replaceFile(join(root, 'dupmark.sources'), sources));
    const ended = await run('apt-get', [...suite.options, 'update', '-q'], {
      timeoutMs: UPDATE_TIMEOUT_MS,
      fills: root,
    });
    const locked = ended.status !== 0 && /Could not get lock|Unable to lock/.test(ended.stderr);
    // Older apt-get ends with 0 although a list could not be fetched.
    if (ended.status === 0 && !/^W: Failed to fetch/m.test(ended.stderr)) return null;
    if (!locked || Date.now() > deadline) return ended;
    // Another dupmark is fetching the same lists: what it gets serves here too.
    await sleep(LOCK_RETRY_MS);
    if (await isFresh(root, archive)) return null;
  }
}

function lacksRelease(ended: Ended, suite: string): boolean {
  return ended.stderr
    .split('\n')
    .some((line) => line.includes(` ${suite} Release' `) && /does not have a Release file/.test(line));
}

/** An address as it may be shown: a password in it is left out. */
function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//');
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** Names of all packages of a suite that begin with `prefix`. */
export async function packageNames(suite: Suite, prefix: string): Promise<string[]> {
  const text = await runOrFail(
    `debian:${suite.name}`,
    'apt-cache',
    [...suite.options, 'pkgnames', '--', prefix],
    { timeoutMs: LOCAL_TIMEOUT_MS },
  );
  return text.split('\n').filter((line) => line !== '');
}

/** What the suite offers of these packages, those that it lacks left out. */
export async function candidates(suite: Suite, names: readonly string[]): Promise<Candidate[]> {
  if (names.length === 0) return [];
  const text = await runOrFail(
    `debian:${suite.name}`,
    'apt-cache',
    [...suite.options, 'policy', '--', ...names],
    { timeoutMs: LOCAL_TIMEOUT_MS },
  );
  return parsePolicy(text);
}

/** Reads `apt-cache policy`: package names stand at the margin, their `Candidate:` below them. */
export function parsePolicy(text: string): Candidate[] {
  const found: Candidate[] = [];
  let name = '';
  for (const line of text.split('\n')) {
    const heading = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?:$/.exec(line)?.[1];
    if (heading !== undefined) name = heading;
    const version = /^ {2}Candidate: (\S+)$/.exec(line)?.[1];
    if (version !== undefined && version !== '(none)' && name !== '') found.push({ package: name, version });
  }
  return found;
}

/**
 * Downloads packages into `work` and unpacks them (data only, no scripts) into one folder there, whose path is
 * returned. Throws CouldNotRun with apt's or dpkg's own reason.
 */
export async function unpackPackages(
  suite: Suite,
  wanted: readonly Candidate[],
  work: string,
): Promise<string> {
  const what = `debian:${suite.name}`;
  const names = wanted.map((candidate) => `${candidate.package}=${candidate.version}`);
  await runOrFail(what, 'apt-get', [...suite.options, '-q', 'download', '--', ...names], {
    cwd: work,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    fills: work,
  });
  const root = join(work, 'root');
  await writing(() => mkdir(root));
  const archives = (await readdir(work)).filter((file) => file.endsWith('.deb'));
  if (archives.length !== wanted.length) {
    throw new CouldNotRun(`${what}: apt-get downloaded ${archives.length} of ${wanted.length} packages`);
  }
  for (const archive of archives) {
    await unpackDeb(`${what}: ${printable(archive)}`, join(work, archive), root);
  }
  return root;
}

/**
 * Unpacks one package below `root`; dpkg-deb itself refuses names that lead out. Throws CouldNotRun when a link does,
 * which would be followed when files are copied. Links that lead nowhere here, as those from `/` on, are left out.
 */
export async function unpackDeb(what: string, archive: string, root: string): Promise<void> {
  await unpackOrFail(what, 'dpkg-deb', ['-x', archive, root], { timeoutMs: LOCAL_TIMEOUT_MS, fills: root });
  const inside = `${await realpath(root)}${sep}`;
  const children = await readdir(root, { recursive: true, withFileTypes: true });
  const links = children
    .filter((child) => child.isSymbolicLink())
    .map((child) => join(child.parentPath, child.name));
  for (const link of links) {
    if (isAbsolute(await readlink(link))) await rm(link);
  }
  for (const link of links) {
    const leads = await realpath(link).catch(() => null);
    if (leads === null) await rm(link, { force: true });
    else if (!`${leads}${sep}`.startsWith(inside))
      throw new CouldNotRun(`${what}: ${printable(basename(link))} is a link that leads out of the package`);
  }
}
