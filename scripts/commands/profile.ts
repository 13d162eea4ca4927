/** `dupmark profile`: where the bytes and the instructions of an operation go, and what two versions differ by. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { badValue, CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { isOperation, OPERATION_NAMES, OPERATIONS, type Operation } from '../../bench/core/operation.js';
import { parseScenario, type Scenario, scenario as scenarioOf } from '../../bench/core/scenario.js';
import { parseSettings, type SettingDescription } from '../../bench/core/setting.js';
import { parseTargetId, type TargetRequest } from '../../bench/core/target.js';
import { explain } from '../../bench/document/store.js';
import { exportFiles } from '../../bench/profile/exports/index.js';
import { profile } from '../../bench/profile/profile.js';
import { flamePage } from '../../bench/report/flame-page.js';
import {
  PROFILE_FORMATS,
  PROFILE_ROWS,
  type ProfileFormat,
  renderProfile,
} from '../../bench/report/profile.js';
import { treemapPage } from '../../bench/report/treemap-page.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, say, writeJson } from '../console.js';
import { findTargets, targetList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';
import { clinicCommand } from './profile-clinic.js';
import { heapCommand } from './profile-heap.js';

interface ProfileFlags {
  readonly targets?: readonly TargetRequest[];
  readonly operation: Operation;
  readonly settings?: string;
  readonly scenario?: Scenario;
  readonly instructions: boolean;
  readonly top: number;
  readonly offline: boolean;
  readonly format: ProfileFormat;
  readonly results: string;
  readonly json?: string;
}

export function profileCommand(): Command {
  return (
    new Command('profile')
      .description('Where the bytes and instructions of an operation go: by source line and by function.')
      .argument('[base]', 'a target (default: the running Node’s own OpenSSL)')
      .argument('[contender]', 'a second target: what changed from the first to it')
      .option('--targets <list>', 'the same one or two targets as a list', targetList('--targets'))
      .option('--operation <name>', OPERATION_NAMES.join(', '), readOperation, 'new' as const)
      .option('--settings <list>', 'settings as ID or ID=LEVEL, for operations that take any')
      .option('--scenario <name>', 'instead of both, as dup[cipher-list=20]', (text) => parseScenario(text))
      .option('--no-instructions', 'bytes only: no valgrind, about 5 s less per target')
      .option('--top <n>', 'rows of a table', wholeNumber('--top', 1, 10_000), PROFILE_ROWS)
      .option('--offline', 'fetch nothing: use what is here', false)
      .option('--format <name>', PROFILE_FORMATS.join(', '), readFormat, 'text' as const)
      .option('--results <folder>', 'where profiles are kept', RESULTS_FOLDER)
      .option('--json <file>', 'also write the document there (- for standard output, instead of the tables)')
      .addHelpText(
        'after',
        `
Operations:
${OPERATION_NAMES.map((name) => `  ${name.padEnd(14)}${OPERATIONS[name]}`).join('\n')}

Kept under results/profiles/ID: profile.json, flame.html, treemap.html, and for other viewers pprof (*.pb.gz), speedscope,
V8 .heapprofile and callgrind.out.* for KCachegrind.

Exit codes: 0 fine · 2 could not run, or nothing of it is available here · 130 and 143 interrupted, with what was measured kept`,
      )
      .action(run)
      // A subcommand's flags are its own, also those that are named as these.
      .enablePositionalOptions()
      .addCommand(heapCommand())
      .addCommand(clinicCommand())
  );
}

async function run(
  base: string | undefined,
  contender: string | undefined,
  flags: ProfileFlags,
): Promise<void> {
  assertBuilt();
  const wanted = requests(base, contender, flags);
  const targets = await findTargets(wanted, { offline: flags.offline, say });
  const [first, second] = targets;
  if (wanted.length === 2 && second === undefined) {
    throw new CouldNotRun(`both are one target, ${first?.id}: name one of them alone`);
  }
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const interruption = onInterrupt();
  const profiled = await profile({
    targets,
    cLibrary,
    chooseScenario: (catalogue) => chooseScenario(flags, catalogue),
    countInstructions: flags.instructions,
    offline: flags.offline,
    dupmark: dupmarkVersion(),
    command: process.argv.slice(2),
    signal: interruption.signal,
    onStep: say,
  });
  if (profiled === null) {
    process.exitCode = interruption.exitCode() ?? ExitCode.couldNotRun;
    return;
  }
  const { document, callgrind } = profiled;
  const folder = join(flags.results, 'profiles', document.id);
  const files = new Map(exportFiles(document, callgrind));
  const pages = [
    ['flame.html', flamePage(document)],
    ['treemap.html', treemapPage(document)],
  ] as const;
  for (const [name, page] of pages) if (page !== null) files.set(name, page);
  keep(folder, files);
  if (flags.json !== undefined) writeJson(flags.json, document);
  if (flags.json !== '-') {
    process.stdout.write(
      flags.format === 'json'
        ? `${JSON.stringify(document, null, 2)}\n`
        : renderProfile(document, flags.format, flags.top),
    );
    say(`kept in ${folder}: ${[...files.keys()].join(', ')}`);
  }
  const some = document.targets.some(
    ({ memory, instructions }) => memory.kind === 'exact' || instructions.kind === 'exact',
  );
  process.exitCode = interruption.exitCode() ?? (some ? ExitCode.fine : ExitCode.couldNotRun);
}

function requests(
  base: string | undefined,
  contender: string | undefined,
  { targets }: ProfileFlags,
): readonly TargetRequest[] {
  const named = [base, contender].filter((id) => id !== undefined);
  if (targets !== undefined && named.length > 0) {
    throw new CouldNotRun('--targets: name the targets once, here or as arguments');
  }
  const wanted = targets ?? named.map((id) => parseTargetId(id, 'profile'));
  if (wanted.length > 2)
    throw new CouldNotRun(`--targets: ${wanted.length} targets; a profile has one or two`);
  return wanted.length === 0 ? [{ provider: 'bundled' }] : wanted;
}

function chooseScenario(flags: ProfileFlags, catalogue: readonly SettingDescription[]): Scenario {
  if (flags.scenario !== undefined) return flags.scenario;
  const settings = flags.settings === undefined ? [] : parseSettings(flags.settings, catalogue);
  return scenarioOf(flags.operation, settings);
}

function keep(folder: string, files: ReadonlyMap<string, string | Buffer>): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
  } catch (error) {
    throw new CouldNotRun(`--results: cannot keep the profile in ${folder}: ${explain(error)}`);
  }
}

function readOperation(text: string): Operation {
  if (!isOperation(text)) {
    throw badValue('--operation', text, `an operation (accepted: ${OPERATION_NAMES.join(', ')})`);
  }
  return text;
}

function readFormat(text: string): ProfileFormat {
  const format = PROFILE_FORMATS.find((one) => one === text);
  if (format === undefined) {
    throw badValue('--format', text, `a format (accepted: ${PROFILE_FORMATS.join(', ')})`);
  }
  return format;
}
