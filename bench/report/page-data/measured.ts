/** Threads, connections and the Node layer for the page: the figures of their reports, computed by the same functions. */
import { NATIVE_WORK, NODE_LAYER } from '../../core/node-layer.js';
import type { ConnectionsDocument } from '../../document/connections-schema.js';
import type { NodeLayerDocument } from '../../document/node-layer-schema.js';
import type { Environment, TargetRecord } from '../../document/schema.js';
import type { ThreadsDocument } from '../../document/threads-schema.js';
import type { Summary } from '../../stats/summary.js';
import { teamScenarioName } from '../../suites/threads.js';
import { type SeriesKey, teamFigures } from '../../threads/figures.js';
import { shortVersion } from '../cells.js';
import { plural } from '../header.js';
import { heldSections, notHeld } from '../held-sections.js';
import { nodeLayerCells } from '../node-layer.js';
import { allocatorKeys, keyOf, seriesOf, whyNot } from '../threads.js';
import type {
  PageConnections,
  PageNodeCell,
  PageNodeLayer,
  PageTarget,
  PageTeams,
  PageThreads,
  PageTime,
} from './measured-types.js';

export function pageThreads(document: ThreadsDocument): PageThreads {
  const { id, startedAt, end, command, plan, environment, targets, batches, events } = document;
  const blocks = new Set(batches.map(({ block }) => block)).size;
  return {
    ...{ id, startedAt, end, command },
    machine: [
      ...machineOf(environment),
      `${blocks} ${plural('block', blocks)} of ${plan.rounds} rounds`,
      plan.cpus.length === 0
        ? 'threads not kept on any CPU'
        : `threads kept on CPUs ${plan.cpus.join(', ')}, in turn`,
    ],
    targets: targets.map(pageTarget),
    events: events.map(({ target, scenario, message }) => `${scenario} on ${target}: ${message}`),
    threads: plan.threads,
    cpusUsable: plan.cpusUsable,
    series: seriesOf(document).map((one) => ({
      name: teamScenarioName(one),
      teams: targets.map(({ id: target }) => teamOf(document, batches, keyOf(target, one))),
    })),
    allocators: document.allocators,
    allocatorSeries: allocatorKeys(document).map(({ scenario, allocator, keys }) => ({
      name: `${scenario} · one context`,
      allocator,
      teams: keys.map((key) => teamOf(document, document.allocatorBatches, key)),
    })),
  };
}

function teamOf(
  document: ThreadsDocument,
  batches: ThreadsDocument['batches'],
  key: SeriesKey,
): PageTeams['teams'][number] {
  const figures = teamFigures(document, batches, key);
  const said = whyNot(document, key);
  const reason = said === null ? 'no data' : `${said.kind}: ${said.reason}`;
  return { target: key.target, figures, reason: figures.length > 0 ? null : reason };
}

export function pageConnections(document: ConnectionsDocument): PageConnections {
  const { id, startedAt, end, command, plan, environment, targets, presets, variants, events } = document;
  return {
    ...{ id, startedAt, end, command },
    machine: [...machineOf(environment), `huge pages ${environment.hugePages ?? 'not known'}`],
    targets: targets.map(pageTarget),
    events: events.map(({ target, what, message }) => `${what} on ${target}: ${message}`),
    ...{ handles: plan.handles, pairs: plan.connections, exchangeBytes: plan.exchangeBytes },
    sections: heldSections(document),
    notHeld: notHeld(document),
    about: [...presets, ...variants].map(({ name, about }) => ({ name, about })),
  };
}

export function pageNodeLayer(document: NodeLayerDocument): PageNodeLayer {
  const { id, startedAt, end, command, plan, environment, targets } = document;
  const cells = nodeLayerCells(document);
  return {
    ...{ id, startedAt, end, command, blocks: plan.blocks },
    machine: [
      ...machineOf(environment),
      `${plan.blocks} ${plural('block', plan.blocks)} of ${plan.roundsPerBatch} rounds`,
      plan.pinnedCpu === null ? 'not pinned to a CPU' : `pinned to CPU ${plan.pinnedCpu}`,
    ],
    targets: targets.map(pageTarget),
    events: [],
    tasks: plan.tasks.map((task) => {
      const { about, beneath } = NODE_LAYER[task];
      return {
        ...{ task, about, beneath: beneath === null ? null : NATIVE_WORK[beneath] },
        cells: targets.map(({ id: target }): PageNodeCell => {
          const found = cells.find((one) => one.task === task && one.target === target);
          const share = found?.opensslShare ?? null;
          return {
            time: timeOf(found?.summary ?? null),
            openssl: timeOf(found?.openssl ?? null),
            share: share && { ratio: share.ratio, interval: share.interval },
            reason: found === undefined ? 'not measured' : found.reason,
          };
        }),
      };
    }),
  };
}

function timeOf(summary: Summary | null): PageTime | null {
  return summary && { medianNs: summary.medianNs, interval: summary.interval };
}

function machineOf({ cpuModel, cpus, loadAtStart, loadAtEnd }: Environment): readonly string[] {
  const loads = [loadAtStart, loadAtEnd].map((load) => load?.[0].toFixed(2) ?? '?');
  return [`${cpuModel}, ${cpus} CPUs`, `load ${loads.join(' → ')}`];
}

function pageTarget({ id, facts, refused }: TargetRecord): PageTarget {
  return {
    id,
    version: facts === null ? null : shortVersion(facts.version),
    node: facts === null ? null : facts.nodeVersion.replace(/^v/, ''),
    refused,
  };
}
