/**
 * The user's cache folder: what was fetched once and is used again. An entry is a folder with a manifest, and
 * comes into being by one rename: whoever is killed while fetching leaves nothing that looks like an entry.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { parseTargetId } from '../core/target.js';
import { freeBytes } from './child.js';
import { fileDigest } from './hash.js';
import { isAlive, ownMark } from './process-mark.js';

/** What an entry's `manifest.json` says. */
export interface Manifest {
  readonly schema: 1;
  /** The target id, or what else it is, as in `c-library:trixie`. */
  readonly what: string;
  /** Package, version, suite and architecture that the files came from. */
  readonly package: string;
  /** When it was fetched, as an ISO 8601 time. */
  readonly fetchedAt: string;
  /** sha256 in hexadecimal by path relative to the entry, for every file but the manifest. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Entry {
  readonly key: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The folders that a fetch works in: `work` is thrown away, `entry` becomes the entry. */
export interface FetchFolders {
  readonly work: string;
  readonly entry: string;
}

const MANIFEST = 'manifest.json';
const TEMPORARY = '.fetching-';

/** $DUPMARK_CACHE, else $XDG_CACHE_HOME/dupmark, else ~/.cache/dupmark, as an absolute path. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment.DUPMARK_CACHE;
  if (own !== undefined && own !== '') return resolve(own);
  const shared = environment.XDG_CACHE_HOME;
  // The XDG specification says that a relative path is to be ignored.
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'dupmark');
  return join(homedir(), '.cache', 'dupmark');
}

function entriesFolder(): string {
  return join(cacheFolder(), 'entries');
}

/** The entry of that key, or null. An entry whose manifest cannot be read counts as none. */
export async function findEntry(key: string): Promise<Entry | null> {
  const folder = join(entriesFolder(), key);
  try {
    const manifest = readManifest(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
    return manifest === null ? null : { key, folder, manifest };
  } catch {
    return null;
  }
}

function readManifest(value: unknown): Manifest | null {
  if (typeof value !== 'object' || value === null) return null;
  const { schema, what, package: from, fetchedAt, files } = value as Partial<Record<keyof Manifest, unknown>>;
  if (schema !== 1 || typeof what !== 'string' || typeof from !== 'string') return null;
  if (typeof fetchedAt !== 'string' || typeof files !== 'object' || files === null) return null;
  if (!Object.values(files).every((hash) => typeof hash === 'string')) return null;
  return { schema, what, package: from, fetchedAt, files: files as Record<string, string> };
}

/** What an entry says that it is when it holds no target: these are no target ids. */
export const C_LIBRARY_PREFIX = 'c-library:';
export const HEADERS_PREFIX = 'headers:';
/** Of what names the functions of stripped libraries. */
export const NAMES_PREFIX = 'names:';

/** Whether an entry holds a target, and not something that targets need, or that another dupmark put there. */
export function isTarget({ manifest }: Entry): boolean {
  try {
    parseTargetId(manifest.what);
    return true;
  } catch {
    return false;
  }
}

/** All entries, by key. Empty where there is no cache yet. */
export async function listEntries(): Promise<Entry[]> {
  const names = await readdir(entriesFolder()).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map(findEntry),
  );
  return found.filter((entry) => entry !== null);
}

/** Fetches that this process has under way, so that two requests for one entry share one fetch. */
const underWay = new Map<string, Promise<Entry>>();

/**
 * The entry of that key, fetched when it is not there (or when `refresh`). `fetch` fills `folders.entry` and says
 * which package it was. Throws CouldNotRun when the cache cannot be written, or whatever `fetch` throws.
 */
export async function obtainEntry(
  key: string,
  what: string,
  refresh: boolean,
  fetch: (folders: FetchFolders) => Promise<{ package: string }>,
): Promise<Entry> {
  const present = underWay.get(key) ?? (refresh ? null : await findEntry(key));
  if (present !== null) return present;
  // Another caller may have begun during the await above.
  const started = underWay.get(key) ?? fetchEntry(key, what, refresh, fetch);
  underWay.set(key, started);
  try {
    return await started;
  } finally {
    underWay.delete(key);
  }
}

async function fetchEntry(
  key: string,
  what: string,
  refresh: boolean,
  fetch: (folders: FetchFolders) => Promise<{ package: string }>,
): Promise<Entry> {
  const parent = entriesFolder();
  const temporary = await writing(async () => {
    await mkdir(parent, { recursive: true });
    await sweep(parent);
    return mkdtemp(join(parent, `${TEMPORARY}${ownMark()}-`));
  });
  try {
    const folders = { work: join(temporary, 'work'), entry: join(temporary, 'entry') };
    await writing(async () => {
      await mkdir(folders.work);
      await mkdir(folders.entry);
    });
    const { package: from } = await fetch(folders);
    const manifest: Manifest = {
      schema: 1,
      what,
      package: from,
      fetchedAt: new Date().toISOString(),
      files: await hashTree(folders.entry),
    };
    await writing(async () => {
      await writeFile(join(folders.entry, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
      await putInPlace(folders.entry, key, temporary, refresh);
    });
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
  const entry = await findEntry(key);
  if (entry === null) throw new CouldNotRun(`${what}: cannot be read back from ${printable(parent)}`);
  return entry;
}

async function putInPlace(from: string, key: string, temporary: string, refresh: boolean): Promise<void> {
  const to = join(entriesFolder(), key);
  // A damaged entry (no readable manifest) is replaced as well.
  const replace = refresh || (await findEntry(key)) === null;
  if (replace) {
    await rename(to, join(temporary, 'replaced')).catch((thrown: unknown) => {
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
    });
  }
  try {
    await rename(from, to);
  } catch (thrown) {
    // Another process finished the same fetch first; its entry serves as well.
    if (codeOf(thrown) !== 'ENOTEMPTY' && codeOf(thrown) !== 'EEXIST') throw thrown;
  }
}

/** Removes temporary folders whose process is gone: what a kill -9 leaves behind. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const mark = name.slice(TEMPORARY.length, name.lastIndexOf('-'));
    if (await isAlive(mark, join(parent, name))) continue;
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Removes an entry; false when there was none. Throws CouldNotRun when it cannot be removed. */
export async function removeEntry(key: string): Promise<boolean> {
  const parent = entriesFolder();
  return writing(async () => {
    await sweep(parent).catch(() => undefined);
    // Renamed first, so that nobody sees a half-removed entry.
    const doomed = join(parent, `${TEMPORARY}${ownMark()}-removed${Date.now().toString(36)}`);
    try {
      await rename(join(parent, key), doomed);
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return false;
      throw thrown;
    }
    await rm(doomed, { recursive: true, force: true });
    return true;
  });
}

/** Hashes an entry's files again: one line per problem (changed, missing, unexpected), none when all is well. */
export async function verifyEntry(entry: Entry): Promise<string[]> {
  const found = await hashTree(entry.folder);
  delete found[MANIFEST];
  const problems: string[] = [];
  for (const [path, hash] of Object.entries(entry.manifest.files)) {
    if (found[path] === undefined) problems.push(`${path} is missing`);
    else if (found[path] !== hash) problems.push(`${path} has changed since it was fetched (sha256 differs)`);
  }
  for (const path of Object.keys(found)) {
    if (entry.manifest.files[path] === undefined) problems.push(`${path} does not belong there`);
  }
  return problems.map(printable);
}

async function hashTree(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const children = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = children.filter((child) => child.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  for (const path of paths) hashes[path.slice(folder.length + 1)] = await fileDigest(path);
  return hashes;
}

/** Does something that writes to the cache; what the file system refuses becomes one clear line. */
export async function writing<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown;
    // `ENOSPC: no space left on device, write …`: the rest names temporary files.
    throw cannotWrite(messageOf(thrown).split(',')[0] ?? '');
  }
}

function cannotWrite(reason: string): CouldNotRun {
  return new CouldNotRun(
    `cannot write to the cache folder ${printable(cacheFolder())} (${reason}); ` +
      'set DUPMARK_CACHE to a folder that can be written',
  );
}

/** Makes sure that the cache's disk has room for a fetch before it begins. Throws CouldNotRun when it has not. */
export async function assertRoom(neededBytes: number): Promise<void> {
  const free = await freeBytes(cacheFolder());
  if (free >= neededBytes) return;
  const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);
  throw cannotWrite(`${megabytes(free)} MB are free there, about ${megabytes(neededBytes)} MB are needed`);
}

/** The error code of a failed system call, as in `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
