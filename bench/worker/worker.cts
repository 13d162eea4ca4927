/**
 * The child process that measures one target, and the only importer of the addon. Runs under Node 12.22 and
 * later, so: Node built-ins only, CommonJS, ES2019. Standard output stays free, as libraries may write to it.
 */

import type { Handles, HandlesAddon } from './handles.cjs';
import type { Answer, Exchange, Request, RequestKind, ScenarioSpec, Survey } from './messages.js' with {
  'resolution-mode': 'import',
};
import type { NodeLayerAddon } from './node-layer.cjs';
import type { ReadingAddon, SoakFile } from './soak-file.cjs';

/** What native/addon.cc exports. */
interface Addon {
  open(request: Exchange['open']['takes']): Omit<Exchange['open']['gives'], 'nodeVersion'>;
  describe(): Exchange['describe']['gives'];
  conform(setting: string, level: string, withSession: boolean): Exchange['conform']['gives'];
  code(setting: string, level: string): Exchange['code']['gives'];
  claims(): Exchange['claims']['gives'];
  claim(id: string): Exchange['claim']['gives'];
  prepare(
    scenario: ScenarioSpec,
  ):
    | { kind: 'available'; lost: readonly string[]; setOnHandles: readonly string[] }
    | { kind: 'absent'; reason: string }
    | { kind: 'failed'; reason: string };
  release(): void;
  calibrate(roundNs: number): number;
  round(iterations: number): number;
  memory(): Exclude<Survey['memory'], string>;
  attachBoard(fd: number): void;
  runBoard(epoch: number, worker: number, iterations: number): 'complete' | 'stopped';
  leaveBoard(worker: number): void;
  scatterHeap(seed: number): void;
  pin(pid: number, cpu: number): string;
  keepOff(pid: number, cpu: number): string;
  soakDescribe(): Exchange['soakDescribe']['gives'];
  soakPrepare(spec: Exchange['soakPrepare']['takes']['spec']): Exchange['soakPrepare']['gives'];
  soakSegment(first: number, cycles: number): Exchange['soakSegment']['gives'];
  soakWalk(first: number, cycles: number): Exchange['soakWalk']['gives'];
  soakSteps(steps: readonly string[]): Exchange['soakSteps']['gives'];
  teamPrepare(spec: Exchange['teamPrepare']['takes']['spec']): Exchange['teamPrepare']['gives'];
  teamCalibrate(roundNs: number): number;
  teamRound(round: Exchange['teamRound']['takes']['round']): Exchange['teamRound']['gives'];
  teamRelease(): undefined;
  holdHandles(scenario: ScenarioSpec, most: number): Exchange['holdHandles']['gives'];
  holdMore(alive: number): Exchange['holdMore']['gives'];
  holdConnections(buffers: Exchange['holdConnections']['takes']['buffers']): undefined;
  connectMore(alive: number): Exchange['connectMore']['gives'];
  exchange(first: number, last: number, bytes: number): Exchange['exchange']['gives'];
  measureConnection(exchangeBytes: number): Exchange['measureConnection']['gives'];
  releaseHeld(): Exchange['releaseHeld']['gives'];
}

const addonFile = process.argv[2];
const boardFd = process.argv[3];
let handles: Handles | null = null;
let soakFile: SoakFile | null = null;

/** Loaded when it is needed: old Nodes lack what it uses. */
function handlesPart(): typeof import('./handles.cjs') {
  return require('./handles.cjs');
}

function handlesNodeMin(): number {
  return (require('./handle-plants.cjs') as typeof import('./handle-plants.cjs')).HANDLES_NODE_MAJOR_MIN;
}

function jsHandles(): Handles {
  const { Handles: Part } = handlesPart();
  handles = handles === null ? new Part(addon as unknown as HandlesAddon, addonFile as string) : handles;
  return handles;
}

/** Whether this Node has module hooks, asked before anything is loaded that older Nodes cannot even parse. */
function runsSoakFiles(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 6);
}

/** The soak file of this process: one for its whole life. */
function theSoakFile(): SoakFile {
  const { SoakFile: Part } = require('./soak-file.cjs') as typeof import('./soak-file.cjs');
  soakFile = soakFile === null ? new Part(addon as unknown as ReadingAddon) : soakFile;
  return soakFile;
}

if (addonFile === undefined || process.send === undefined) {
  process.stderr.write('worker: started without an addon or a parent\n');
  process.exit(2);
}
const addon = require(addonFile) as Addon;
if (boardFd !== undefined) addon.attachBoard(Number(boardFd));

function prepare(scenario: ScenarioSpec): void {
  const prepared = addon.prepare(scenario);
  if (prepared.kind !== 'available') throw new Error(prepared.reason);
}

function survey(scenario: ScenarioSpec, countMemory: boolean): Survey {
  const prepared = addon.prepare(scenario);
  if (prepared.kind !== 'available') {
    return { availability: prepared, lost: [], setOnHandles: [], memory: prepared.reason };
  }
  let memory: Survey['memory'] = 'not counted';
  if (countMemory) {
    try {
      memory = addon.memory();
    } catch (error) {
      memory = (error as Error).message;
    }
  }
  addon.release();
  const { lost, setOnHandles } = prepared;
  return { availability: { kind: 'available' }, lost, setOnHandles, memory };
}

