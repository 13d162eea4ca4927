/** Where the figures come from: the machine, the plan, the targets with their proof, warnings, and the method. */
import type { TargetRecord } from '../../../document/schema.js';
import { formatCount, formatMemory, formatNs, formatShare, formatSpan, formatTime } from '../../format.js';
import { type Child, h } from '../dom.js';
import { type Run, targetLabel, type View } from '../model.js';
import { scrollable } from '../table.js';

/** More events than this are left to the document. */
const EVENTS_SHOWN = 50;

export const machine: View = {
  id: 'machine',
  title: 'Machine and method',
  of: 'run',
  has: () => true,
  scenarios: false,
  render(context) {
    const { run } = context;
    return h(
      'div',
      {},
      section('Warnings', warnings(run)),
      ...machinesOf(run),
      section('The plan', facts(planFacts(run))),
      section('The targets, each with the proof that it and no other was measured', targets(run)),
      section('Events', events(run)),
      section('How the figures are made', method(run)),
    );
  },
};

function section(title: string, content: Child): Child {
  return content === null ? null : h('section', {}, h('h3', {}, title), content);
}

function facts(entries: readonly (readonly [string, Child])[]): Node {
  return h(
    'dl',
    { class: 'facts' },
    entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

const known = (value: string | null): string => value ?? 'not known';
const yesNo = (value: boolean | null): string => (value === null ? 'not known' : value ? 'yes' : 'no');

/** The machine; of a run merged from shards each one, with what was measured on it. */
function machinesOf({ document }: Run): readonly Child[] {
  const { origin, environment } = document;
  if (origin.kind !== 'merged') return [section('The machine', facts(machineFacts(document, environment)))];
  return origin.shards.map((shard) =>
    section(
      `The machine of shard ${shard.shard}`,
      facts([
        ['Run', shard.run],
        ['Scenarios measured here', shard.scenarios.join(', ')],
        ...machineFacts(document, shard.environment),
      ]),
    ),
  );
}

function machineFacts(
  { cLibrary }: Run['document'],
  environment: Run['document']['environment'],
): readonly (readonly [string, Child])[] {
  const { loadAtStart, loadAtEnd, virtualisation, stealFraction, clockResolutionNs } = environment;
  const loads = (values: readonly number[] | null): string =>
    values === null ? 'not known' : values.map((value) => value.toFixed(2)).join(', ');
  return [
    ['CPU', `${environment.cpuModel}, ${environment.cpus} CPUs, ${environment.architecture}`],
    ['Memory', formatMemory(environment.memoryBytes)],
    ['Kernel', environment.kernel],
    ['Distribution', known(environment.distribution)],
    ['Node of dupmark', environment.nodeVersion],
    [
      'C library of all workers',
      `${cLibrary.version}${cLibrary.kind === 'suite' ? ` from ${cLibrary.suite} (${cLibrary.package})` : ', this machine’s'}`,
    ],
    [
      'Virtual machine',
      `${yesNo(virtualisation.hypervisor)}${virtualisation.vendor === null ? '' : ` (${virtualisation.vendor})`}`,
    ],
    ['Stolen time', stealFraction === null ? 'not known' : formatShare(stealFraction)],
    ['Load over 1, 5, 15 minutes at the start', loads(loadAtStart)],
    ['and at the end', loads(loadAtEnd)],
    ['Frequency governor', known(environment.frequencyGovernor)],
    ['Turbo', yesNo(environment.turbo)],
    ['Hardware threads share cores', yesNo(environment.smt)],
    [
      'Clock',
      `${known(environment.clockSource)}, steps of ${clockResolutionNs === null ? 'unknown length' : formatNs(clockResolutionNs)}`,
    ],
    ['Huge pages', known(environment.hugePages)],
    ['Address randomisation', known(environment.addressRandomisation?.toString() ?? null)],
  ];
}

function planFacts({ document, source: { sensitivity } }: Run): readonly (readonly [string, Child])[] {
  const { plan } = document;
  const { floor, change } = sensitivity;
  return [
    ['Run', document.id],
    ['Started', formatTime(document.startedAt)],
    ['Took', document.endedAt === null ? 'not ended' : formatSpan(document.startedAt, document.endedAt)],
    [
      'Status',
      document.status.kind === 'partial' ? `partial: ${document.status.reason}` : document.status.kind,
    ],
    ['Command', h('code', {}, `dupmark ${document.command.join(' ')}`)],
    [
      'dupmark',
      `${document.dupmark.version}${document.dupmark.commit === null ? '' : `, commit ${document.dupmark.commit}`}`,
    ],
    ['Seed', String(document.seed)],
    ['Baseline', plan.baseline],
    ['Blocks of fresh processes', String(plan.blocks)],
    ['Rounds', `${plan.roundsPerBatch} a block, of ${formatNs(plan.roundLengthNs)}`],
    ['Workers', plan.pinnedCpu === null ? 'not pinned' : `all pinned to CPU ${plan.pinnedCpu}`],
    [
      'Looks (blocks: level spent)',
      plan.looks.map(({ blocks, level }) => `${blocks}: ${level.toPrecision(3)}`).join('; '),
    ],
    [
      'A/A noise floor',
      floor === null
        ? 'none: the baseline was not measured against itself'
        : `${floor.cells} ratios of the baseline to itself, up to ${formatShare(floor.worst)} from 1, ${floor.flagged} flagged`,
    ],
    [
      'Smallest detectable change',
      change === null
        ? 'none: no ratio has an interval'
        : `${formatShare(change.median)} in the middle ratio, ${formatShare(change.worst)} in the worst (nine times in ten)`,
    ],
  ];
}

function targets(run: Run): Node {
  const proof = ({ facts: found }: TargetRecord): string => {
    if (found === null) return 'the worker could not be asked';
    const { witness } = found;
    return witness.method === 'memory-hooks'
      ? `${formatCount(witness.allocations)} allocations by its own hooks, ${formatCount(witness.left)} left`
      : `${formatCount(witness.bytes)} B by the allocator, ${formatCount(witness.left)} B left`;
  };
  return scrollable(
    'Targets',
    h(
      'table',
      { id: 'targets' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Target', 'Reports itself as', 'From', 'SSL_new found in', 'Witness', 'sha256'].map((text) =>
            h('th', { scope: 'col' }, text),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        run.document.targets
          .filter(({ twinOf }) => twinOf === null)
          .map((target) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, target.id),
              h(
                'td',
                {},
                target.refused === null
                  ? (target.facts?.version ?? 'not known')
                  : `refused: ${target.refused}`,
              ),
              h(
                'td',
                {},
                target.package ??
                  (target.library.kind === 'inside-node' ? 'inside the node executable' : 'no package known'),
              ),
              h('td', { class: 'path' }, target.facts?.home.SSL_new ?? 'not known'),
              h('td', {}, proof(target)),
              h(
                'td',
                { class: 'path' },
                Object.values(target.sha256)
                  .map((digest) => digest.slice(0, 16))
                  .join(' '),
              ),
            ),
          ),
      ),
    ),
  );
}

