/** Scenarios for users of the library: made, read and named in one place. */
import type { Operation, Phase } from '../core/operation.js';
import {
  parseChoice,
  parseScenario,
  type Scenario as ScenarioValue,
  scenario,
  scenarioName,
} from '../core/scenario.js';

/** A Scenario is what one number is about: an operation, its settings, the phase that is timed, and the handles alive. */
export type Scenario = ScenarioValue;

export const Scenario = {
  /**
   * Makes one: `Scenario.of('dup', { settings: ['cipher-list=20'], live: 256 })`. Throws CouldNotRun for what means
   * nothing, as settings of an operation that runs bare.
   */
  of(
    operation: Operation,
    {
      settings = [],
      phase = 'both',
      live = 1,
    }: { readonly settings?: readonly string[]; readonly phase?: Phase; readonly live?: number } = {},
  ): Scenario {
    return scenario(
      operation,
      settings.map((text) => parseChoice(text, 'settings')),
      phase,
      live,
    );
  },
  /** Reads a name such as `dup[cipher-list=20]/create@256`. Throws CouldNotRun when it is none. */
  parse(name: string): Scenario {
    return parseScenario(name, 'scenario');
  },
  /** The name, which is the key of its series. */
  nameOf(one: Scenario): string {
    return scenarioName(one);
  },
} as const;
