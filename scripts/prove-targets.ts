/** What commands that measure in workers of their own do first: every target proves itself, and one lists the catalogue. */
import { CouldNotRun, messageOf } from '../bench/core/errors.js';
import type { SettingDescription } from '../bench/core/setting.js';
import type { CLibrary, Target, TargetFacts } from '../bench/core/target.js';
import { recordTarget } from '../bench/document/record.js';
import type { TargetRecord } from '../bench/document/schema.js';
import { describeCatalogue, openWorker } from '../bench/run/survey.js';
import { say } from './console.js';

export interface ProvedTargets {
  /** Those that can be measured. */
  readonly measured: readonly Target[];
  /** All, with what each reported or why it is refused. */
  readonly records: readonly TargetRecord[];
  readonly catalogue: readonly SettingDescription[];
}

/** Throws CouldNotRun when none holds. */
export async function proveTargets(targets: readonly Target[], cLibrary: CLibrary): Promise<ProvedTargets> {
  const facts = new Map<string, TargetFacts>();
  const refused = new Map<string, string>();
  let catalogue: readonly SettingDescription[] = [];
  for (const target of targets) {
    try {
      const opened = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
      facts.set(target.id, opened.facts);
      if (catalogue.length === 0) catalogue = await describeCatalogue(opened.worker);
      await opened.worker.stop();
    } catch (error) {
      refused.set(target.id, messageOf(error));
      say(`refused ${target.id}: ${messageOf(error)}`);
    }
  }
  if (facts.size === 0)
    throw new CouldNotRun(`no target can be measured: ${[...refused.values()].join('; ')}`);
  return {
    measured: targets.filter(({ id }) => facts.has(id)),
    records: targets.map((target) =>
      recordTarget(target, facts.get(target.id) ?? null, refused.get(target.id) ?? null),
    ),
    catalogue,
  };
}