function warnings({ source }: Run): Child {
  if (source.warnings.length === 0) return h('p', {}, 'None.');
  return h(
    'ul',
    { class: 'warnings', id: 'warnings' },
    source.warnings.map(({ code, message, advice }) =>
      h('li', {}, h('strong', {}, code), `: ${message}. `, h('span', { class: 'quiet' }, advice)),
    ),
  );
}

function events({ document }: Run): Child {
  if (document.events.length === 0) return null;
  const more = document.events.length - EVENTS_SHOWN;
  return h(
    'ul',
    {},
    document.events
      .slice(0, EVENTS_SHOWN)
      .map(({ at, kind, target, scenario, message }) =>
        h(
          'li',
          {},
          [formatTime(at), kind, target, scenario].filter((part) => part !== null).join(' · '),
          `: ${message}`,
        ),
      ),
    more > 0 ? h('li', {}, `and ${more} more in the document`) : null,
  );
}

const METHOD = [
  'An iteration is one operation; a round is so many that it lasts about 0.2 ms and gives one value; a block is a fresh process for each target, whose rounds take turns on one pinned CPU.',
  'The time of a cell is the median over blocks of the median over rounds. Its interval is of order statistics of the blocks, at least 95 % confidence, whatever the distribution.',
  'A ratio between targets is of paired rounds: each block’s effect is the median of log(contender / baseline) over its pairs, and the blocks together give estimate, interval and test (signed ranks). dup over new of one target are not paired by rounds: a block’s effect is the ratio of its two medians.',
  'Verdicts are corrected for the number of ratios in the run (Holm), and a change no larger than what the baseline shows against itself (A/A) is not called one. ~ means not distinguished, never equal.',
  'Allocations and bytes are counted in a pass of their own and are exact.',
];

function method(run: Run): Node {
  return h(
    'div',
    {},
    METHOD.map((text) => h('p', {}, text)),
    h(
      'p',
      {},
      `All figures come from the run’s raw values (rounds.ndjson); the baseline is ${targetLabel(run, run.document.plan.baseline)}.`,
    ),
  );
}
