/**
 * A worker without a parent, for profilers that start a program themselves: worker.cts in this process is asked what a
 * benchmark or a soak asks it, over and over, until the time is up. Node 12.22 and later, as the worker.
 *
 * node workload.cjs ADDON REQUEST, where REQUEST is a WorkloadRequest as JSON.
 */
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 knows no other name of it.
import { writeFileSync } from 'fs';
import type { Answer, Exchange, RequestKind } from './messages.js' with { 'resolution-mode': 'import' };
import type { WorkloadReport, WorkloadRequest } from './workload-messages.js' with {
  'resolution-mode': 'import',
};

const [, , addonFile, text] = process.argv;
const request = JSON.parse(text ?? 'null') as WorkloadRequest;

const SEGMENT = { native: 20_000, handles: 2_000 };
/** Long enough that the loop is native code for nearly all of it. */
const ROUND_NS = 20e6;

const waiting = new Map<number, (answer: Answer) => void>();
process.send = (answer: Answer): boolean => {
  const settle = waiting.get(answer.id);
  if (settle !== undefined) settle(answer);
  return true;
};
process.argv = [process.execPath, __filename, addonFile as string];
require('./worker.cjs');

let lastId = 0;
function ask<K extends RequestKind>(kind: K, takes: Exchange[K]['takes']): Promise<Exchange[K]['gives']> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, (answer) => {
      waiting.delete(id);
      if (answer.ok) resolve(answer.value as Exchange[K]['gives']);
      else reject(new Error(answer.error));
    });
    process.emit('message', { kind, id, ...takes } as never, undefined);
  });
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function bench(): Promise<number> {
  const { work } = request;
  if (work.kind !== 'bench') return 0;
  let iterations = 0;
  const end = Date.now() + request.seconds * 1000;
  do {
    iterations += await ask('calibrate', { scenario: work.scenario, roundNs: ROUND_NS });
    await breathe();
  } while (Date.now() < end);
  return iterations;
}

async function soak(): Promise<number> {
  const { work } = request;
  if (work.kind !== 'soak') return 0;
  const handles = work.spec.scenario.startsWith('handles-');
  const prepared = await ask(handles ? 'handlesPrepare' : 'soakPrepare', { spec: work.spec });
  if (prepared.kind !== 'available') throw new Error(prepared.reason);
  let first = 0;
  const end = Date.now() + request.seconds * 1000;
  do {
    const cycles = handles ? SEGMENT.handles : SEGMENT.native;
    first += (await ask(handles ? 'handlesSegment' : 'soakSegment', { first, cycles })).cycles;
    await breathe();
  } while (Date.now() < end);
  return first;
}

async function main(): Promise<void> {
  const { library } = request;
  let report: WorkloadReport;
  try {
    const { version } = await ask('open', { ...library, countAllocations: false, deepbind: true });
    const done = await (request.work.kind === 'bench' ? bench() : soak());
    report = { ok: true, done, version, nodeVersion: process.version };
  } catch (error) {
    report = { ok: false, reason: (error as Error).message };
  }
  writeFileSync(request.report, JSON.stringify(report));
}

void main();
