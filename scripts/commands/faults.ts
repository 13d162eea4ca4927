/** `dupmark faults`: refuses every allocation of every call in turn and says what the call made of it. */
import { Command } from 'commander';
import { CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import type { CLibrary, Target, TargetRequest } from '../../bench/core/target.js';
import {
  FAULTS_SCHEMA_VERSION,
  type FaultsDocument,
  type FaultTarget,
} from '../../bench/document/faults-schema.js';
import { newRunId } from '../../bench/document/store.js';
import { keepStored } from '../../bench/document/stored.js';
import { explainedCase, explainFault } from '../../bench/faults/explain.js';
import { FAULTY, faultFindings } from '../../bench/faults/findings.js';
import { type FaultsRequest, injectFaults } from '../../bench/faults/run.js';
import { renderFaults } from '../../bench/report/faults.js';
import { openWorker } from '../../bench/run/survey.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, print, progress, say, writeJson } from '../console.js';
import { findTargets, targetList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface FaultsFlags {
  readonly targets?: readonly TargetRequest[];
  readonly case?: string;
  readonly nth: number;
  readonly explain: boolean;
  readonly later: boolean;
  readonly selftest: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

/** A setter that allocates in every version and whose failure a getter shows. */
const SELFTEST_CASE = 'set[cipher-list=20]';

export function faultsCommand(): Command {
  return new Command('faults')
    .description(
      'Refuse every allocation of SSL_new, SSL_dup and each setter in turn: what do they make of it?',
    )
    .option(
      '--targets <list>',
      'targets to try (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option('--case <name>', "one case, as in 'SSL_dup[certificate=rsa]' or 'set[everything]'")
    .option('--nth <n>', 'with --case: refuse only this allocation', wholeNumber('--nth', 1, 1_000_000), 0)
    .option('--explain', 'with --case and --nth: print a minimal C program that shows it', false)
    .option('--later', 'with --explain: refuse all that come after it as well', false)
    .option('--selftest', 'plant a fault of each kind in a call: does each get noticed?', false)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where findings are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the document there (- for standard output, instead of the matrix)')
    .addHelpText(
      'after',
      `
Kinds: silent-lack (success, but a setting is missing) · crashed · hung · leaked · quiet (fails with an empty error
queue) · refused and survived are as they should be

Exit codes: 0 no fault · 1 a fault was found · 2 could not run · 4 with --selftest: a planted fault was missed ·
130 and 143 interrupted, with what was found kept`,
    )
    .action(faults);
}

async function faults(flags: FaultsFlags): Promise<void> {
  assertBuilt();
  if (flags.nth > 0 && flags.case === undefined) throw new CouldNotRun('--nth goes with --case');
  if (flags.explain && (flags.case === undefined || flags.nth === 0))
    throw new CouldNotRun('--explain goes with --case and --nth');
  if (flags.later && !flags.explain) throw new CouldNotRun('--later goes with --explain');
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  if (flags.explain) {
    const [first] = targets;
    if (first === undefined) throw new CouldNotRun('--targets: none');
    process.stdout.write(await explained(flags.case ?? '', flags, first, cLibrary));
    return;
  }
  const interruption = onInterrupt();
  const shown = progress('injecting');
  const request: FaultsRequest = {
    only: flags.case ?? null,
    nth: flags.nth,
    plant: '',
    signal: interruption.signal,
    onCase: () => {},
  };
  if (flags.selftest) {
    const holds = await selfTest(targets, cLibrary, request);
    process.exitCode = interruption.exitCode() ?? (holds ? ExitCode.fine : ExitCode.detectorFailed);
    return;
  }
  const startedAt = new Date();
  const done: FaultTarget[] = [];
  try {
    for (const [i, target] of targets.entries()) {
      if (interruption.signal.aborted) break;
      const onCase: FaultsRequest['onCase'] = (cases, total, name) =>
        shown.update(i * total + cases, targets.length * total, `${name} on ${target.id}`);
      done.push(await injectFaults(target, cLibrary, { ...request, onCase }));
    }
  } finally {
    shown.end();
  }
  const document: FaultsDocument = {
    kind: 'dupmark-faults',
    schemaVersion: FAULTS_SCHEMA_VERSION,
    id: newRunId(startedAt),
    dupmark: dupmarkVersion(),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    end: interruption.signal.aborted ? 'interrupted' : 'complete',
    command: process.argv.slice(2),
    targets: done,
  };
  const folder = keepStored(flags.results, 'faults', document);
  if (flags.json !== undefined) writeJson(flags.json, document);
  if (flags.json !== '-') {
    process.stdout.write(renderFaults(document));
    say(`kept in ${folder}`);
  }
  process.exitCode = interruption.exitCode() ?? exitCodeOf(document);
}

function exitCodeOf({ targets }: FaultsDocument): ExitCode {
  if (faultFindings(targets).length > 0) return ExitCode.finding;
  const ran = targets.some(({ cases }) => cases.length > 0);
  const failed = targets.some(({ cases }) => cases.some(({ failure }) => failure !== ''));
  return ran && !failed ? ExitCode.fine : ExitCode.couldNotRun;
}

async function explained(
  name: string,
  { nth, later }: FaultsFlags,
  target: Target,
  cLibrary: CLibrary,
): Promise<string> {
  const { worker } = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
  try {
    return explainFault(await explainedCase(name, worker), { nth, andLater: later }, 'headers');
  } finally {
    await worker.stop();
  }
}

/** Plants a fault of each kind and asks that it is found as that kind, at the first allocation at least. */
async function selfTest(
  targets: readonly Target[],
  cLibrary: CLibrary,
  request: FaultsRequest,
): Promise<boolean> {
  let holds = true;
  for (const target of targets) {
    const said: string[] = [];
    for (const plant of FAULTY) {
      if (request.signal.aborted) return false;
      const { notAvailable, cases } = await injectFaults(target, cLibrary, {
        ...request,
        only: SELFTEST_CASE,
        nth: 1,
        plant,
      });
      if (notAvailable !== null) {
        said.push(`not available here: ${notAvailable}`);
        break;
      }
      const points = cases.flatMap((one) => one.points);
      const caught = points.length > 0 && points.every(({ kind }) => kind === plant);
      holds = holds && caught;
      said.push(`${plant} ${caught ? 'caught' : 'MISSED'}`);
    }
    print(`${target.id}: ${said.join(' · ')}`);
  }
  return holds;
}
