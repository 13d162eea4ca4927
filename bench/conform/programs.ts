/**
 * The catalogue's C for the dashboard. It comes from the native part, which is asked without opening any OpenSSL; where it
 * has not been built there is none, and the dashboard names the command instead.
 */
import { existsSync } from 'node:fs';
import { rowName } from '../core/conformance.js';
import { ADDON_FILE } from '../worker/files.js';
import { WorkerProcess } from '../worker/worker-process.js';
import { helperPieces } from './explain.js';
import type { Programs } from './program.js';

export async function readPrograms(): Promise<Programs | null> {
  if (!existsSync(ADDON_FILE)) return null;
  const worker = new WorkerProcess(
    {
      ...{ id: 'bundled', provider: 'bundled', node: process.execPath, library: { kind: 'inside-node' } },
      ...{ package: null, glibcNeeded: null, sha256: {} },
    },
    { kind: 'host', version: '' },
    { countAllocations: false, boardFd: null },
  );
  try {
    const settings: Record<string, Programs['settings'][string]> = {};
    for (const { id, call, dtls, onlyOnContext, levels } of await worker.ask('describe', {})) {
      for (const level of levels) {
        const code = await worker.ask('code', { setting: id, level });
        const name = rowName({ setting: id, level, withSession: false });
        settings[name] = { id, level, call, dtls, onlyOnContext, code };
      }
    }
    return { pieces: helperPieces(), settings };
  } finally {
    await worker.stop();
  }
}
