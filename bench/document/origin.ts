/**
 * Where the parts of a run were measured. A run that was merged from shards has times from several machines, which are
 * never mixed: each scenario belongs to one shard, with all its targets, and each shard to one machine.
 */
import { formatShard, type Shard } from '../core/shard.js';
import type { Environment, MergedShard, Origin, RunDocument, ScenarioRecord } from './schema.js';

/** The shard of each scenario of a merged run; empty for others. */
export function shardsByScenario(origin: Origin): ReadonlyMap<string, number> {
  if (origin.kind !== 'merged') return new Map();
  return new Map(origin.shards.flatMap(({ shard, scenarios }) => scenarios.map((name) => [name, shard])));
}

/** The shard that measured a scenario; null for a run that was not merged. */
export function shardOf({ origin }: Pick<RunDocument, 'origin'>, scenario: string): MergedShard | null {
  if (origin.kind !== 'merged') return null;
  return origin.shards.find(({ scenarios }) => scenarios.includes(scenario)) ?? null;
}

/** The machine that measured a scenario. */
export function environmentOf(
  document: Pick<RunDocument, 'origin' | 'environment'>,
  scenario: string,
): Environment {
  return shardOf(document, scenario)?.environment ?? document.environment;
}

/** The shards of a merged run by machine: those whose machines cannot be told apart are together. */
export function machines({ origin }: Pick<RunDocument, 'origin'>): readonly (readonly MergedShard[])[] {
  if (origin.kind !== 'merged') return [];
  const byKind = new Map<string, MergedShard[]>();
  for (const shard of origin.shards) {
    const key = JSON.stringify(machineIdentity(shard.environment));
    byKind.set(key, [...(byKind.get(key) ?? []), shard]);
  }
  return [...byKind.values()];
}

/**
 * What tells machines apart, by name: times from two that differ in any of it are never compared. Documents hold no
 * host name, so that two machines of one kind look alike.
 */
export function machineIdentity(environment: Environment): Readonly<Record<string, unknown>> {
  return {
    CPU: environment.cpuModel,
    'number of CPUs': environment.cpus,
    architecture: environment.architecture,
    kernel: environment.kernel,
    'virtual machine': environment.virtualisation.hypervisor,
    memory: environment.memoryBytes,
  };
}

/** `shard 2/4` of a run that is one; null for others. */
export function shardText({ origin }: Pick<RunDocument, 'origin'>): string | null {
  if (origin.kind !== 'shard') return null;
  const shard: Shard = { index: origin.shard, count: origin.of };
  return `shard ${formatShard(shard)}`;
}

/** A scenario that came to do something else starts a new series, under a name of its own: `dup (version 2)`. */
export function seriesName({ name, version }: Pick<ScenarioRecord, 'name' | 'version'>): string {
  return version === 1 ? name : `${name} (version ${version})`;
}
