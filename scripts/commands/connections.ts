/** `dupmark connections`: what many handles and connections cost, in memory and in time, as their number grows. */
import { Command } from 'commander';
import { badValue, ExitCode } from '../../bench/core/errors.js';
import { formatChoice } from '../../bench/core/scenario.js';
import { parseSettings, type SettingDescription } from '../../bench/core/setting.js';
import type { TargetRequest } from '../../bench/core/target.js';
import {
  CONNECTIONS_SCHEMA_VERSION,
  type ConnectionsDocument,
  connectionsDocumentSchema,
} from '../../bench/document/connections-schema.js';
import { beginEnvironment, endEnvironment } from '../../bench/document/environment.js';
import { readChecked } from '../../bench/document/read.js';
import { newRunId } from '../../bench/document/store.js';
import { keepStored } from '../../bench/document/stored.js';
import { type HeldPreset, hold } from '../../bench/holding/run.js';
import { connectionsMarkdown, renderConnections } from '../../bench/report/connections.js';
import { availableCpus } from '../../bench/run/crew.js';
import { BUFFER_VARIANTS } from '../../bench/suites/buffers.js';
import { PRESETS, type Preset } from '../../bench/suites/presets.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, findTargets, targetList, wholeNumber } from '../flags.js';
import { fillPageFile } from '../page-file.js';
import { proveTargets } from '../prove-targets.js';
import { dupmarkVersion } from '../version.js';

interface ConnectionsFlags {
  readonly targets?: readonly TargetRequest[];
  readonly handles: number;
  readonly preset: readonly Preset[];
  readonly repeats: number;
  readonly connections: number;
  readonly bytes: number;
  readonly pin: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly show?: string;
  readonly page?: string;
  readonly json?: string;
}

/** A million handles of OpenSSL 3.5 and later take 17 GB. */
const HANDLES_MOST = 1_000_000;
const CONNECTIONS_MOST = 100_000;
const PRESET_NAMES = PRESETS.map(({ name }) => name);
const USUAL_PRESETS = ['bare', 'node-like', 'nginx-like', 'mutual-tls-server'];

/** 1, 2, 5, 10 … thousand, and the whole number itself. */
export function checkpointsTo(handles: number): readonly number[] {
  const points: number[] = [];
  for (let step = 1000; step < handles; step *= 10) {
    points.push(...[step, 2 * step, 5 * step].filter((point) => point < handles));
  }
  return [...points, handles];
}

