/** Several machines as one: what a merged run may say of all of its machines. */
import type { Environment } from './schema.js';

/**
 * What machines have in common. Where they differ: texts side by side, the least of counts, the most of loads and
 * stolen time, and null for the rest, so that nothing is said of all that holds only for some.
 */
export function commonEnvironment(environments: readonly Environment[]): Environment {
  const [first] = environments;
  if (first === undefined) throw new RangeError('no machine');
  const all = <T>(read: (one: Environment) => T): readonly T[] => environments.map(read);
  const texts = (read: (one: Environment) => string): string => [...new Set(all(read))].join(' / ');
  const same = <T>(read: (one: Environment) => T | null): T | null => {
    const values = all(read);
    return values.every((value) => value === values[0]) ? (values[0] ?? null) : null;
  };
  const most = (read: (one: Environment) => number | null): number | null => {
    const values = all(read).filter((value) => value !== null);
    return values.length === 0 ? null : Math.max(...values);
  };
  const loads = (read: (one: Environment) => readonly number[] | null): [number, number, number] => {
    const at = (i: number) => Math.max(0, ...all((one) => read(one)?.[i] ?? 0));
    return [at(0), at(1), at(2)];
  };
  const hypervisors = all(({ virtualisation }) => virtualisation.hypervisor);
  return {
    cpuModel: texts(({ cpuModel }) => cpuModel),
    cpus: Math.min(...all(({ cpus }) => cpus)),
    architecture: texts(({ architecture }) => architecture),
    kernel: texts(({ kernel }) => kernel),
    distribution: same(({ distribution }) => distribution),
    nodeVersion: texts(({ nodeVersion }) => nodeVersion),
    virtualisation: {
      hypervisor: hypervisors.includes(true) ? true : hypervisors.includes(null) ? null : false,
      vendor: same(({ virtualisation }) => virtualisation.vendor),
    },
    frequencyGovernor: same(({ frequencyGovernor }) => frequencyGovernor),
    loadAtStart: loads(({ loadAtStart }) => loadAtStart),
    loadAtEnd: environments.every(({ loadAtEnd }) => loadAtEnd === null)
      ? null
      : loads(({ loadAtEnd }) => loadAtEnd),
    stealFraction: most(({ stealFraction }) => stealFraction),
    memoryBytes: Math.min(...all(({ memoryBytes }) => memoryBytes)),
    clockResolutionNs: most(({ clockResolutionNs }) => clockResolutionNs),
    clockSource: same(({ clockSource }) => clockSource),
    turbo: same(({ turbo }) => turbo),
    smt: same(({ smt }) => smt),
    hugePages: same(({ hugePages }) => hugePages),
    addressRandomisation: same(({ addressRandomisation }) => addressRandomisation),
  };
}
