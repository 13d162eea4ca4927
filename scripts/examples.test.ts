/** The examples for other engines: they parse, shells accept them, and N processes run their very commands here. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTemporaryFolder } from '../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';
import { programs, readYaml, runScript, type Variables } from './ci-testing.js';

const test = suite('examples');

const EXAMPLES = join(PROJECT_FOLDER, 'examples');
const PROGRAM = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');
const BENCH = '--targets bundled,system --operation new,up-ref --blocks 1 --rounds 2 --round-us 50 --seed 1';
const SHARDS = 2;

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
if (!hasShellcheck) process.stdout.write('note: no shellcheck: scripts were only checked by sh -n\n');

/** Accepted by sh, and by shellcheck where there is one. */
function checked(script: string, shell: 'sh' | 'bash' = 'sh'): void {
  assert.is(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' }).status, 0, script);
  if (!hasShellcheck) return;
  const { status, stdout } = spawnSync('shellcheck', ['--shell', shell, '-'], {
    input: script,
    encoding: 'utf8',
  });
  assert.is(status, 0, stdout);
}

/** The merged run that is below `folder`, and nothing else there. */
function assertMerged(folder: string, output: string): void {
  const runs = readdirSync(join(folder, 'runs'));
  assert.is(runs.length, 1, output);
  const document = JSON.parse(readFileSync(join(folder, 'runs', runs[0] ?? '', 'run.json'), 'utf8'));
  assert.is(document.origin.kind, 'merged');
  assert.is(document.origin.shards.length, SHARDS);
  assert.equal(document.cells.map(({ scenario }: { scenario: string }) => scenario).sort(), [
    'new',
    'new',
    'new',
    'up-ref',
    'up-ref',
    'up-ref',
  ]);
  assert.match(output, new RegExp(`merged from ${SHARDS} shards`));
}

const inParallel = <T>(run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: SHARDS }, (_, index) => run(index)));

interface Container {
  readonly command: readonly [string, string, string];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: { readonly requests: Variables; readonly limits: Variables };
  readonly securityContext: { readonly allowPrivilegeEscalation: boolean };
}
interface Manifest {
  readonly spec: {
    readonly completionMode?: string;
    readonly completions?: number;
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
  };
}

test('Kubernetes: the pods of an Indexed Job, guaranteed whole CPUs, and the Job that merges', () =>
  inTemporaryFolder(async (folder) => {
    const { spec } = readYaml<Manifest>('examples', 'kubernetes', 'bench.yaml');
    const [bench] = spec.template.spec.containers;
    assert.is(spec.completionMode, 'Indexed');
    const count = bench.env.find(({ name }) => name === 'DUPMARK_SHARDS')?.value;
    assert.is(Number(count), spec.completions, 'DUPMARK_SHARDS is not completions');
    assert.equal(bench.resources.requests, bench.resources.limits);
    assert.match(bench.resources.limits.cpu ?? '', /^\d+$/);
    const merge = readYaml<Manifest>('examples', 'kubernetes', 'merge.yaml').spec.template.spec.containers[0];
    readYaml('examples', 'kubernetes', 'results.yaml');
    for (const { command } of [bench, merge]) checked(command[2]);
    const PATH = programs(join(folder, 'bin'), { dupmark: `exec node '${PROGRAM}' "$@"` });
    const variables = { PATH, RESULTS: join(folder, 'results'), BENCH, DUPMARK_SHARDS: String(SHARDS) };
    const run = ({ command: [shell, flags, script] }: Container, more: Variables = {}) =>
      runScript([shell, flags], script, folder, { ...variables, ...more });
    const pods = await inParallel((index) => run(bench, { JOB_COMPLETION_INDEX: String(index) }));
    for (const { code, output } of pods) assert.is(code, 0, output);
    // A pod that is started again measures its shard anew, and does not double it.
    assert.is((await run(bench, { JOB_COMPLETION_INDEX: '0' })).code, 0);
    const { code, output } = await run(merge);
    assert.is(code, 0, output);
    assertMerged(join(folder, 'results', 'merged'), output);
  }));

test('Slurm: submit.sh starts an array and a merge that waits for it', () =>
  inTemporaryFolder(async (folder) => {
    for (const name of readdirSync(join(EXAMPLES, 'slurm')))
      checked(readFileSync(join(EXAMPLES, 'slurm', name), 'utf8'));
    // Slurm in a few lines: an array is so many processes at once, a dependency has ended already.
    const sbatch = `
for last; do :; done
array=
for argument; do case "$argument" in --array=1-*) array=\${argument#--array=1-};; esac; done
if [ -z "$array" ]; then echo "$*" > '${folder}/merge-arguments'; exec sh "$last"; fi
pids=
for task in $(seq "$array"); do
  SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=$array SLURM_ARRAY_TASK_COUNT=$array SLURM_ARRAY_TASK_STEP=1 \\
    SLURM_ARRAY_JOB_ID=77 sh "$last" > "$RESULTS/task-$task.log" 2>&1 & pids="$pids $!"
done
for pid in $pids; do wait "$pid" || exit 1; done
echo 77`;
    const PATH = programs(join(folder, 'bin'), {
      dupmark: `exec node '${PROGRAM}' "$@"`,
      srun: 'shift; exec "$@"',
      sbatch,
    });
    const RESULTS = join(folder, 'results');
    const { code, output } = await runScript(
      ['sh', '-c'],
      `sh '${join(EXAMPLES, 'slurm', 'submit.sh')}'`,
      folder,
      { PATH, RESULTS, BENCH, SHARDS: String(SHARDS) },
    );
    assert.is(code, 0, output);
    assert.match(
      readFileSync(join(RESULTS, 'task-1.log'), 'utf8'),
      /^shard 1\/2, by Slurm's SLURM_ARRAY_TASK_ID/m,
    );
    assert.match(readFileSync(join(folder, 'merge-arguments'), 'utf8'), /--dependency=afterok:77/);
    assertMerged(join(RESULTS, 'merged'), output);
  }));

