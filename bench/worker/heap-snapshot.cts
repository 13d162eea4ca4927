/**
 * Writes a V8 heap snapshot: the one module that knows of the heapdump package. It is used where somebody installed
 * it, and v8.writeHeapSnapshot otherwise. A snapshot holds environment variables and secrets: only its owner may read it.
 */
import { statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';

interface Heapdump {
  writeSnapshot(file: string, done: (error: Error | null) => void): void;
}

/** Gives which of the two wrote it. Rejects with the reason when the file did not come about. */
export async function writeSnapshot(file: string): Promise<'heapdump' | 'v8'> {
  const before = process.umask(0o077);
  try {
    const heapdump = installedHeapdump();
    if (heapdump !== null) {
      await new Promise<void>((resolve, reject) => {
        heapdump.writeSnapshot(file, (error) => (error === null ? resolve() : reject(error)));
      });
    } else {
      writeHeapSnapshot(file);
    }
    // heapdump reports success on a full disk as well: the reader finds out whether the text is whole.
    if (statSync(file).size === 0) {
      unlinkSync(file);
      throw new Error(`${file} is empty: is the disk full?`);
    }
    return heapdump === null ? 'v8' : 'heapdump';
  } finally {
    process.umask(before);
  }
}

function installedHeapdump(): Heapdump | null {
  // It would take SIGUSR2 for itself when it is loaded.
  process.env.NODE_HEAPDUMP_OPTIONS = 'nosignal';
  // From the user's own installation, or from where tools/ installs it: built for one Node, it fits no other.
  for (const name of [
    'heapdump',
    join(__dirname, '..', '..', '..', 'tools', 'heapdump', 'node_modules', 'heapdump'),
  ]) {
    try {
      return require(name) as Heapdump;
    } catch {
      // Not there, or not for this Node.
    }
  }
  return null;
}
