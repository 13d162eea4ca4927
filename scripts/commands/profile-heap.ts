/** `dupmark profile heap`: writes heap snapshots of a worker, summarises one, compares two. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { badValue, CouldNotRun } from '../../bench/core/errors.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { newRunId } from '../../bench/document/store.js';
import { summarise, writeSnapshots } from '../../bench/profile/heap.js';
import { installTool } from '../../bench/profile/tools.js';
import { renderHeap, renderHeapChange } from '../../bench/report/heap.js';
import { isHandleScenario } from '../../bench/soak/handles-cell.js';
import { compareConstructors } from '../../bench/soak/retained.js';
import { plantChoice, soakCatalogue } from '../../bench/soak/run.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import type { SoakCatalogue } from '../../bench/worker/soak-messages.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { findTargets, readPlant, seed, targetList, wholeNumber } from '../flags.js';

interface HeapFlags {
  readonly targets?: readonly TargetRequest[];
  readonly scenario: string;
  readonly cycles: number;
  readonly plant?: { readonly kind: string; readonly rate: number };
  readonly seed: number;
  readonly heapdump: boolean;
  readonly top: number;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

export function heapCommand(): Command {
  return new Command('heap')
    .description(
      'Heap snapshots by constructor, with what each retains: of a worker, of one file, or of two.',
    )
    .argument('[before]', 'a .heapsnapshot file; without one, two are written of a worker')
    .argument('[after]', 'a second file: what changed from the first to it')
    .option('--targets <target>', 'whose worker (default: bundled)', targetList('--targets'))
    .option('--scenario <name>', 'what the worker repeats between its snapshots', 'handles-dropped')
    .option('--cycles <n>', 'how often', wholeNumber('--cycles', 1, 100_000_000), 10_000)
    .option(
      '--plant <kind:rate>',
      'a deliberate fault, once in RATE cycles, to see it in the difference',
      readPlant,
    )
    .option('--seed <n>', 'of the plant', seed, 1)
    .option('--heapdump', 'install the heapdump package first (once, compiled for this Node)', false)
    .option('--top <n>', 'rows of a table', wholeNumber('--top', 1, 100_000), 20)
    .option('--offline', 'fetch nothing', false)
    .option('--results <folder>', 'where snapshots are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the figures there (- for standard output, instead of the tables)')
    .addHelpText(
      'after',
      `
Snapshots are written by heapdump where it is installed for the target's Node, and by V8 itself otherwise. They hold
environment variables and secrets: only their owner may read them. SIGUSR2 at a running soak writes one as well.

Exit codes: 0 fine · 2 could not run · 130 and 143 interrupted, with what was written kept`,
    )
    .action(run);
}

async function run(before: string | undefined, after: string | undefined, flags: HeapFlags): Promise<void> {
  const interruption = onInterrupt();
  const files = before === undefined ? await written(flags, interruption.signal) : [before, after];
  const summaries = [];
  for (const file of files) {
    if (file === undefined) continue;
    if (!existsSync(file)) throw new CouldNotRun(`${file}: no such file`);
    summaries.push(await summarise(file));
  }
  const [first, second] = summaries;
  if (first === undefined) return;
  const changes = second === undefined ? null : compareConstructors(first.constructors, second.constructors);
  if (flags.json !== undefined) writeJson(flags.json, { snapshots: summaries, changes });
  if (flags.json !== '-') {
    process.stdout.write(
      second === undefined || changes === null
        ? renderHeap(first, flags.top)
        : renderHeapChange(first, second, changes, flags.top),
    );
  }
  const code = interruption.exitCode();
  if (code !== null) process.exitCode = code;
}

async function written(flags: HeapFlags, signal: AbortSignal): Promise<readonly string[]> {
  assertBuilt();
  if (flags.heapdump) await installTool('heapdump', flags.offline, say);
  const targets = await findTargets(flags.targets ?? [{ provider: 'bundled' }], {
    offline: flags.offline,
    say,
  });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new CouldNotRun('--targets: one target, whose worker is looked at');
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const { scenario, plant } = chosen(flags, await soakCatalogue(targets, cLibrary));
  const shown = progress('repeating');
  try {
    const { files, writer, cycles } = await writeSnapshots({
      target,
      cLibrary,
      scenario,
      cycles: flags.cycles,
      seed: flags.seed,
      plant,
      folder: join(flags.results, 'profiles', newRunId()),
      signal,
      onCycles: (done) => shown.update(done, flags.cycles, scenario),
    });
    say(`${cycles} cycles of ${scenario} on ${target.id}; snapshots by ${writer}`);
    return files;
  } finally {
    shown.end();
  }
}

/** What there is of scenarios and plants is for the worker to say. A plant belongs to a scenario of its own. */
function chosen(flags: HeapFlags, { scenarios, plants }: SoakCatalogue) {
  const { plant, scenario } = flags;
  const names = scenarios.map(({ name }) => name).filter(isHandleScenario);
  if (plant === undefined) {
    if (names.includes(scenario)) return { scenario, plant: null };
    throw badValue(
      '--scenario',
      scenario,
      `a scenario of JavaScript handles (accepted: ${names.join(', ')})`,
    );
  }
  const known = plants.filter((one) => isHandleScenario(one.scenario));
  const wanted = known.find(({ kind }) => kind === plant.kind);
  if (wanted === undefined) {
    const kinds = known.map(({ kind }) => kind).join(', ');
    throw badValue('--plant', plant.kind, `a plant of JavaScript handles (accepted: ${kinds})`);
  }
  return { scenario: wanted.scenario, plant: plantChoice(plant, flags.seed) };
}
