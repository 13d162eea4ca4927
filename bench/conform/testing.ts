/** What the tests of this folder share: a real worker on a real OpenSSL. */
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { openWorker } from '../run/survey.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import type { WorkerProcess } from '../worker/worker-process.js';

/** The system's OpenSSL where there is one, else the running Node's own: no network is needed. */
export async function anyTarget(): Promise<{ readonly target: Target; readonly cLibrary: CLibrary }> {
  const target = await resolveTarget({ provider: 'system' }, { offline: true }).catch(() =>
    resolveTarget({ provider: 'bundled' }, { offline: true }),
  );
  return { target, cLibrary: await chooseCLibrary([target], { offline: true }) };
}

export async function withWorker<T>(action: (worker: WorkerProcess) => Promise<T>): Promise<T> {
  const { target, cLibrary } = await anyTarget();
  const { worker } = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
  try {
    return await action(worker);
  } finally {
    await worker.stop();
  }
}

/** An entry of the catalogue with nothing special about it. */
export function settingLike(id: string, over: Partial<SettingDescription> = {}): SettingDescription {
  return {
    id,
    bullet: 'undocumented',
    existsSince: 0,
    documented: 'carried',
    documentedSince: 0,
    levels: ['default'],
    taintsProcess: false,
    call: '',
    ifLost: '',
    everyday: true,
    changesContext: false,
    onlyOnContext: false,
    inheritable: true,
    dtls: false,
    conflictsWith: [],
    ...over,
  };
}
