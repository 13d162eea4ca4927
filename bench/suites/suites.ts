/**
 * The suites: lists of scenarios, made from the catalogue that the workers describe. A new suite is one entry in
 * SUITES (and a file beside this one when its list is long).
 */
import { badValue } from '../core/errors.js';
import { DEFAULT_METHOD, METHOD_NAMES, type Method } from '../core/method.js';
import { CONFIGURABLE, type Operation, PHASES, type Phase, UNDIVIDED } from '../core/operation.js';
import { type Scenario, type SettingChoice, scenario } from '../core/scenario.js';
import { parseSettings, type SettingDescription } from '../core/setting.js';
import { bothWays, everyWay } from '../core/ways.js';
import type { Offer } from './combination.js';
import { FULL_EFFORT, fullScenarios } from './full.js';

/** For a suite that draws, `catalogue` is what it draws from and `offers` what of it each target has; `seed` chooses. */
export type Suite = (
  catalogue: readonly SettingDescription[],
  offers: readonly Offer[],
  seed: number,
) => readonly Scenario[];

/** How much is measured where the user names nothing else. */
export interface Effort {
  readonly blocks: number;
  readonly rounds: number;
  readonly budgetMs: number;
}

/** 16 blocks: fewer cannot distinguish anything by ranks once it is corrected for the 200 ratios of the standard suite. */
export const USUAL_EFFORT: Effort = { blocks: 16, rounds: 24, budgetMs: 90_000 };

export interface SuiteEntry {
  readonly about: string;
  readonly scenarios: Suite;
  /** The suite draws combinations of settings, and must know what each target offers of them. */
  readonly draws?: boolean;
  readonly effort?: Effort;
}

/** How many handles a held scenario keeps: enough that none is still in the fastest cache when it is freed. */
export const HELD = 256;
/** Fewer where QUIC is among them, whose handles are a hundred times as large. */
const METHOD_HELD = 64;

/** Every operation on a bare handle. */
const bare: readonly Scenario[] = [
  scenario('noop'),
  scenario('new'),
  scenario('new', [], 'create'),
  scenario('new', [], 'free'),
  scenario('new', [], 'both', HELD),
  scenario('new', [], 'create', HELD),
  scenario('new', [], 'free', HELD),
  scenario('dup'),
  scenario('dup', [], 'create'),
  scenario('dup', [], 'free'),
  scenario('dup', [], 'both', HELD),
  scenario('dup', [], 'create', HELD),
  scenario('dup', [], 'free', HELD),
  scenario('dup-started'),
  scenario('up-ref'),
  scenario('up-ref', [], 'create', HELD),
  scenario('up-ref', [], 'free', HELD),
  scenario('clear'),
  scenario('new-bio'),
];

/** Every setting at every level, alone. */
export function eachSetting(catalogue: readonly SettingDescription[]): SettingChoice[] {
  return catalogue.flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })));
}

/** Every setting at its first level, together. */
export function everySetting(catalogue: readonly SettingDescription[]): SettingChoice[] {
  return catalogue.flatMap(({ id, levels }) =>
    levels[0] === undefined ? [] : { setting: id, level: levels[0] },
  );
}

/** The settings that are timed every day: the standard suites do not grow with the catalogue. */
function everyday(catalogue: readonly SettingDescription[]): readonly SettingDescription[] {
  return catalogue.filter((setting) => setting.everyday);
}

/** Creation and free, together and (held, so that the clock is not what is timed) apart; duplicating and clearing. */
function ofMethod(method: Method): Scenario[] {
  return [
    scenario('new', [], 'both', 1, method),
    scenario('new', [], 'create', METHOD_HELD, method),
    scenario('new', [], 'free', METHOD_HELD, method),
    scenario('dup', [], 'both', 1, method),
    scenario('clear', [], 'both', 1, method),
    scenario('up-ref', [], 'both', 1, method),
  ];
}

export const SUITES = {
  standard: {
    about:
      'every operation bare, hot and held, apart and together; each everyday setting, and all of them, both ways',
    scenarios: (catalogue) => [
      ...bare,
      ...eachSetting(everyday(catalogue)).flatMap((choice) => bothWays([choice])),
      ...bothWays(everySetting(everyday(catalogue))),
    ],
  },
  bare: {
    about: 'every operation on a bare handle, hot and held, apart and together',
    scenarios: () => bare,
  },
  settings: {
    about:
      'each setting of the catalogue that an SSL can have, and all everyday ones: SSL_new + setters, SSL_new from an SSL_CTX that has them, SSL_dup',
    scenarios: (catalogue) => [
      scenario('new'),
      ...eachSetting(catalogue.filter((setting) => !setting.onlyOnContext)).flatMap((choice) =>
        everyWay([choice]),
      ),
      ...everyWay(everySetting(everyday(catalogue))),
    ],
  },
  methods: {
    about: 'what a handle of each method costs: TLS, DTLS and QUIC, either side',
    scenarios: () => METHOD_NAMES.flatMap(ofMethod),
  },
  smoke: {
    about: 'a few scenarios of each kind, to see in seconds that everything works',
    scenarios: (catalogue) => [
      scenario('noop'),
      scenario('new'),
      scenario('dup'),
      scenario('dup', [], 'create', HELD),
      scenario('up-ref'),
      ...everyWay(everySetting(everyday(catalogue))),
    ],
  },
  history: {
    about: 'what is followed from release to release: every operation, and two settings both ways',
    scenarios: (catalogue) => [
      scenario('noop'),
      scenario('new'),
      scenario('dup'),
      scenario('dup-started'),
      scenario('up-ref'),
      scenario('clear'),
      scenario('new-bio'),
      ...bothWays(parseSettings('cipher-list=20,certificate', catalogue)),
    ],
  },
  full: {
    about:
      'over 200 combinations of settings every way: what each costs, alone and in company (up to 45 minutes)',
    scenarios: fullScenarios,
    draws: true,
    effort: FULL_EFFORT,
  },
} as const satisfies Record<string, SuiteEntry>;

export type SuiteName = keyof typeof SUITES;
export const SUITE_NAMES = Object.keys(SUITES) as readonly SuiteName[];

export function isSuiteName(text: string): text is SuiteName {
  return SUITE_NAMES.some((name) => name === text);
}

/** What a user chose instead of a suite: operations × one set of settings × phases × liveness. */
export interface Selection {
  readonly operations: readonly Operation[];
  readonly settings: readonly SettingChoice[];
  readonly phases: readonly Phase[];
  readonly live: readonly number[];
  readonly methods: readonly Method[];
}

/**
 * The scenarios of a selection. Operations that run bare leave the settings out, those with no free of their
 * own the phases, and the control its method, so that one command line can name several; nothing left at all is an error.
 */
export function selectionScenarios({
  operations,
  settings,
  phases,
  live,
  methods,
}: Selection): readonly Scenario[] {
  const scenarios = operations.flatMap((operation) =>
    (UNDIVIDED.has(operation) ? phases.filter((phase) => phase === 'both') : phases).flatMap((phase) =>
      (UNDIVIDED.has(operation) ? live.filter((count) => count === 1) : live).flatMap((count) =>
        (operation === 'noop' ? [DEFAULT_METHOD] : methods).map((method) =>
          scenario(operation, CONFIGURABLE.has(operation) ? settings : [], phase, count, method),
        ),
      ),
    ),
  );
  if (scenarios.length === 0) {
    throw badValue(
      '--operation',
      operations.join(','),
      `an operation that can be timed as asked (phases: ${PHASES.join(', ')})`,
    );
  }
  return scenarios;
}
