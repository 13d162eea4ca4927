/** SIGUSR2 at a running soak: a heap snapshot of its worker, as the heapdump package's own signal would give. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { newRunId } from '../document/store.js';
import { SoakWorker } from './soak-worker.js';

/** The worker writes between two segments, and the soak goes on. */
const SNAPSHOT_MS_MAX = 120_000;

/** Starts to listen; `say` is told where each snapshot is, or why there is none. Returns what ends it. */
export function snapshotOnSignal(folder: string, say: (line: string) => void): () => void {
  const take = async (): Promise<void> => {
    const running = [...SoakWorker.running];
    if (running.length === 0) say('SIGUSR2: no worker runs just now');
    for (const worker of running) {
      const name = `${newRunId()}-${worker.target.id.replace(/[^A-Za-z0-9@._-]/g, '_')}.heapsnapshot`;
      const file = join(folder, name);
      try {
        mkdirSync(folder, { recursive: true });
        const writer = await worker.ask('handlesSnapshot', { file }, SNAPSHOT_MS_MAX);
        say(`SIGUSR2: heap snapshot by ${writer} of ${worker.target.id}'s worker in ${file}`);
      } catch (error) {
        say(`SIGUSR2: no heap snapshot: ${messageOf(error)}`);
      }
    }
  };
  const listener = () => void take();
  process.on('SIGUSR2', listener);
  return () => process.off('SIGUSR2', listener);
}