test('GitLab: parallel jobs and the job that merges', () =>
  inTemporaryFolder(async (folder) => {
    type GitlabJob = { readonly script?: readonly string[]; readonly parallel?: number };
    const file = readYaml<Readonly<Record<string, GitlabJob & { readonly variables?: Variables }>>>(
      ...['examples', 'gitlab', '.gitlab-ci.yml'],
    );
    const jobs = Object.entries(file).filter(([, { script }]) => script !== undefined);
    assert.ok(jobs.length >= 6);
    assert.ok((file.bench?.parallel ?? 0) > 1);
    // GitLab's own variables are words, split where they are not quoted: that is what its scripts rely on.
    for (const [, { script = [] }] of jobs)
      checked(`# shellcheck disable=SC2086,SC2154\ntrue\n${script.join('\n')}\n`);
    symlinkSync(join(PROJECT_FOLDER, 'dist'), join(folder, 'dist'));
    const variables = {
      TARGETS: 'bundled,system',
      BENCH: BENCH.replace('--targets bundled,system ', ''),
      GITLAB_CI: 'true',
    };
    const run = (job: string, more: Variables = {}) =>
      runScript(['bash', '-eo', 'pipefail', '-c'], (file[job]?.script ?? ['false']).join('\n'), folder, {
        ...variables,
        ...more,
      });
    const parts = await inParallel((index) =>
      run('bench', { CI_NODE_INDEX: String(index + 1), CI_NODE_TOTAL: String(SHARDS) }),
    );
    for (const { code, output } of parts) assert.is(code, 0, output);
    const { code, output } = await run('merge');
    assert.is(code, 0, output);
    assertMerged(join(folder, 'results'), output);
    assert.is((await run('pages')).code, 0);
    const soak = await run('soak', {
      SOAK: '--scenario up-ref --cycles 20000 --offline',
      TARGETS: 'bundled',
    });
    assert.is(soak.code, 0, soak.output);
    const gate = (file.gate?.script ?? []).filter((line) => line.startsWith('node '));
    assert.is(gate.length, 3);
    const base = join(folder, 'base');
    mkdirSync(base);
    symlinkSync(join(PROJECT_FOLDER, 'dist'), join(base, 'dist'));
    const judged = await runScript(['bash', '-eo', 'pipefail', '-c'], gate.join('\n'), folder, {
      ...variables,
      SMOKE: `${variables.BENCH} --shard none`,
      GATE: 'allocations>0 bytes>0',
    });
    assert.is(judged.code, 0, judged.output);
  }));

test('Buildkite: parallel agents and the step that merges', () =>
  inTemporaryFolder(async (folder) => {
    type BuildkiteStep = {
      readonly key?: string;
      readonly parallelism?: number;
      readonly commands: readonly string[];
    };
    const { steps } = readYaml<{ readonly steps: readonly BuildkiteStep[] }>(
      'examples',
      'buildkite',
      'pipeline.yml',
    );
    const [bench, merge] = steps;
    if (bench === undefined || merge === undefined) return assert.unreachable('two steps');
    assert.ok((bench.parallelism ?? 0) > 1);
    const PATH = programs(join(folder, 'bin'), { 'buildkite-agent': 'exit 0', make: 'exit 0' });
    symlinkSync(join(PROJECT_FOLDER, 'dist'), join(folder, 'dist'));
    const run = ({ commands }: BuildkiteStep, more: Variables = {}) => {
      const script = commands.join('\n').replaceAll('$$', '$');
      checked(`# shellcheck disable=SC2086,SC2154\ntrue\n${script}\n`);
      return runScript(['bash', '-e', '-c'], script, folder, {
        PATH,
        TARGETS: 'bundled,system',
        BENCH: BENCH.replace('--targets bundled,system ', ''),
        ...more,
      });
    };
    const jobs = await inParallel((index) =>
      run(bench, { BUILDKITE_PARALLEL_JOB: String(index), BUILDKITE_PARALLEL_JOB_COUNT: String(SHARDS) }),
    );
    for (const { code, output } of jobs) assert.is(code, 0, output);
    const { code, output } = await run(merge);
    assert.is(code, 0, output);
    assertMerged(join(folder, 'merged'), output);
  }));

test.run();
