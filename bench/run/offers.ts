/** What each target offers of settings: each at every level tried alone, before scenarios are chosen. */
import { formatChoice, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { bothWays } from '../core/ways.js';
import { openWorker, surveyScenarios } from './survey.js';

/** The choices that one target could apply and duplicate alone, as formatChoice writes them. */
export interface ProbedOffer {
  readonly target: string;
  readonly choices: ReadonlySet<string>;
}

/**
 * Tries all choices on all targets, side by side. A choice that crashes a worker, or that makes SSL_dup fail, is not
 * offered: nothing can be compared with it. What taints a process comes last.
 */
export function probeOffers(
  targets: readonly Target[],
  cLibrary: CLibrary,
  settings: readonly SettingDescription[],
  signal: AbortSignal,
): Promise<readonly ProbedOffer[]> {
  const ordered = [
    ...settings.filter(({ taintsProcess }) => !taintsProcess),
    ...settings.filter(({ taintsProcess }) => taintsProcess),
  ];
  const choices = ordered.flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })));
  const scenarios = choices.flatMap((choice) => bothWays([choice]));
  return Promise.all(
    targets.map(async (target) => {
      const refused = new Set<string>();
      const { worker } = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
      await surveyScenarios(worker, cLibrary, scenarios, signal, (surveyed) => {
        if (surveyed.availability.kind !== 'available') refused.add(surveyed.scenario);
      });
      const offered = choices.filter((choice) =>
        bothWays([choice]).every((one) => !refused.has(scenarioName(one))),
      );
      return { target: target.id, choices: new Set(offered.map(formatChoice)) };
    }),
  );
}
