/** Names that tell which process a temporary folder belongs to, so that others can see whether it still lives. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A folder of another machine or container, where processes cannot be looked up, is left alone this long. */
const FOREIGN_MAX_AGE_MS = 24 * 3600 * 1000;

/** `HOST.PID.START`, which no other process ever has: START is the time since boot at which it began. */
export function ownMark(): string {
  return `${hostMark()}.${process.pid}.${startOf(process.pid) ?? '0'}`;
}

/** Whether the process of a mark still runs; unknown processes count as running until the folder is a day old. */
export async function isAlive(mark: string, folder: string): Promise<boolean> {
  const [host, pid, start] = mark.split('.');
  if (host === hostMark()) return start !== undefined && startOf(Number(pid)) === start;
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs < FOREIGN_MAX_AGE_MS;
}

/** Process ids mean something only inside one PID namespace of one boot of one machine. */
function hostMark(): string {
  const parts = [hostname(), namespace(), textOf('/proc/sys/kernel/random/boot_id')];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat, counted after the command name, which may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not asked yet.
  return fields[0] === 'Z' ? undefined : fields[19];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
