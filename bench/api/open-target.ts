/** One target, opened and proved, to ask what its catalogue has and what its SSL_dup carries. */

import type { ObservedCell } from '../core/conformance.js';
import { CouldNotRun } from '../core/errors.js';
import { DEFAULT_LEVEL } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import { parseTargetId, type TargetFacts } from '../core/target.js';
import { describeCatalogue, proveTarget } from '../run/survey.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { assertBuilt } from '../worker/files.js';
import type { WorkerProcess } from '../worker/worker-process.js';

/** An OpenTarget is a process with one OpenSSL build in it. Close it, or `await using` it: the process stays until then. */
export interface OpenTarget {
  /** Canonical id: never an alias. */
  readonly id: string;
  /** What the library reported of itself, and the proof that it and no other answered. */
  readonly facts: TargetFacts;
  /** Every setting that can be asked for, with its levels. */
  readonly settings: readonly SettingDescription[];
  /**
   * Observes what SSL_dup does with a setting (its first level when none is named), with a session set first where asked.
   * Rejects with CouldNotRun for a setting or level that the catalogue lacks.
   */
  conform(
    setting: string,
    options?: { readonly level?: string; readonly withSession?: boolean },
  ): Promise<ObservedCell>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a target by its id (`openssl@3.5`). Rejects with CouldNotRun when it cannot be had, or fails its proof. */
export async function openTarget(
  id: string,
  { offline = false }: { readonly offline?: boolean } = {},
): Promise<OpenTarget> {
  assertBuilt();
  const target = await resolveTarget(parseTargetId(id, 'openTarget'), { offline });
  const { proved, worker } = await proveTarget(target, await chooseCLibrary([target], { offline }));
  if (proved.kind === 'refused' || worker === null) {
    throw new CouldNotRun(`${target.id}: ${proved.kind === 'refused' ? proved.reason : 'no worker'}`);
  }
  const settings = await describeCatalogue(worker);
  const close = () => worker.stop();
  return {
    id: target.id,
    facts: proved.facts,
    settings,
    conform: (setting, options = {}) => conform(worker, settings, setting, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function conform(
  worker: WorkerProcess,
  settings: readonly SettingDescription[],
  setting: string,
  { level, withSession = false }: { readonly level?: string; readonly withSession?: boolean },
): Promise<ObservedCell> {
  const entry = settings.find((one) => one.id === setting);
  if (entry === undefined) throw new CouldNotRun(`'${setting}' is not a setting`);
  const wanted = level ?? entry.levels[0] ?? DEFAULT_LEVEL;
  if (!entry.levels.includes(wanted)) {
    throw new CouldNotRun(`'${wanted}' is not a level of ${setting} (accepted: ${entry.levels.join(', ')})`);
  }
  return worker.ask('conform', { setting, level: wanted, withSession });
}
