/**
 * What of a machine matters to its figures: each property with what it does to them and what to change. Pure, from
 * an Environment; `dupmark doctor` prints it, and runs store the Environment itself.
 */
import type { Environment } from './schema.js';
import { CLOCK_MULTIPLE, STEAL_LIMIT } from './warnings.js';

/** `good` needs nothing, `poor` costs precision, `unknown` could not be read. */
export type Grade = 'good' | 'poor' | 'unknown';

export interface MachineCheck {
  readonly what: string;
  readonly value: string;
  readonly grade: Grade;
  /** What it does to the figures. */
  readonly effect: string;
  /** What to change; null where there is nothing to do. */
  readonly advice: string | null;
}

/** What the checks need besides the environment. */
export interface MachineUse {
  /** CPUs that this process may run on. */
  readonly cpus: readonly number[];
  readonly roundNs: number;
}

export function machineChecks(
  environment: Environment,
  { cpus, roundNs }: MachineUse,
): readonly MachineCheck[] {
  const { clockResolutionNs: step, clockSource, frequencyGovernor, turbo, smt, virtualisation } = environment;
  const { stealFraction, loadAtStart, hugePages, addressRandomisation } = environment;
  const [load] = loadAtStart;
  const source = clockSource === null ? '' : ` (${clockSource})`;
  return [
    check(
      'clock',
      step === null ? null : `${step} ns a step${source}`,
      step !== null && step * CLOCK_MULTIPLE <= roundNs,
      'a round must last 1,000 steps, or reading the clock shows in it',
      'take longer rounds (--round-us)',
    ),
    check(
      'frequency governor',
      frequencyGovernor,
      frequencyGovernor === 'performance',
      'others change the frequency with the load: times drift, ratios of paired rounds do not',
      'cpupower frequency-set -g performance',
    ),
    check(
      'turbo',
      onOff(turbo),
      turbo === false,
      'the frequency follows temperature and neighbours: times drift, ratios of paired rounds do not',
      'switch it off (intel_pstate/no_turbo or cpufreq/boost)',
    ),
    check(
      'SMT',
      onOff(smt),
      smt === false,
      'another hardware thread takes up to half of the core, for both sides of a pair alike',
      'keep the sibling of the measuring CPU free, or switch SMT off',
    ),
    check(
      'virtual machine',
      yesNo(virtualisation.hypervisor, virtualisation.vendor),
      virtualisation.hypervisor === false,
      'neighbours that cannot be seen slow a CPU for tens of milliseconds: compare within one run only',
      'measure on a machine of your own where times themselves matter',
    ),
    check(
      'stolen time',
      stealFraction === null ? null : `${(stealFraction * 100).toFixed(2)} %`,
      stealFraction !== null && stealFraction <= STEAL_LIMIT,
      'time in which the hypervisor ran somebody else; rounds that it falls on are lost',
      'measure at a quieter hour: more blocks make up for it',
    ),
    check(
      'load',
      `${load.toFixed(2)} on ${environment.cpus} CPUs`,
      load <= environment.cpus / 2,
      'other processes take turns on the measuring CPU and push its caches out',
      'stop other work, or leave a CPU free',
    ),
    check(
      'pinning',
      `${cpus.length} CPU${cpus.length === 1 ? '' : 's'} to choose from (${cpus.join(', ')})`,
      cpus.length >= 2,
      'all workers share one CPU and the rest of dupmark stays off it; with one CPU both disturb each other',
      'allow a second CPU (taskset, cpuset, container limits)',
    ),
    check(
      'huge pages',
      hugePages,
      hugePages !== null && hugePages !== 'always',
      'with "always" the kernel may or may not give a process large pages: fresh processes differ more',
      'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
    ),
    check(
      'address randomisation',
      addressRandomisation === null ? null : String(addressRandomisation),
      addressRandomisation === 2,
      'fresh processes are the unit of replication: without it they all have one and the same layout, and its luck',
      'sysctl kernel.randomize_va_space=2',
    ),
  ];
}

function check(
  what: string,
  value: string | null,
  good: boolean,
  effect: string,
  advice: string,
): MachineCheck {
  if (value === null) return { what, value: 'not available here', grade: 'unknown', effect, advice: null };
  return { what, value, grade: good ? 'good' : 'poor', effect, advice: good ? null : advice };
}

function onOff(value: boolean | null): string | null {
  return value === null ? null : value ? 'on' : 'off';
}

function yesNo(value: boolean | null, vendor: string | null): string | null {
  if (value === null) return null;
  return value ? `yes${vendor === null ? '' : ` (${vendor})`}` : 'no';
}
