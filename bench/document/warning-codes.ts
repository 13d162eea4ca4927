/** The kinds of warnings, each with the advice that goes with it. Adding a kind is one entry here. */

/** What a user can do about each kind. */
export const ADVICE = {
  steal: 'measure on a machine with CPUs of its own, or at a quieter hour; trust ratios before times',
  load: 'stop other work on this machine, or leave a CPU free for dupmark',
  governor: 'set the governor to performance, as in: cpupower frequency-set -g performance',
  unpinned: 'allow dupmark to pin (a CPU set with at least two CPUs); intervals are wider without it',
  'virtual-machine': 'trust ratios before times: a neighbour slows both sides of a pair alike',
  interrupted: 'what was measured is kept; run it again with the same --seed for the rest',
  unfinished: 'if it is not running, its process was killed: what was measured is kept; run it again',
  'block-spread': 'take more blocks (a larger --budget), and look at the machine warnings',
  'few-blocks': 'take more blocks (a larger --budget)',
  'coarse-clock': 'take longer rounds',
  'identical-libraries': 'their ratio is an A/A comparison: how far it is from 1 is noise',
  'c-libraries-differ': 'malloc differs between C libraries: do not compare these times',
  'several-machines':
    'compare times only within a shard; ratios to the baseline were measured on one machine each',
  'damaged-data': 'the readable lines are used; keep the file if you want to know what happened',
  'short-batch': 'look at the events of the run for a crash or an interrupt',
  'unusable-rounds': 'take longer rounds',
  'unpaired-rounds': 'look at the events of the run for a crash or an interrupt',
  'missing-block': 'look at the events of the run for a crash or an interrupt',
  'iterations-differ': 'the run mixes two plans: run it again',
  'repeated-batch': 'look at the events of the run for a restarted worker',
} as const;

export type WarningCode = keyof typeof ADVICE;

export const WARNING_CODES = Object.keys(ADVICE) as [WarningCode, ...WarningCode[]];

/** A Warning says what qualifies a result, what to do about it, and where it applies (null: everywhere). */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly advice: string;
  readonly where: { readonly target: string | null; readonly scenario: string | null };
}

/** Makes a warning, with the advice of its kind. */
export function warning(
  code: WarningCode,
  message: string,
  target: string | null = null,
  scenario: string | null = null,
): Warning {
  return { code, message, advice: ADVICE[code], where: { target, scenario } };
}
