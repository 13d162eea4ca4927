/** What the providers that fetch have in common. */
import { relative } from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import type { Entry } from './cache.js';

/** What every message about a target that would have to be fetched says. */
export const NOT_CACHED = 'is not in the cache';

/** Said of a target that would have to be fetched when nothing may be. */
export function howToGet(id: string): CouldNotRun {
  return new CouldNotRun(`${id}: ${NOT_CACHED}, and this is offline${remedy(id)}`);
}

function remedy(id: string): string {
  return `; with a network, 'dupmark targets add ${id}' gets it`;
}

/** A reason with the target's id before it, and where the network is what lacks the way out behind it. */
export function complete(id: string, reason: string): string {
  const named = reason.startsWith(id) ? reason : `${id}: ${reason}`;
  const canHelp = isUnreachable(reason) || reason.includes(NOT_CACHED);
  return canHelp && !named.endsWith(remedy(id)) ? named + remedy(id) : named;
}

/** Whether a failure was the network's, by the words of apt, npm and libc. */
export function isUnreachable(reason: string): boolean {
  return /could not resolve|(could not|unable to) connect|cannot initiate the connection|temporary failure|timed? ?out|stopped after|network is unreachable|connection (refused|failed|reset)|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH/i.test(
    reason,
  );
}

/** Compares the hashes just taken with those of the fetch. Throws CouldNotRun when a file has changed since. */
export function assertUndamaged(id: string, entry: Entry, sha256: Readonly<Record<string, string>>): void {
  for (const [path, hash] of Object.entries(sha256)) {
    if (entry.manifest.files[relative(entry.folder, path)] === hash) continue;
    const remedy = id.startsWith('c-library:')
      ? `remove the folder ${printable(entry.folder)}`
      : `fetch it again with 'dupmark targets add ${id} --refresh'`;
    throw new CouldNotRun(
      `${id}: ${printable(path)} has changed since it was fetched (sha256 differs); ${remedy}`,
    );
  }
}
