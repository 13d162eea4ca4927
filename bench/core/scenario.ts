/**
 * A scenario is what one number is about: an operation, the method and settings of its handles, which phase is timed and
 * how many handles are alive meanwhile. Its name is stable and is the key of every series.
 *
 * Grammar: OPERATION [ ':' METHOD ] [ '[' SETTING ['=' LEVEL] {',' …} ']' ] [ '/create' | '/free' ] [ '@' LIVE ]
 * for example `dup[cipher-list=20,certificate=ecdsa]/create@256` or `new:dtls-server`. METHOD is left out when it is tls,
 * LIVE when it is 1 (hot).
 */
import { badValue } from './errors.js';
import { DEFAULT_METHOD, isMethod, METHOD_NAMES, type Method } from './method.js';
import {
  CONFIGURABLE,
  isOperation,
  OPERATION_NAMES,
  type Operation,
  type Phase,
  UNDIVIDED,
} from './operation.js';

/** A setting of the catalogue at one of its levels. */
export interface SettingChoice {
  readonly setting: string;
  readonly level: string;
}

export interface Scenario {
  readonly operation: Operation;
  /** The SSL_METHOD of its handles. */
  readonly method: Method;
  /** In the order in which they are applied. */
  readonly settings: readonly SettingChoice[];
  readonly phase: Phase;
  /** Handles alive at once: 1 is hot (each is freed at once), more is held. */
  readonly live: number;
  /** Raised when what the scenario does changes, so that a new series starts. */
  readonly version: number;
}

/** The version of every scenario's meaning, until one changes on its own. */
export const SCENARIO_VERSION = 1;

/** The most handles that a held scenario keeps: their memory must fit beside everything else. */
export const LIVE_MAX = 100_000;

/** Operations of a few nanoseconds: timed apart one at a time, the clock would be all that is seen. */
const NANOSECONDS: ReadonlySet<Operation> = new Set<Operation>(['up-ref', 'dup-started']);
const APART_LIVE_MIN = 64;

/** A default level is written without `=LEVEL`. */
export const DEFAULT_LEVEL = 'default';

export function scenarioName(scenario: Scenario): string {
  const settings = scenario.settings.map(formatChoice).join(',');
  return (
    scenario.operation +
    (scenario.method === DEFAULT_METHOD ? '' : `:${scenario.method}`) +
    (settings === '' ? '' : `[${settings}]`) +
    (scenario.phase === 'both' ? '' : `/${scenario.phase}`) +
    (scenario.live === 1 ? '' : `@${scenario.live}`)
  );
}

export function formatChoice(choice: SettingChoice): string {
  return choice.level === DEFAULT_LEVEL ? choice.setting : `${choice.setting}=${choice.level}`;
}

/** The same for the same choices in any order. */
export function combinationKeyOf(choices: readonly SettingChoice[]): string {
  return choices.map(formatChoice).sort().join(',');
}

/** Reads `cipher-list=20`; whether the catalogue has it is for the caller to say. */
export function parseChoice(text: string, flag = '--settings'): SettingChoice {
  const match = /^([a-z][a-z0-9-]*)(?:=([A-Za-z0-9._-]+))?$/.exec(text);
  if (match?.[1] === undefined) throw badValue(flag, text, 'SETTING or SETTING=LEVEL');
  return { setting: match[1], level: match[2] ?? DEFAULT_LEVEL };
}

/** Makes a scenario, refusing combinations that mean nothing. */
export function scenario(
  operation: Operation,
  settings: readonly SettingChoice[] = [],
  phase: Phase = 'both',
  live = 1,
  method: Method = DEFAULT_METHOD,
): Scenario {
  if (operation === 'noop' && method !== DEFAULT_METHOD)
    throw badValue('--method', method, 'for noop, which has no handle');
  if (settings.length > 0 && !CONFIGURABLE.has(operation)) {
    throw badValue(
      '--settings',
      settings.map(formatChoice).join(','),
      `for operation ${operation}, which runs bare`,
    );
  }
  if (phase !== 'both' && UNDIVIDED.has(operation)) {
    throw badValue('--phase', phase, `a phase of ${operation}, which has only both`);
  }
  if (phase !== 'both' && NANOSECONDS.has(operation) && live < APART_LIVE_MIN) {
    throw badValue(
      '--live',
      String(live),
      `enough to time ${operation} apart, as reading the clock costs more than it does (at least ${APART_LIVE_MIN})`,
    );
  }
  if (live !== 1 && UNDIVIDED.has(operation))
    throw badValue('--live', String(live), `for ${operation}, which creates nothing to hold`);
  if (!Number.isInteger(live) || live < 1 || live > LIVE_MAX) {
    throw badValue('--live', String(live), `a whole number from 1 to ${LIVE_MAX}`);
  }
  return { operation, method, settings, phase, live, version: SCENARIO_VERSION };
}

/** Reads a scenario's name back. Throws CouldNotRun naming `flag`. */
export function parseScenario(text: string, flag = '--scenario'): Scenario {
  const match = /^([a-z-]+)(?::([a-z-]+))?(?:\[([^\]]+)\])?(?:\/(create|free))?(?:@(\d+))?$/.exec(text);
  const operation = match?.[1];
  if (match === null || operation === undefined || !isOperation(operation)) {
    throw badValue(
      flag,
      text,
      `a scenario (OPERATION:METHOD[SETTING=LEVEL,…]/create@LIVE; operations: ${OPERATION_NAMES.join(', ')})`,
    );
  }
  const method = match[2] ?? DEFAULT_METHOD;
  if (!isMethod(method)) throw badValue(flag, method, `a method (accepted: ${METHOD_NAMES.join(', ')})`);
  const settings =
    match[3] === undefined ? [] : match[3].split(',').map((choice) => parseChoice(choice, flag));
  const phase = (match[4] as Phase | undefined) ?? 'both';
  return scenario(operation, settings, phase, match[5] === undefined ? 1 : Number(match[5]), method);
}
