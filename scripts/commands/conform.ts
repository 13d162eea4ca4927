/** `dupmark conform`: what SSL_dup really carries, on every target, against what its page says and what was expected. */
import { join } from 'node:path';
import { Command } from 'commander';
import {
  newConformanceId,
  readConformance,
  readExpectations,
  storeConformance,
  writeExpectations,
} from '../../bench/conform/document.js';
import {
  addTo,
  type Change,
  changes,
  seenOfCells,
  seenOfClaims,
  type Version,
} from '../../bench/conform/expectations.js';
import { explain } from '../../bench/conform/explain.js';
import { type Observed, observe } from '../../bench/conform/observe.js';
import { surprises } from '../../bench/conform/surprises.js';
import { CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { parseChoice } from '../../bench/core/scenario.js';
import type { TargetRequest } from '../../bench/core/target.js';
import {
  CONFORMANCE_SCHEMA_VERSION,
  type ConformanceDocument,
} from '../../bench/document/conformance-schema.js';
import { renderConformance } from '../../bench/report/conformance.js';
import { paintFor } from '../../bench/report/paint.js';
import { openWorker } from '../../bench/run/survey.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, PROJECT_FOLDER, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, findTargets, targetList } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface ConformFlags {
  readonly targets?: readonly TargetRequest[];
  readonly settings?: readonly string[];
  readonly explain?: string;
  readonly show?: string;
  readonly session: boolean;
  readonly limits: boolean;
  readonly update: boolean;
  readonly expectations: string;
  readonly results: string;
  readonly offline: boolean;
  readonly json?: string;
}

export function conformCommand(): Command {
  return new Command('conform')
    .description(
      'Observe what SSL_dup really carries, setting by setting, and compare with what is expected.',
    )
    .option('--targets <list>', 'targets to observe (default: those of bench)', targetList('--targets'))
    .option(
      '--settings <list>',
      'only these settings, and no claims',
      commaList('--settings', (id) => id),
    )
    .option(
      '--explain <setting>',
      'print the C program that shows what is said of a setting (ID or ID=LEVEL)',
    )
    .option('--show <file>', 'print a stored document again, and observe nothing')
    .option('--session', 'with --explain: on handles that have a session to resume', false)
    .option('--limits', 'also see what happens at the end of the reference counter (2^31 references)', false)
    .option('--update', 'make what is seen now the expectation', false)
    .option(
      '--expectations <file>',
      'the stored expectation',
      join(PROJECT_FOLDER, 'results', 'expectations', 'conformance.json'),
    )
    .option('--results <folder>', 'where documents are kept', RESULTS_FOLDER)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--json <file>', 'also write the document there (- for standard output, instead of the tables)')
    .addHelpText(
      'after',
      '\nExit codes: 0 as expected · 1 something is not as expected · 2 could not run, or a target was refused ·\n' +
        '130 and 143 interrupted, with what was observed kept',
    )
    .action(conform);
}

async function conform(flags: ConformFlags): Promise<void> {
  if (flags.show !== undefined) {
    const document = readConformance(flags.show);
    show(flags, document);
    process.exitCode = exitCodeOf(document, false);
    return;
  }
  assertBuilt();
  if (flags.update && flags.settings !== undefined) {
    say('only the rows of the named settings are updated');
  }
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  if (flags.explain !== undefined) {
    const [first] = targets;
    if (first === undefined) throw new CouldNotRun('no target can be had');
    process.stdout.write(await explained(flags.explain, flags.session, first, cLibrary));
    return;
  }
  const expectations = readExpectations(flags.expectations);
  const startedAt = new Date().toISOString();
  const interruption = onInterrupt();
  const shown = progress('observing');
  let seen: Observed;
  try {
    seen = await observe({
      targets,
      cLibrary,
      limits: flags.limits,
      settings: flags.settings ?? null,
      signal: interruption.signal,
      onProgress: shown.update,
    });
  } finally {
    shown.end();
  }
  const versions = versionsOf(seen);
  const cellsSeen = seenOfCells(seen.cells, versions);
  const claimsSeen = seenOfClaims(seen.answers, versions);
  const changed = [...changes(cellsSeen, expectations.settings), ...changes(claimsSeen, expectations.claims)];
  const interrupted = interruption.exitCode() !== null;
  const document = documentOf(seen, { startedAt, interrupted, cLibrary, versions, changed });
  const file = storeConformance(flags.results, document);
  if (flags.update && !interrupted) {
    writeExpectations(flags.expectations, {
      schemaVersion: 1,
      settings: addTo(expectations.settings, cellsSeen),
      claims: addTo(expectations.claims, claimsSeen),
    });
    say(`updated ${flags.expectations}`);
  }
  show(flags, document);
  if (flags.json !== '-') say(`kept in ${file}`);
  process.exitCode = interruption.exitCode() ?? exitCodeOf(document, flags.update);
}

