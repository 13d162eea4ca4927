/**
 * clinic, and V8's own profilers, on a worker or a soak: the one module that knows of clinic. It is no longer maintained and
 * is made for a person at a terminal: without NO_INSIGHT=1 it does nothing and says that all is well where there is none, its exit
 * code is not the program's, and its pages ask a web server for a font. So its word is not taken: the workload's own report
 * and the files that it wrote are looked at, and the pages are made to ask for nothing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { failureLine, run } from '../targets/child.js';
import { ADDON_FILE, WORKLOAD_FILE } from '../worker/files.js';
import { workerCommand } from '../worker/worker-process.js';
import type { WorkloadReport, WorkloadRequest } from '../worker/workload-messages.js';
import { toolFolder } from './tools.js';

export const CLINIC_TOOLS = ['doctor', 'flame', 'bubbleprof', 'heapprofiler'] as const;
export const V8_TOOLS = ['cpu', 'heap'] as const;
export type ClinicTool = (typeof CLINIC_TOOLS)[number];
export type V8Tool = (typeof V8_TOOLS)[number];

/** What V8 offers where a tool of clinic does not work. */
export const INSTEAD: Readonly<Record<ClinicTool, V8Tool>> = {
  doctor: 'cpu',
  flame: 'cpu',
  bubbleprof: 'cpu',
  heapprofiler: 'heap',
};

/** The usual 512 KiB between two samples of the heap would pass over work that is nearly all native. */
const V8_FLAGS: Readonly<Record<V8Tool, readonly string[]>> = {
  cpu: ['--cpu-prof'],
  heap: ['--heap-prof', '--heap-prof-interval=8192'],
};

export interface WorkloadPlan {
  readonly target: Target;
  readonly cLibrary: CLibrary;
  readonly work: WorkloadRequest['work'];
  readonly seconds: number;
  /** Where everything is kept. */
  readonly folder: string;
}

export interface WorkloadProfile {
  readonly tool: ClinicTool | V8Tool;
  readonly report: Extract<WorkloadReport, { ok: true }>;
  /** What to open. */
  readonly files: readonly string[];
}

/** Beside the work itself: clinic makes its page afterwards, which takes longest on a busy machine. */
const BESIDE_MS = 400_000;

/** Throws CouldNotRun when the tool left nothing behind, or the work failed. */
export async function profileWithClinic(tool: ClinicTool, plan: WorkloadPlan): Promise<WorkloadProfile> {
  const { command, args } = workerCommand(plan.target, plan.cLibrary);
  if (args.length > 0) {
    throw new CouldNotRun(
      `clinic starts node by itself, which a C library other than this machine's does not allow; --tool ${INSTEAD[tool]} does`,
    );
  }
  const clinic = join(toolFolder('clinic'), 'bin.js');
  // The page is made by the same Node that runs the work.
  const flags = [clinic, tool, '--open=false', '--dest', plan.folder, '--', command, ...workload(plan)];
  const { ended, report } = await runWorkload(plan, command, flags, {
    NO_INSIGHT: '1',
    NO_UPDATE_NOTIFIER: '1',
    CI: '1',
  });
  const pages = readdirSync(plan.folder).filter((name) => name.endsWith('.html'));
  if (pages.length === 0)
    throw new CouldNotRun(`clinic ${tool} wrote no page: ${failureLine('clinic', ended)}`);
  const files = pages.map((name) => {
    const file = join(plan.folder, `${tool}.html`);
    writeFileSync(join(plan.folder, name), withoutRequests(readFileSync(join(plan.folder, name), 'utf8')));
    renameSync(join(plan.folder, name), file);
    return file;
  });
  return { tool, report, files };
}

/** V8's sampling profilers (`--cpu-prof`, `--heap-prof`), on any target and any Node from 12 on. */
export async function profileWithV8(tool: V8Tool, plan: WorkloadPlan): Promise<WorkloadProfile> {
  const { command, args } = workerCommand(plan.target, plan.cLibrary);
  const { ended, report } = await runWorkload(
    plan,
    command,
    [...args, ...V8_FLAGS[tool], `--${tool}-prof-dir=${plan.folder}`, ...workload(plan)],
    {},
  );
  const ending = `.${tool}profile`;
  const name = readdirSync(plan.folder).find((one) => one.endsWith(ending));
  if (name === undefined) throw new CouldNotRun(`node wrote no ${ending}: ${failureLine('node', ended)}`);
  const file = join(plan.folder, `worker${ending}`);
  renameSync(join(plan.folder, name), file);
  return { tool, report, files: [file] };
}

function reportFile({ folder }: WorkloadPlan): string {
  return join(folder, 'workload.json');
}

function workload(plan: WorkloadPlan): string[] {
  const { library } = plan.target;
  const request: WorkloadRequest = {
    library:
      library.kind === 'shared'
        ? { libcrypto: library.libcrypto, libssl: library.libssl }
        : { libcrypto: '', libssl: '' },
    work: plan.work,
    seconds: plan.seconds,
    report: reportFile(plan),
  };
  return [WORKLOAD_FILE, ADDON_FILE, JSON.stringify(request)];
}

async function runWorkload(
  plan: WorkloadPlan,
  command: string,
  args: readonly string[],
  variables: Record<string, string>,
) {
  mkdirSync(plan.folder, { recursive: true });
  rmSync(reportFile(plan), { force: true });
  const ended = await run(command, [...args], {
    cwd: plan.folder,
    timeoutMs: plan.seconds * 1000 + BESIDE_MS,
    fills: plan.folder,
    env: { ...variables, OPENSSL_CONF: '/dev/null' },
  });
  if (!existsSync(reportFile(plan))) {
    throw new CouldNotRun(`the work did not come to its end: ${failureLine('it', ended)}`);
  }
  let report: WorkloadReport;
  try {
    report = JSON.parse(readFileSync(reportFile(plan), 'utf8')) as WorkloadReport;
  } catch (error) {
    throw new CouldNotRun(`the work's report cannot be read: ${messageOf(error)}`);
  }
  if (!report.ok) throw new CouldNotRun(`${plan.target.id}: ${report.reason}`);
  return { ended, report };
}

/**
 * A page of clinic that asks for nothing: its loader of web fonts is given an empty style sheet, and a policy forbids whatever
 * else it might ask for. Links that a reader follows stay.
 */
export function withoutRequests(page: string): string {
  const sources = "'unsafe-inline' data: blob:";
  const policy = [
    "default-src 'none'",
    `script-src ${sources} 'unsafe-eval'`,
    `style-src ${sources}`,
    'img-src data: blob:',
    'font-src data:',
    'connect-src data: blob:',
    'worker-src data: blob:',
  ].join('; ');
  const bare = page.replace(
    /(["'`])https:\/\/(?:clinicjs\.org\/assets\/css\/fonts\.css|fonts\.googleapis\.com\/css|use\.typekit\.net)/g,
    '$1data:text/css,',
  );
  return bare.replace(
    /<head[^>]*>/i,
    (head) => `${head}<meta http-equiv="Content-Security-Policy" content="${policy}">`,
  );
}