export function connectionsCommand(): Command {
  return new Command('connections')
    .description(
      'Hold many handles and connections at once: bytes of each, and the rate as their number grows.',
    )
    .option(
      '--targets <list>',
      'targets to measure (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option('--handles <n>', 'handles alive in the end', wholeNumber('--handles', 1, HANDLES_MOST), 100_000)
    .option(
      '--preset <list>',
      `what each handle is given, as known programs do: ${PRESET_NAMES.join(', ')}`,
      commaList('--preset', readPreset),
      PRESETS.filter(({ name }) => USUAL_PRESETS.includes(name)),
    )
    .option(
      '--repeats <n>',
      'fresh processes of each preset on each target',
      wholeNumber('--repeats', 1, 100),
      3,
    )
    .option(
      '--connections <n>',
      'pairs of a client and a server that shake hands and stay; 0 for none',
      wholeNumber('--connections', 0, CONNECTIONS_MOST),
      2000,
    )
    .option(
      '--bytes <n>',
      'data sent each way over each connection',
      wholeNumber('--bytes', 1, 1_000_000),
      16_384,
    )
    .option('--no-pin', 'do not keep the workers on one CPU')
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where documents are kept', RESULTS_FOLDER)
    .option('--show <file>', 'measure nothing: show a stored connections.json')
    .option('--page <file>', 'also write the tables into a Markdown page, between its marks')
    .option('--json <file>', 'also write the document there (- for standard output, instead of the tables)')
    .addHelpText(
      'after',
      `
Presets:
${PRESETS.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}

Buffers of connections:
${BUFFER_VARIANTS.map(({ name, about }) => `  ${name.padEnd(29)}${about}`).join('\n')}

Exit codes: 0 fine · 2 could not run, or a target was refused · 130 and 143 interrupted, with what was measured kept`,
    )
    .action(connections);
}

async function connections(flags: ConnectionsFlags): Promise<void> {
  if (flags.show !== undefined)
    return show(readChecked(flags.show, connectionsDocumentSchema, CONNECTIONS_SCHEMA_VERSION), flags);
  assertBuilt();
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const interruption = onInterrupt();
  const { measured, records, catalogue } = await proveTargets(targets, cLibrary);
  const presets = flags.preset.map((preset) => heldPreset(preset, catalogue));
  const cpu = flags.pin ? (availableCpus().at(-1) ?? null) : null;
  const checkpoints = checkpointsTo(flags.handles);
  const begun = beginEnvironment(cpu);
  const startedAt = new Date();
  const exact: ConnectionsDocument['exact'][number][] = [];
  const handles: ConnectionsDocument['handles'][number][] = [];
  const held: ConnectionsDocument['connections'][number][] = [];
  const events: ConnectionsDocument['events'][number][] = [];
  const shown = progress('holding');
  let end: ConnectionsDocument['end'];
  try {
    end = await hold(
      {
        targets: measured,
        cLibrary,
        presets,
        checkpoints,
        repeats: flags.repeats,
        variants: BUFFER_VARIANTS,
        connections: flags.connections,
        exchangeBytes: flags.bytes,
        cpu,
        signal: interruption.signal,
      },
      {
        exact: (one) => exact.push(one),
        handles: (one) => handles.push(one),
        connections: (one) => held.push(one),
        event: (one) => events.push(one),
        progress: shown.update,
      },
    );
  } finally {
    shown.end();
  }
  const document: ConnectionsDocument = {
    kind: 'dupmark-connections',
    schemaVersion: CONNECTIONS_SCHEMA_VERSION,
    id: newRunId(startedAt),
    dupmark: dupmarkVersion(),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    end,
    command: process.argv.slice(2),
    environment: endEnvironment(begun),
    cLibrary,
    plan: {
      handles: flags.handles,
      checkpoints,
      repeats: flags.repeats,
      connections: flags.connections,
      exchangeBytes: flags.bytes,
      pinnedCpu: cpu,
    },
    targets: records,
    presets: flags.preset.map(({ name, about, source }, i) => ({
      name,
      about,
      source,
      settings: (presets[i]?.settings ?? []).map(formatChoice),
    })),
    variants: BUFFER_VARIANTS.map(({ name, about }) => ({ name, about })),
    exact,
    handles,
    connections: held,
    events,
  };
  const folder = keepStored(flags.results, 'connections', document);
  show(document, flags);
  if (flags.json !== '-') say(`kept in ${folder}`);
  const fine = measured.length === targets.length && events.length === 0 && handles.length + held.length > 0;
  process.exitCode = interruption.exitCode() ?? (fine ? ExitCode.fine : ExitCode.couldNotRun);
}

function show(document: ConnectionsDocument, flags: ConnectionsFlags): void {
  if (flags.json !== undefined) writeJson(flags.json, document);
  if (flags.page !== undefined) fillPageFile(flags.page, connectionsMarkdown(document));
  if (flags.json !== '-') process.stdout.write(renderConnections(document));
}

/** The preset's settings, each at its first level where the preset names none. */
function heldPreset({ name, settings }: Preset, catalogue: readonly SettingDescription[]): HeldPreset {
  const wanted = settings.flatMap((one) =>
    one.endsWith('*')
      ? catalogue.filter(({ id }) => id.startsWith(one.slice(0, -1))).map(({ id }) => id)
      : one,
  );
  return {
    name,
    settings: wanted.length === 0 ? [] : parseSettings(wanted.join(','), catalogue, '--preset'),
  };
}

function readPreset(text: string): Preset {
  const found = PRESETS.find(({ name }) => name === text);
  if (found === undefined)
    throw badValue('--preset', text, `a preset (accepted: ${PRESET_NAMES.join(', ')})`);
  return found;
}
