/**
 * Which part of a plan this process is to measure, by the environment that engines give their parallel jobs. Adding an
 * engine is one entry.
 */
import { CouldNotRun, printable } from '../core/errors.js';
import { SHARDS_MAX, type Shard } from '../core/shard.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** An Engine tells a job its number by environment variables. */
interface Engine {
  readonly name: string;
  /** The variable that is there only in a parallel job of this engine. */
  readonly index: string;
  readonly count: string;
  /** The number of the first job: its value, or the variable that says it. */
  readonly first: number | string;
  /** The variable by which numbers grow, where that need not be 1. */
  readonly step?: string;
  /** A variable that must be there too, as others use the same names. */
  readonly also?: string;
}

/** A job of Kubernetes is told its index only, so that the manifest says how many there are. */
export const COUNT_VARIABLE = 'DUPMARK_SHARDS';

const ENGINES: readonly Engine[] = [
  {
    name: 'Buildkite',
    index: 'BUILDKITE_PARALLEL_JOB',
    count: 'BUILDKITE_PARALLEL_JOB_COUNT',
    first: 0,
  },
  { name: 'GitLab', index: 'CI_NODE_INDEX', count: 'CI_NODE_TOTAL', first: 1, also: 'GITLAB_CI' },
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    count: 'SLURM_ARRAY_TASK_COUNT',
    first: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', count: COUNT_VARIABLE, first: 0 },
];

export const ENGINE_NAMES = ENGINES.map(({ name }) => name);

export interface EngineShard {
  readonly shard: Shard;
  /** Where it was read, in words. */
  readonly from: string;
}

/** The shard that an engine gave this process; null outside of parallel jobs. Throws CouldNotRun for half of one. */
export function engineShard(variables: Variables = process.env): EngineShard | null {
  for (const engine of ENGINES) {
    if (isSet(variables, engine.index) && (engine.also === undefined || isSet(variables, engine.also))) {
      return shardOf(engine, variables);
    }
  }
  return null;
}

function shardOf(engine: Engine, variables: Variables): EngineShard | null {
  const number = (name: string): number => {
    const text = variables[name] ?? '';
    if (/^\d{1,9}$/.test(text)) return Number(text);
    const found = text === '' ? 'is not set' : `is '${printable(text)}'`;
    throw new CouldNotRun(
      `--shard: ${engine.name} gives ${engine.index}, but ${name} ${found}: set it to a number, or say --shard K/N or --shard none`,
    );
  };
  const count = number(engine.count);
  const first = typeof engine.first === 'number' ? engine.first : number(engine.first);
  const step = engine.step === undefined || !isSet(variables, engine.step) ? 1 : number(engine.step);
  const place = (number(engine.index) - first) / step;
  if (!Number.isInteger(place) || place < 0 || place >= count || count > SHARDS_MAX) {
    throw new CouldNotRun(
      `--shard: ${engine.name}'s ${engine.index}=${variables[engine.index]} is not one of ${count} numbers from ${first} in steps of ${step}; say --shard K/N`,
    );
  }
  // A job that is alone measures everything: there is nothing to merge.
  if (count === 1) return null;
  return {
    shard: { index: place + 1, count },
    from: `${engine.name}'s ${engine.index} and ${engine.count}`,
  };
}

function isSet(variables: Variables, name: string): boolean {
  return (variables[name] ?? '') !== '';
}
