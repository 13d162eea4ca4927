/** Profiles one scenario on one or two targets: bytes by source line, instructions by call tree. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { Frame, InstructionProfile } from '../core/profile.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { beginEnvironment, endEnvironment } from '../document/environment.js';
import {
  PROFILE_SCHEMA_VERSION,
  type ProfileDocument,
  type ProfiledTarget,
} from '../document/profile-schema.js';
import { recordScenario, recordTarget } from '../document/record.js';
import { newRunId } from '../document/store.js';
import { readCallgrind, UNNAMED } from '../run/callgrind.js';
import { COUNTED, ITERATIONS, subtract, withDumps } from '../run/instructions.js';
import { describeCatalogue, proveTarget, type SurveyedScenario, surveyScenarios } from '../run/survey.js';
import { nameSources } from '../targets/code-names.js';
import { DRIVER_FILE } from '../worker/files.js';
import { callTree } from './call-tree.js';
import { type FunctionNames, nameFunctions, nameKey } from './names.js';

export interface ProfilePlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly chooseScenario: (catalogue: readonly SettingDescription[]) => Scenario;
  readonly countInstructions: boolean;
  readonly offline: boolean;
  readonly dupmark: ProfileDocument['dupmark'];
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

/** A document, and callgrind's own dump of each target that was counted, with its functions named. */
export interface Profiled {
  readonly document: ProfileDocument;
  readonly callgrind: ReadonlyMap<string, string>;
}

/** Deeper than any call chain below an operation: contexts are then whole stacks. */
const CALLERS = 100;

/** Null when it was interrupted before there was anything. Throws CouldNotRun when a target is refused or cannot run the scenario. */
export async function profile(plan: ProfilePlan): Promise<Profiled | null> {
  const startedAt = new Date();
  const begun = beginEnvironment(null);
  const targets: ProfiledTarget[] = [];
  const callgrind = new Map<string, string>();
  const notes: string[] = [];
  let scenario: Scenario | null = null;
  for (const target of plan.targets) {
    if (plan.signal.aborted) break;
    plan.onStep(`bytes by source line on ${target.id}`);
    const { proved, worker } = await proveTarget(target, plan.cLibrary);
    if (proved.kind === 'refused' || worker === null) {
      throw new CouldNotRun(
        `${target.id} is refused: ${proved.kind === 'refused' ? proved.reason : 'no worker'}`,
      );
    }
    scenario ??= plan.chooseScenario(await describeCatalogue(worker));
    const wanted = scenario;
    const surveyed: SurveyedScenario[] = [];
    await surveyScenarios(worker, plan.cLibrary, [wanted], plan.signal, (one) => surveyed.push(one));
    const [found] = surveyed;
    if (found === undefined) break; // interrupted
    if (found.availability.kind !== 'available') {
      throw new CouldNotRun(`${target.id} cannot run ${scenarioName(wanted)}: ${found.availability.reason}`);
    }
    let instructions: InstructionProfile = { kind: 'not-available', reason: 'not asked for' };
    if (plan.countInstructions && !plan.signal.aborted) {
      plan.onStep(`instructions by function on ${target.id}`);
      const counted = await profileInstructions(target, plan, wanted);
      instructions = counted.instructions;
      notes.push(...counted.notes);
      if (counted.callgrind !== null) callgrind.set(target.id, counted.callgrind);
    }
    targets.push({ target: recordTarget(target, proved.facts), memory: found.memory, instructions });
  }
  if (scenario === null || targets.length === 0) return null;
  return {
    callgrind,
    document: {
      kind: 'dupmark-profile',
      schemaVersion: PROFILE_SCHEMA_VERSION,
      id: newRunId(startedAt),
      dupmark: plan.dupmark,
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      command: [...plan.command],
      environment: endEnvironment(begun),
      cLibrary: plan.cLibrary,
      scenario: recordScenario(scenario),
      targets,
      notes: [...new Set(notes)],
    },
  };
}

interface Counted {
  readonly instructions: InstructionProfile;
  readonly callgrind: string | null;
  readonly notes: readonly string[];
}

/** Never rejects: what goes wrong is the reason. */
async function profileInstructions(target: Target, plan: ProfilePlan, scenario: Scenario): Promise<Counted> {
  try {
    const flags = [`--separate-callers=${CALLERS}`];
    const dumps = await withDumps(target, plan.cLibrary, scenario, flags, (files) =>
      files.map((file) => readCallgrind(readFileSync(file, 'utf8'))),
    );
    const [once, twice] = dumps;
    if (once === undefined || twice === undefined) throw new Error('callgrind did not find the counted loop');
    const reading = subtract(once, twice, ITERATIONS);
    if (reading.kind !== 'exact') return { instructions: reading, callgrind: null, notes: [] };
    const sources = await nameSources(target, plan.cLibrary, {
      offline: plan.offline,
      onProgress: plan.onStep,
    });
    const names = nameFunctions(twice, sources);
    const tree = callTree(once, twice, {
      iterations: ITERATIONS,
      counted: COUNTED,
      driver: basename(DRIVER_FILE),
      root: scenarioName(scenario),
      nameOf: (object, address) => names.get(nameKey(object, address)) ?? address,
    });
    // Once more without contexts, as KCachegrind wants it.
    const raw = await withDumps(target, plan.cLibrary, scenario, [], ([, second]) =>
      second === undefined ? null : namedDump(readFileSync(second, 'utf8'), names),
    );
    return {
      instructions: {
        kind: 'exact',
        perIteration: reading.perIteration,
        iterations: reading.iterations,
        tree,
        unnamed: unnamedOf(tree),
      },
      callgrind: raw,
      notes: sources.missing,
    };
  } catch (error) {
    return { instructions: { kind: 'not-available', reason: messageOf(error) }, callgrind: null, notes: [] };
  }
}

function unnamedOf(frame: Frame): number {
  const own = UNNAMED.test(frame.name) ? frame.self : 0;
  return own + frame.children.reduce((sum, child) => sum + unnamedOf(child), 0);
}

/**
 * Callgrind's dump, but with names where it has addresses, and without the calls that had begun before collection did
 * (`calls=0`): callgrind_annotate takes their cost for a second whole.
 */
export function namedDump(dump: string, names: FunctionNames): string {
  let object = '';
  let called = '';
  const lines: string[] = [];
  let skipCost = false;
  for (const line of dump.split('\n')) {
    if (skipCost) {
      skipCost = false;
      continue;
    }
    if (line.startsWith('calls=0 ')) {
      while (/^(cob|cfi|cfl|cfn)=/.test(lines.at(-1) ?? '')) lines.pop();
      skipCost = true;
      continue;
    }
    const [, key, value] = /^(ob|cob|fn|cfn)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      lines.push(line);
    } else if (key === 'ob' || key === 'cob') {
      if (key === 'ob') object = value;
      else called = value;
      lines.push(line);
    } else {
      const of = key === 'fn' ? object : called;
      lines.push(`${key}=${names.get(nameKey(of, value)) ?? value}`);
      called = object;
    }
  }
  return lines.join('\n');
}
