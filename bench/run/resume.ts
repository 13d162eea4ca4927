/** Going on with a stored run: what it fixes, and why it may be refused. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { beginEnvironment } from '../document/environment.js';
import { readRun } from '../document/read.js';
import { RUN_ID, type RunDocument } from '../document/schema.js';
import { DOCUMENT_FILE } from '../document/store.js';
import { type Done, doneOf } from './progress.js';

/** A ResumedRun is a stored run that is gone on with. */
export interface ResumedRun {
  readonly folder: string;
  readonly document: RunDocument;
  readonly done: Done;
}

/** The folder of a run that is named by its folder or its id. Throws CouldNotRun. */
export function runFolder(named: string, results: string): string {
  const folder = RUN_ID.test(named) ? path.join(results, 'runs', named) : named;
  if (!existsSync(path.join(folder, DOCUMENT_FILE))) {
    throw new CouldNotRun(
      `--resume: '${printable(named)}' is no run's id below ${printable(results)} and no folder with a ${DOCUMENT_FILE}`,
    );
  }
  return path.resolve(folder);
}

/** Reads a run to go on with it. Its stored cells and damage warnings do not come along: both are made anew. */
export function readResumed(folder: string): ResumedRun {
  const { document, batches } = readRun(folder);
  if (document.origin.kind === 'merged') {
    throw new CouldNotRun(`--resume: ${document.id} is merged: go on with the shard that is not complete`);
  }
  return { folder, document, done: doneOf(document, batches) };
}

/** Whether nothing of the plan is left to do. A scenario that no target can run leaves nothing. */
export function isMeasured({ document, done }: Pick<ResumedRun, 'document' | 'done'>): boolean {
  const able = new Set(
    document.availability.flatMap(({ scenario, availability }) =>
      availability.kind === 'available' ? scenario : [],
    ),
  );
  const asked = document.scenarios.every(({ name }) =>
    document.availability.some(({ scenario }) => scenario === name),
  );
  const blocks = Array.from({ length: document.plan.blocks }, (_, block) => block);
  return asked && [...able].every((scenario) => blocks.every((block) => done.has(block, scenario)));
}

/**
 * Throws CouldNotRun unless the machine, the C library and every target's files are those that the run began with:
 * anything else would mix two measurements in one run.
 */
export function assertSame(
  document: Pick<RunDocument, 'id' | 'targets' | 'cLibrary' | 'environment'>,
  targets: readonly Target[],
  cLibrary: CLibrary,
): void {
  const refuse = (why: string): never => {
    throw new CouldNotRun(`--resume: ${document.id} cannot be gone on with: ${why}`);
  };
  for (const { id, sha256, refused, twinOf } of document.targets) {
    if (refused !== null || twinOf !== null) continue;
    const now = targets.find((target) => target.id === id);
    if (now === undefined) refuse(`the target ${id} cannot be had`);
    else if (digests(now.sha256) !== digests(sha256))
      refuse(`the files of ${id} are not those that it began with`);
  }
  if (cLibrary.kind !== document.cLibrary.kind || cLibrary.version !== document.cLibrary.version) {
    refuse(`it ran on glibc ${document.cLibrary.version}, now it is ${cLibrary.version}`);
  }
  const { environment } = beginEnvironment(null);
  for (const [what, then, now] of [
    ['CPU', document.environment.cpuModel, environment.cpuModel],
    ['number of CPUs', document.environment.cpus, environment.cpus],
    ['kernel', document.environment.kernel, environment.kernel],
    ['Node', document.environment.nodeVersion, environment.nodeVersion],
  ] as const) {
    if (then !== now) refuse(`the ${what} was ${then}, now it is ${now}`);
  }
}

/** What the files hold, wherever they lie. */
function digests(sha256: Readonly<Record<string, string>>): string {
  return Object.values(sha256).sort().join(' ');
}
