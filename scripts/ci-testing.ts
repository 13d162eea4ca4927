/** Runs the steps of CI files here, as the engine would: what the tests of workflows and examples share. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

export type Variables = Readonly<Record<string, string>>;

/** A step of a workflow or of a composite action, as far as it is run here. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Workflow {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

export function readYaml<T>(...path: readonly string[]): T {
  return parse(readFileSync(join(PROJECT_FOLDER, ...path), 'utf8')) as T;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a script as the engine's shell does, with nothing of the engine's own variables in its environment. */
export function runScript(
  shell: readonly [string, ...string[]],
  script: string,
  cwd: string,
  variables: Variables,
): Promise<Ended> {
  const [command, ...args] = shell;
  return new Promise((resolve) => {
    const child = spawn(command, [...args, script], {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        DUPMARK_CACHE: process.env.DUPMARK_CACHE,
        NO_COLOR: '1',
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** GitHub's own: bash --noprofile --norc -eo pipefail. */
export const GITHUB_SHELL = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] as const;

/** The value of `${{ … }}` expressions by what stands in them. Throws for one that is not given. */
export function evaluated(text: string, values: Variables): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (whole, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`no value for ${whole}`);
    return value;
  });
}

export interface Job {
  readonly steps: readonly Step[];
  readonly cwd: string;
  /** What replaces variables of the workflow and of its steps, so that it is quick. */
  readonly variables: Variables;
  readonly expressions?: Variables;
  readonly env?: Readonly<Record<string, unknown>>;
  /** Names of steps that are not run here. */
  readonly without?: readonly string[];
}

/** Runs the `run:` steps of a job, one after the other; stops at the first that fails. */
export async function runJob(job: Job): Promise<readonly (Ended & { readonly name: string })[]> {
  const ended: (Ended & { readonly name: string })[] = [];
  for (const { name = '', run, env } of job.steps) {
    if (run === undefined || job.without?.includes(name)) continue;
    const own = Object.fromEntries(
      Object.entries({ ...job.env, ...env }).map(([key, value]) => [
        key,
        key in job.variables ? '' : evaluated(String(value), job.expressions ?? {}),
      ]),
    );
    const one = { name, ...(await runScript(GITHUB_SHELL, run, job.cwd, { ...own, ...job.variables })) };
    ended.push(one);
    if (one.code !== 0) break;
  }
  return ended;
}

/** A folder for PATH with programs of these names, each a line of sh. */
export function programs(folder: string, lines: Variables): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, line] of Object.entries(lines)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:${process.env.PATH ?? ''}`;
}
