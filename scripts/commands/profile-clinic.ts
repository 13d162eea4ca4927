/** `dupmark profile clinic`: clinic's tools, or V8's own profilers, on the work of a benchmark or of a soak. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { badValue, CouldNotRun, messageOf, printable } from '../../bench/core/errors.js';
import { parseScenario, type Scenario, scenario as scenarioOf } from '../../bench/core/scenario.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { newRunId } from '../../bench/document/store.js';
import {
  CLINIC_TOOLS,
  type ClinicTool,
  INSTEAD,
  profileWithClinic,
  profileWithV8,
  V8_TOOLS,
  type V8Tool,
  type WorkloadPlan,
  type WorkloadProfile,
} from '../../bench/profile/clinic.js';
import { installTool } from '../../bench/profile/tools.js';
import { topOfCpuProfile, topOfHeapProfile } from '../../bench/profile/v8-profile.js';
import { formatCount, formatShare } from '../../bench/report/format.js';
import { specOf } from '../../bench/run/survey.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import type { WorkloadRequest } from '../../bench/worker/workload-messages.js';
import { say, writeJson } from '../console.js';
import { findTargets, seed, targetList, wholeNumber } from '../flags.js';

interface ClinicFlags {
  readonly tool: ClinicTool | V8Tool;
  readonly targets?: readonly TargetRequest[];
  readonly soak?: string;
  readonly scenario?: Scenario;
  readonly seconds: number;
  readonly seed: number;
  readonly instead: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

const TOOLS = [...CLINIC_TOOLS, ...V8_TOOLS];
const TOP = 12;

export function clinicCommand(): Command {
  return new Command('clinic')
    .description(
      'clinic (doctor, flame, bubbleprof, heapprofiler) or V8’s own profilers on a worker or a soak.',
    )
    .option('--tool <name>', TOOLS.join(', '), readTool, 'doctor' as const)
    .option('--targets <target>', 'whose worker (default: bundled)', targetList('--targets'))
    .option('--scenario <name>', 'of a benchmark (default: new)', (text) => parseScenario(text))
    .option('--soak <name>', 'the work of a soak instead, as handles-dropped or up-ref')
    .option('--seconds <n>', 'how long the work goes on', wholeNumber('--seconds', 1, 86_400), 10)
    .option('--seed <n>', 'of a random walk', seed, 1)
    .option('--no-instead', 'where clinic does not work, fail: no profile of V8 in its place')
    .option('--offline', 'fetch nothing: clinic must be installed', false)
    .option('--results <folder>', 'where profiles are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write what was done there (- for standard output, instead of the text)')
    .addHelpText(
      'after',
      `
clinic is installed on first use, into tools/clinic. It opens no browser, asks nothing and sends nothing; its pages
are kept without their web font. cpu and heap are V8's own (.cpuprofile, .heapprofile: Chrome DevTools, speedscope).

Exit codes: 0 fine · 2 could not run`,
    )
    .action(run);
}

async function run(flags: ClinicFlags): Promise<void> {
  assertBuilt();
  const { offline } = flags;
  const targets = await findTargets(flags.targets ?? [{ provider: 'bundled' }], { offline, say });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new CouldNotRun('--targets: one target, whose worker is looked at');
  const plan: WorkloadPlan = {
    target,
    cLibrary: await chooseCLibrary(targets, { offline, onProgress: say }),
    work: workOf(flags),
    seconds: flags.seconds,
    folder: join(flags.results, 'profiles', newRunId()),
  };
  const { tool, report, files } = await profileWith(flags, plan);
  const what = plan.work.kind === 'bench' ? 'iterations' : 'cycles';
  const head = `${tool} on ${target.id} (${report.version}, Node ${report.nodeVersion}): ${formatCount(report.done)} ${what} in ${flags.seconds} s`;
  if (flags.json !== undefined)
    writeJson(flags.json, { tool, target: target.id, work: plan.work, report, files });
  if (flags.json === '-') return;
  const lines = [head, ...files.map((file) => `open ${file}`), ...topLines(tool, files)];
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

async function profileWith(flags: ClinicFlags, plan: WorkloadPlan): Promise<WorkloadProfile> {
  const { tool } = flags;
  if (isV8(tool)) return profileWithV8(tool, plan);
  try {
    await installTool('clinic', flags.offline, say);
    say(`clinic ${tool}: ${plan.seconds} s of work, then its page`);
    return await profileWithClinic(tool, plan);
  } catch (error) {
    if (!flags.instead || !(error instanceof CouldNotRun)) throw error;
    say(
      `clinic ${tool} is not available here: ${messageOf(error)}; V8's own ${INSTEAD[tool]} profile instead`,
    );
    return profileWithV8(INSTEAD[tool], plan);
  }
}

function isV8(tool: ClinicTool | V8Tool): tool is V8Tool {
  return V8_TOOLS.some((one) => one === tool);
}

function workOf({ soak, scenario, seed: chosen }: ClinicFlags): WorkloadRequest['work'] {
  if (soak === undefined) return { kind: 'bench', scenario: specOf(scenario ?? scenarioOf('new')) };
  if (scenario !== undefined)
    throw new CouldNotRun('--soak goes without --scenario, which is of a benchmark');
  return { kind: 'soak', spec: { scenario: soak, settings: [], seed: chosen, plant: null, threads: 2 } };
}

function topLines(tool: WorkloadProfile['tool'], [file]: readonly string[]): string[] {
  if (file === undefined || !isV8(tool)) return [];
  const profile: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const top =
    tool === 'cpu'
      ? topOfCpuProfile(profile as Parameters<typeof topOfCpuProfile>[0], TOP)
      : topOfHeapProfile(profile as Parameters<typeof topOfHeapProfile>[0], TOP);
  if (top.length === 0) return ['', 'Nothing was sampled: the work is native, and of no moment to V8.'];
  return [
    '',
    tool === 'cpu' ? 'samples in' : 'bytes allocated in',
    ...top.map(({ name, share }) => `  ${formatShare(share).padStart(7)}  ${name}`),
  ];
}

function readTool(text: string): ClinicTool | V8Tool {
  const tool = TOOLS.find((one) => one === text);
  if (tool === undefined) throw badValue('--tool', text, `a tool (accepted: ${TOOLS.join(', ')})`);
  return tool;
}