function soakDescribe(): Exchange['soakDescribe']['gives'] {
  const { scenarios, plants } = addon.soakDescribe();
  const { HANDLE_SCENARIOS, HANDLE_PLANTS } =
    require('./handle-plants.cjs') as typeof import('./handle-plants.cjs');
  return { scenarios: [...scenarios, ...HANDLE_SCENARIOS], plants: [...plants, ...HANDLE_PLANTS] };
}

type Given = Exchange[RequestKind]['gives'];

function answer(request: Request): Given | Promise<Given> {
  switch (request.kind) {
    case 'open':
      return Object.assign({ nodeVersion: process.version }, addon.open(request));
    case 'describe':
      return addon.describe();
    case 'survey':
      return survey(request.scenario, request.countMemory);
    case 'conform':
      return addon.conform(request.setting, request.level, request.withSession);
    case 'code':
      return addon.code(request.setting, request.level);
    case 'claims':
      return addon.claims();
    case 'claim':
      return addon.claim(request.claim);
    case 'calibrate': {
      prepare(request.scenario);
      const iterations = addon.calibrate(request.roundNs);
      addon.release();
      return iterations;
    }
    case 'rounds':
      try {
        prepare(request.scenario);
        addon.round(request.iterations); // warms: code, allocator and OpenSSL's own caches
        return addon.runBoard(request.epoch, request.worker, request.iterations);
      } catch (error) {
        addon.leaveBoard(request.worker); // or the others would wait for this worker
        throw error;
      } finally {
        addon.release();
      }
    case 'scatterHeap':
      addon.scatterHeap(request.seed);
      return null;
    case 'pin':
      return addon.pin(request.pid, request.cpu);
    case 'keepOff':
      return addon.keepOff(request.pid, request.cpu);
    case 'soakDescribe':
      return soakDescribe();
    case 'soakPrepare':
      return addon.soakPrepare(request.spec);
    case 'soakSegment':
      return addon.soakSegment(request.first, request.cycles);
    case 'soakWalk':
      return addon.soakWalk(request.first, request.cycles);
    case 'soakSteps':
      return addon.soakSteps(request.steps);
    case 'nodeLayer':
      return (require('./node-layer.cjs') as typeof import('./node-layer.cjs')).nodeLayer(
        addon as unknown as NodeLayerAddon,
        request,
      );
    case 'teamPrepare':
      return addon.teamPrepare(request.spec);
    case 'teamCalibrate':
      return addon.teamCalibrate(request.roundNs);
    case 'teamRound':
      return addon.teamRound(request.round);
    case 'teamRelease':
      return addon.teamRelease();
    case 'holdHandles':
      return addon.holdHandles(request.scenario, request.most);
    case 'holdMore':
      return addon.holdMore(request.alive);
    case 'holdConnections':
      return addon.holdConnections(request.buffers);
    case 'connectMore':
      return addon.connectMore(request.alive);
    case 'exchange':
      return addon.exchange(request.first, request.last, request.bytes);
    case 'measureConnection':
      return addon.measureConnection(request.exchangeBytes);
    case 'releaseHeld':
      return addon.releaseHeld();
    case 'handlesPrepare':
      if (Number(process.versions.node.split('.')[0]) < handlesNodeMin()) {
        const reason = `JavaScript handles are soaked on Node ${handlesNodeMin()} and later; this target runs ${process.version}`;
        return { kind: 'absent', reason, handleBytes: 0 };
      }
      return jsHandles().prepare(request.spec);
    case 'handlesSegment':
      return jsHandles().segment(request.first, request.cycles);
    case 'handlesSnapshot':
      return (require('./heap-snapshot.cjs') as typeof import('./heap-snapshot.cjs')).writeSnapshot(
        request.file,
      );
    case 'filePrepare':
      if (!runsSoakFiles()) {
        return {
          kind: 'absent',
          reason: `a soak file runs on Node 20.6 and later; this is ${process.version}`,
        };
      }
      return theSoakFile().prepare(request.spec);
    case 'fileCycles':
      return theSoakFile().cycles(request.first, request.most, request.milliseconds, request.warming);
    case 'fileRead':
      return theSoakFile().read();
    case 'fileCount':
      return theSoakFile().countObjects();
    case 'fileEnd':
      return theSoakFile().end();
  }
}

process.on('message', (request: Request) => {
  const reply = (message: Answer) => {
    if (process.send !== undefined) process.send(message);
  };
  const refuse = (error: unknown) =>
    reply({ id: request.id, ok: false, error: error instanceof Error ? error.message : String(error) });
  try {
    const given = answer(request);
    if (given instanceof Promise) {
      given.then((value) => reply({ id: request.id, ok: true, value }), refuse);
    } else reply({ id: request.id, ok: true, value: given });
  } catch (error) {
    refuse(error);
  }
});

// The parent is gone, or has no more work.
process.on('disconnect', () => process.exit(0));
