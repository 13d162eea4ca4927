/**
 * Reads what about this machine matters to its measurements. Linux; what cannot be read is null, never guessed, and
 * nothing here throws. Host name and machine id are left out on purpose: documents are published.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Environment } from './schema.js';

/** The outside world as this module sees it, so that tests can put another in its place. */
export interface Machine {
  /** The text of a file, or null when it cannot be read. */
  readonly readText: (path: string) => string | null;
  readonly cpus: () => readonly { readonly model: string }[];
  readonly loadAverages: () => readonly number[];
  readonly memoryBytes: () => number;
  readonly architecture: string;
  readonly kernel: string;
  readonly nodeVersion: string;
  /** A clock in nanoseconds. */
  readonly nowNs: () => bigint;
}

export const thisMachine: Machine = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
  cpus: () => os.cpus(),
  loadAverages: () => os.loadavg(),
  memoryBytes: () => os.totalmem(),
  architecture: process.arch,
  kernel: `${os.type()} ${os.release()}`,
  nodeVersion: process.version,
  nowNs: () => process.hrtime.bigint(),
};

/** CPU time since boot in clock ticks, of all CPUs or of one. */
export interface CpuTimes {
  readonly total: number;
  readonly steal: number;
}

/** An environment at a run's start, with what is needed to complete it at the end. */
export interface BegunEnvironment {
  readonly environment: Environment;
  readonly cpu: number | null;
  readonly times: CpuTimes | null;
}

/**
 * Reads the machine at the start of a run. `cpu` is the CPU that workers will be pinned to: its frequency governor and stolen
 * time are what matters then; null means those of CPU 0 and of all CPUs.
 */
export function beginEnvironment(cpu: number | null, machine: Machine = thisMachine): BegunEnvironment {
  const cpus = machine.cpus();
  const governor = `/sys/devices/system/cpu/cpu${cpu ?? 0}/cpufreq/scaling_governor`;
  const hypervisor = hasHypervisor(machine);
  return {
    cpu,
    times: cpuTimes(machine.readText('/proc/stat'), cpu),
    environment: {
      cpuModel: cpus[0]?.model.trim() || 'unknown',
      cpus: Math.max(1, cpus.length),
      architecture: machine.architecture,
      kernel: machine.kernel,
      distribution: distributionName(machine.readText('/etc/os-release')),
      nodeVersion: machine.nodeVersion,
      virtualisation: {
        hypervisor,
        vendor: hypervisor === true ? oneLine(machine.readText('/sys/class/dmi/id/sys_vendor')) : null,
      },
      frequencyGovernor: oneLine(machine.readText(governor)),
      loadAtStart: loads(machine),
      loadAtEnd: null,
      stealFraction: null,
      memoryBytes: machine.memoryBytes(),
      clockResolutionNs: clockResolutionNs(machine.nowNs),
      clockSource: oneLine(machine.readText(CLOCK_SOURCE)),
      turbo: turbo(machine),
      smt: flag(machine.readText(`${CPUS}/smt/active`)),
      hugePages: /\[(\w+)\]/.exec(machine.readText(HUGE_PAGES) ?? '')?.[1] ?? null,
      addressRandomisation: wholeNumber(machine.readText('/proc/sys/kernel/randomize_va_space')),
    },
  };
}

/** The environment with what only the end of the run can tell: load and stolen time. May be asked repeatedly. */
export function endEnvironment(begun: BegunEnvironment, machine: Machine = thisMachine): Environment {
  const now = cpuTimes(machine.readText('/proc/stat'), begun.cpu);
  return {
    ...begun.environment,
    loadAtEnd: loads(machine),
    stealFraction: begun.times && now ? stealFraction(begun.times, now) : null,
  };
}

/**
 * Reads `cpu user nice system idle iowait irq softirq steal guest guest_nice` (proc_stat(5)) from /proc/stat; guest
 * time is within user time and is not added again. Null when there is no such line or it has no steal column.
 */
export function cpuTimes(stat: string | null, cpu: number | null): CpuTimes | null {
  const name = cpu === null ? 'cpu' : `cpu${cpu}`;
  const line = stat?.split('\n').find((one) => one.startsWith(`${name} `));
  const ticks = line?.trim().split(/\s+/).slice(1, 9).map(Number) ?? [];
  const steal = ticks[7];
  if (steal === undefined || !ticks.every(Number.isFinite)) return null;
  return { steal, total: ticks.reduce((sum, one) => sum + one, 0) };
}

/** The stolen share of the time between two readings, 0 to 1; null when no time passed or the counts went back. */
export function stealFraction(start: CpuTimes, end: CpuTimes): number | null {
  const total = end.total - start.total;
  const steal = end.steal - start.steal;
  return total > 0 && steal >= 0 && steal <= total ? steal / total : null;
}

/**
 * The smallest step seen between successive readings of a clock, in nanoseconds: its resolution, or what a reading
 * costs where that is more. Null when the clock stood still.
 */
export function clockResolutionNs(nowNs: () => bigint, readings = 2000): number | null {
  let least: bigint | null = null;
  let last = nowNs();
  for (let i = 0; i < readings; i++) {
    const now = nowNs();
    const step = now - last;
    if (step > 0n && (least === null || step < least)) least = step;
    last = now;
  }
  return least === null ? null : Number(least);
}

const CPUS = '/sys/devices/system/cpu';
const CLOCK_SOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
const HUGE_PAGES = '/sys/kernel/mm/transparent_hugepage/enabled';

/** Intel's driver says whether turbo is off, the others whether boost is on. */
function turbo(machine: Machine): boolean | null {
  const off = flag(machine.readText(`${CPUS}/intel_pstate/no_turbo`));
  return off === null ? flag(machine.readText(`${CPUS}/cpufreq/boost`)) : !off;
}

function flag(text: string | null): boolean | null {
  const value = wholeNumber(text);
  return value === null ? null : value !== 0;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d+\s*$/.test(text) ? Number(text) : null;
}

function hasHypervisor(machine: Machine): boolean | null {
  const info = machine.readText('/proc/cpuinfo');
  const flags = info?.split('\n').find((line) => /^flags\s*:/.test(line));
  if (flags !== undefined) return /\shypervisor(\s|$)/.test(flags);
  // No such flag on arm64: there the device tree or Xen's own entry tells, and silence means unknown.
  const other =
    machine.readText('/proc/device-tree/hypervisor/compatible') ?? machine.readText('/sys/hypervisor/type');
  return other === null ? null : true;
}

function distributionName(release: string | null): string | null {
  const value = /^PRETTY_NAME=(.*)$/m.exec(release ?? '')?.[1];
  return value === undefined ? null : oneLine(value.replace(/^(["'])(.*)\1$/, '$2'));
}

function oneLine(text: string | null): string | null {
  const line = text?.split('\n')[0]?.trim() ?? '';
  return line === '' ? null : line;
}

function loads(machine: Machine): readonly [number, number, number] {
  const [one = 0, five = 0, fifteen = 0] = machine.loadAverages();
  return [one, five, fifteen];
}