function show({ json }: ConformFlags, document: ConformanceDocument): void {
  if (json !== undefined) writeJson(json, document);
  if (json === '-') return;
  const width = process.stdout.columns ?? 120;
  process.stdout.write(renderConformance(document, width, paintFor(process.stdout.isTTY === true)));
}

function exitCodeOf({ targets, changes: changed }: ConformanceDocument, updated: boolean): ExitCode {
  if (targets.some(({ refused }) => refused !== null)) return ExitCode.couldNotRun;
  return changed.length > 0 && !updated ? ExitCode.finding : ExitCode.fine;
}

/** `3.5.9` of `OpenSSL 3.5.9 29 Sep 2026`, by target. */
function versionsOf({ targets }: Observed): ReadonlyMap<string, Version> {
  return new Map(
    targets.flatMap(({ target, facts }) => {
      if (facts === null) return [];
      const version = facts.version.split(/\s+/)[1] ?? facts.version;
      return [[target.id, { version, versionNumber: facts.versionNumber }] as const];
    }),
  );
}

function documentOf(
  seen: Observed,
  run: {
    readonly startedAt: string;
    readonly interrupted: boolean;
    readonly cLibrary: ConformanceDocument['cLibrary'];
    readonly versions: ReadonlyMap<string, Version>;
    readonly changed: readonly Change[];
  },
): ConformanceDocument {
  const rows = new Set(seen.cells.map(({ setting }) => setting));
  return {
    schemaVersion: CONFORMANCE_SCHEMA_VERSION,
    id: newConformanceId(),
    startedAt: run.startedAt,
    endedAt: new Date().toISOString(),
    interrupted: run.interrupted,
    command: process.argv.slice(2),
    dupmark: dupmarkVersion(),
    cLibrary: run.cLibrary,
    targets: seen.targets.map(({ target, facts, refused }) => ({
      id: target.id,
      package: target.package,
      sha256: target.sha256,
      facts,
      refused,
    })),
    settings: seen.catalogue
      .filter(({ id }) => rows.has(id))
      .map(({ id, bullet, call, documented, documentedSince, levels }) => ({
        id,
        bullet,
        call,
        documented,
        documentedSince,
        levels,
      })),
    cells: seen.cells,
    claims: seen.claims.map(({ id, sentence, question }) => ({ id, sentence, question })),
    answers: seen.answers,
    surprises: surprises(seen.cells, seen.catalogue, seen.answers, seen.claims, run.versions),
    changes: run.changed,
  };
}

async function explained(
  text: string,
  withSession: boolean,
  target: Parameters<typeof openWorker>[0],
  cLibrary: Parameters<typeof openWorker>[1],
): Promise<string> {
  const { setting: id, level } = parseChoice(text, '--explain');
  const { worker } = await openWorker(target, cLibrary, { countAllocations: false, boardFd: null });
  try {
    const catalogue = await worker.ask('describe', {});
    const setting = catalogue.find((entry) => entry.id === id);
    if (setting === undefined) {
      throw new CouldNotRun(
        `--explain: '${id}' is not a setting (accepted: ${catalogue.map((entry) => entry.id).join(', ')})`,
      );
    }
    const named = level === 'default' ? (setting.levels[0] ?? level) : level;
    if (!setting.levels.includes(named)) {
      throw new CouldNotRun(
        `--explain: '${named}' is not a level of ${id} (accepted: ${setting.levels.join(', ')})`,
      );
    }
    const code = await worker.ask('code', { setting: id, level: named });
    return explain(setting, code, { level: named, withSession, declarations: 'headers' });
  } finally {
    await worker.stop();
  }
}
