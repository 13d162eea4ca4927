/** What each target offers of the everyday settings: each at every level tried alone, before scenarios are chosen. */
import { formatChoice, scenario, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { openWorker, surveyScenarios } from './survey.js';

/** The choices that one target could apply alone, as formatChoice writes them. */
export interface ProbedOffer {
  readonly target: string;
  readonly choices: ReadonlySet<string>;
}

/** Tries all choices on all targets, side by side. A choice that crashes a worker is not offered. */
export function probeOffers(
  targets: readonly Target[],
  cLibrary: CLibrary,
  catalogue: readonly SettingDescription[],
  signal: AbortSignal,
): Promise<readonly ProbedOffer[]> {
  const alone = new Map(
    catalogue
      .filter(({ everyday }) => everyday)
      .flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })))
      .map((choice) => {
        const one = scenario('new-configure', [choice]);
        return [scenarioName(one), { one, choice: formatChoice(choice) }];
      }),
  );
  const scenarios = [...alone.values()].map(({ one }) => one);
  return Promise.all(
    targets.map(async (target) => {
      const choices = new Set<string>();
      const { worker } = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
      await surveyScenarios(worker, cLibrary, scenarios, signal, (surveyed) => {
        const choice = alone.get(surveyed.scenario)?.choice;
        if (surveyed.availability.kind === 'available' && choice !== undefined) choices.add(choice);
      });
      return { target: target.id, choices };
    }),
  );
}
