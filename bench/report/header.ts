/** The head of a report: which run, on what machine, by which plan, and the proof for every target. */
import { commonEnvironment } from '../document/common-environment.js';
import { machines, shardText } from '../document/origin.js';
import type { Environment, RunDocument, TargetRecord } from '../document/schema.js';
import { formatCount, formatMemory, formatNs, formatShare, formatSpan, formatTime } from './format.js';
import { fit, wrap } from './layout.js';
import { shellWord } from './markup.js';
import type { Paint } from './paint.js';

const LABEL = 11;

export function headerLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  const entry = (label: string, parts: readonly string[]): readonly string[] =>
    entryLines(label, parts.join(' · '), width, paint);
  const { plan } = document;
  const measured = document.targets.filter(
    ({ refused, twinOf }) => refused === null && twinOf === null,
  ).length;
  return [
    ...wrap(`dupmark ${document.dupmark.version}${commitText(document)} · run ${document.id}`, width).map(
      paint.bold,
    ),
    ...entry('status', [statusText(document), timesText(document), ...partText(document)]),
    ...entry('command', [document.command.map(shellWord).join(' ')]),
    ...machineLines(document, width, paint),
    ...entry('C library', [cLibraryText(document)]),
    ...entry('plan', [
      `${measured} ${plural('target', measured)} × ${document.scenarios.length} ${plural('scenario', document.scenarios.length)} × ` +
        `${blocksText(document)} × ${plan.roundsPerBatch} rounds of ${formatNs(plan.roundLengthNs)}`,
      ...(document.origin.kind === 'merged' ? [] : [pinnedText(plan.pinnedCpu)]),
      `seed ${document.seed}`,
    ]),
  ];
}

/** Each target with what it reported, where it came from, and the proof that it and no other was measured. */
export function targetLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  const lines = [paint.bold('targets')];
  const indent = 2 + Math.max(0, ...document.targets.map(({ id }) => Math.min(id.length, 24))) + 2;
  for (const target of document.targets.filter(({ twinOf }) => twinOf === null)) {
    const isBaseline = target.id === document.plan.baseline;
    const version = target.facts?.version ?? 'version not known';
    const id = `  ${fit(target.id, 24)}`.padEnd(indent);
    lines.push(paint.bold(id) + fit(`${version}${isBaseline ? ' · baseline' : ''}`, width - indent));
    const margin = ' '.repeat(indent);
    if (target.refused !== null) {
      for (const line of wrap(`refused: ${target.refused}`, width - indent))
        lines.push(margin + paint.red(line));
    }
    for (const line of wrap(originText(target), width - indent, 2)) lines.push(margin + line);
    lines.push(...proofLines(target, width - indent).map((line) => margin + line));
  }
  return lines;
}

function originText({ package: from, library, facts }: TargetRecord): string {
  const origin = from ?? (library.kind === 'inside-node' ? 'inside the node executable' : 'no package known');
  return facts === null ? origin : `${origin} · node ${facts.nodeVersion} · ${facts.cLibrary}`;
}

/** Where SSL_new was found, and what the witness counted; nothing when the target never answered. */
function proofLines({ facts }: TargetRecord, width: number): readonly string[] {
  if (facts === null) return [];
  const { witness } = facts;
  const seen =
    witness.method === 'memory-hooks'
      ? `witness: ${formatCount(witness.allocations)} allocations, ${formatCount(witness.left)} left`
      : `witness: ${formatCount(witness.bytes)} B, ${formatCount(witness.left)} B left`;
  const found = 'SSL_new in ';
  const room = width - found.length - seen.length - 3;
  // On one line when the path has room to say something, else on two.
  return room >= 24
    ? [`${found}${fit(facts.home.SSL_new, room, 'end')} · ${seen}`]
    : [found + fit(facts.home.SSL_new, width - found.length, 'end'), fit(seen, width)];
}

/** The machine; of a merged run each kind of machine, with the shards that were measured on it. */
function machineLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  if (document.origin.kind !== 'merged')
    return entryLines('machine', machineParts(document.environment).join(' · '), width, paint);
  return machines(document).flatMap((shards) => {
    const cpus = new Set(shards.map(({ pinnedCpu }) => pinnedText(pinnedCpu)));
    return entryLines(
      'machine',
      [
        `${plural('shard', shards.length)} ${shards.map(({ shard }) => shard).join(', ')}`,
        ...machineParts(commonEnvironment(shards.map(({ environment }) => environment))),
        ...cpus,
      ].join(' · '),
      width,
      paint,
    );
  });
}

function pinnedText(cpu: number | null): string {
  return cpu === null ? 'not pinned' : `pinned to CPU ${cpu}`;
}

function partText(document: RunDocument): readonly string[] {
  const { origin } = document;
  switch (origin.kind) {
    case 'whole':
      return [];
    case 'shard':
      return [
        `${shardText(document)}: ${document.scenarios.length} of ${origin.plan.length} scenarios of its plan`,
      ];
    case 'merged':
      return [`merged from ${origin.shards.length} shards: each time is of the machine of its shard`];
  }
}

function machineParts(environment: Environment): readonly string[] {
  const { virtualisation, frequencyGovernor, loadAtStart, loadAtEnd, stealFraction } = environment;
  const hypervisor = { true: 'virtual machine', false: 'no hypervisor', null: 'hypervisor not known' }[
    `${virtualisation.hypervisor}`
  ];
  const end = loadAtEnd === null ? '' : `, ${loadAtEnd[0].toFixed(2)} at the end`;
  return [
    `${environment.cpuModel}, ${environment.cpus} ${plural('CPU', environment.cpus)}, ${environment.architecture}`,
    formatMemory(environment.memoryBytes),
    environment.kernel,
    environment.distribution ?? 'distribution not known',
    virtualisation.vendor === null ? hypervisor : `${hypervisor} (${virtualisation.vendor})`,
    `governor ${frequencyGovernor ?? 'not known'}`,
    `load ${loadAtStart[0].toFixed(2)} at the start${end}`,
    `stolen time ${stealFraction === null ? 'not known' : formatShare(stealFraction)}`,
  ];
}

function cLibraryText({ cLibrary }: RunDocument): string {
  const from = cLibrary.kind === 'host' ? 'this machine' : `${cLibrary.suite} (${cLibrary.package})`;
  return `glibc ${cLibrary.version} from ${from}, for all targets`;
}

/** `20 blocks`, or `12 of 20 blocks` when the run ended before all were measured. */
function blocksText({ plan, cells }: RunDocument): string {
  const measured = Math.max(0, ...cells.map(({ summary }) => summary?.blocks ?? 0));
  const planned = `${plan.blocks} ${plural('block', plan.blocks)}`;
  return measured < plan.blocks ? `${measured} of ${planned}` : planned;
}

function statusText({ status }: RunDocument): string {
  return status.kind === 'partial' ? `partial: ${status.reason}` : status.kind;
}

function timesText({ startedAt, endedAt }: RunDocument): string {
  const started = `started ${formatTime(startedAt)}`;
  return endedAt === null ? started : `${started}, took ${formatSpan(startedAt, endedAt)}`;
}

function commitText({ dupmark: { commit } }: RunDocument): string {
  return commit === null ? '' : ` (commit ${commit.slice(0, 12)})`;
}

/** `label      text`, wrapped so that further lines stand under the text. */
export function entryLines(label: string, text: string, width: number, paint: Paint): readonly string[] {
  const margin = ' '.repeat(LABEL);
  return wrap(text, width - LABEL).map(
    (line, i) => (i === 0 ? paint.dim(label.padEnd(LABEL)) : margin) + line,
  );
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
