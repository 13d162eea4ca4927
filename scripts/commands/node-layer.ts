/** `dupmark node-layer`: what Node's own tls costs, and which share of it is OpenSSL's. */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { badValue, CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import {
  isNodeLayerTask,
  NODE_LAYER,
  NODE_LAYER_TASKS,
  type NodeLayerTask,
} from '../../bench/core/node-layer.js';
import { SEED_MAX } from '../../bench/core/order.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { beginEnvironment, endEnvironment } from '../../bench/document/environment.js';
import {
  NODE_LAYER_SCHEMA_VERSION,
  type NodeLayerDocument,
  nodeLayerSchema,
} from '../../bench/document/node-layer-schema.js';
import { readChecked } from '../../bench/document/read.js';
import { recordTarget } from '../../bench/document/record.js';
import { newRunId } from '../../bench/document/store.js';
import { keepStored } from '../../bench/document/stored.js';
import { nodeLayerCells, nodeLayerMarkdown, renderNodeLayer } from '../../bench/report/node-layer.js';
import { availableCpus } from '../../bench/run/crew.js';
import { assertInsideNode, measureNodeLayer } from '../../bench/run/node-layer.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, findTargets, seed, targetList, wholeNumber } from '../flags.js';
import { fillPageFile } from '../page-file.js';
import { dupmarkVersion } from '../version.js';

interface NodeLayerFlags {
  readonly targets?: readonly TargetRequest[];
  readonly task: readonly NodeLayerTask[];
  readonly blocks: number;
  readonly rounds: number;
  readonly seed?: number;
  readonly offline: boolean;
  readonly results: string;
  readonly show?: string;
  readonly page?: string;
  readonly json?: string;
}

/** One release of every Node line that is still maintained, and what comes next. */
const DEFAULT_NODES: readonly TargetRequest[] = ['20.20.2', '22.22.0', '24.21.0', '26.10.0'].map(
  (version) => ({ provider: 'node', version }),
);

export function nodeLayerCommand(): Command {
  return new Command('node-layer')
    .description(
      'What an addon call, tls contexts, sockets and connections cost, and how much of it is OpenSSL.',
    )
    .option(
      '--targets <list>',
      `Nodes to measure (default: ${DEFAULT_NODES.map((one) => ('version' in one ? `node@${one.version}` : '')).join(', ')})`,
      targetList('--targets'),
    )
    .option('--task <list>', 'only these (default: all)', commaList('--task', readTask), NODE_LAYER_TASKS)
    .option('--blocks <n>', 'blocks, of fresh processes', wholeNumber('--blocks', 1, 1000), 12)
    .option('--rounds <n>', 'rounds of each task in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 12)
    .option('--seed <n>', 'the order (default: random, and printed)', seed)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where results are kept', RESULTS_FOLDER)
    .option('--show <file>', 'measure nothing: show a stored document')
    .option('--page <file>', 'also write the table into a Markdown page, between its marks')
    .option('--json <file>', 'also write the document, with its cells, there (- for standard output)')
    .addHelpText(
      'after',
      `
Tasks:
${NODE_LAYER_TASKS.map((task) => `  ${task.padEnd(20)}${NODE_LAYER[task].about}`).join('\n')}

Exit codes: 0 fine · 2 could not run · 130 and 143 interrupted, with what was measured kept`,
    )
    .action(run);
}

async function run(flags: NodeLayerFlags): Promise<void> {
  if (flags.show !== undefined)
    return show(readChecked(flags.show, nodeLayerSchema, NODE_LAYER_SCHEMA_VERSION), flags);
  assertBuilt();
  const targets = await findTargets(flags.targets ?? DEFAULT_NODES, { offline: flags.offline, say });
  assertInsideNode(targets);
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed}`);
  const interruption = onInterrupt();
  const cpu = availableCpus().at(-1) ?? null;
  const tasks = NODE_LAYER_TASKS.filter((task) => flags.task.includes(task));
  const begun = beginEnvironment(cpu);
  const startedAt = new Date();
  const shown = progress('Node layer');
  const { blocks, rounds } = flags;
  const outcome = await measureNodeLayer({
    targets,
    cLibrary,
    tasks,
    blocks,
    rounds,
    cpu,
    seed: chosenSeed,
    signal: interruption.signal,
    onProgress: shown.update,
  }).finally(() => shown.end());
  const document: NodeLayerDocument = nodeLayerSchema.parse({
    kind: 'dupmark-node-layer',
    schemaVersion: NODE_LAYER_SCHEMA_VERSION,
    id: newRunId(startedAt),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    command: process.argv.slice(2),
    dupmark: dupmarkVersion(),
    seed: chosenSeed,
    plan: { blocks, roundsPerBatch: rounds, pinnedCpu: outcome.pinningRefused === '' ? cpu : null, tasks },
    end: outcome.end,
    environment: endEnvironment(begun),
    cLibrary,
    targets: targets.map((target) =>
      recordTarget(target, outcome.facts.get(target.id) ?? null, outcome.refused.get(target.id) ?? null),
    ),
    batches: outcome.batches,
  });
  if (outcome.pinningRefused !== '') say(`not pinned: ${outcome.pinningRefused}`);
  const file = keepStored(flags.results, 'node-layer', document);
  show(document, flags);
  say(`kept in ${file}`);
  for (const [target, reason] of outcome.refused) say(`left out ${target}: ${reason}`);
  if (outcome.batches.every(({ roundNs }) => roundNs.length === 0) && outcome.end === 'complete') {
    throw new CouldNotRun('nothing could be measured');
  }
  process.exitCode = interruption.exitCode() ?? ExitCode.fine;
}

function show(document: NodeLayerDocument, flags: NodeLayerFlags): void {
  if (flags.json !== undefined) writeJson(flags.json, { ...document, cells: nodeLayerCells(document) });
  if (flags.page !== undefined) fillPageFile(flags.page, nodeLayerMarkdown(document));
  if (flags.json !== '-') process.stdout.write(renderNodeLayer(document));
}

function readTask(text: string): NodeLayerTask {
  if (!isNodeLayerTask(text))
    throw badValue('--task', text, `a task (accepted: ${NODE_LAYER_TASKS.join(', ')})`);
  return text;
}
