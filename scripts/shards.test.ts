import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDocument, readRun } from '../bench/document/read.js';
import { type RunDocument, runDocumentSchema } from '../bench/document/schema.js';
import { inTemporaryFolder } from '../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const test = suite('shards');

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function dupmark(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...variables } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Real OpenSSL, little of it: what matters here is which cells there are. */
const PLAN = [
  ...['bench', '--suite', 'smoke', '--targets', 'bundled,system', '--blocks', '2', '--rounds', '2'],
  ...['--round-us', '50', '--seed', '11', '--offline'],
];
const keys = ({ cells }: RunDocument) => cells.map(({ target, scenario }) => `${scenario} on ${target}`);
const runsIn = (folder: string) => readdirSync(join(folder, 'runs')).map((id) => join(folder, 'runs', id));

test('N processes, as an engine starts them, and their merged run has exactly the cells of the unsharded one', () =>
  inTemporaryFolder(async (folder) => {
    const whole = await dupmark([...PLAN, '--results', join(folder, 'whole')]);
    assert.is(whole.code, 0, whole.stderr);
    const count = 3;
    const parts = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        dupmark([...PLAN, '--results', join(folder, 'parts')], {
          JOB_COMPLETION_INDEX: String(i),
          DUPMARK_SHARDS: String(count),
        }),
      ),
    );
    for (const { code, stderr } of parts) {
      assert.is(code, 0, stderr);
      assert.match(stderr, /^shard \d\/3, by Kubernetes's JOB_COMPLETION_INDEX and DUPMARK_SHARDS/m);
    }
    const shards = runsIn(join(folder, 'parts'));
    const results = join(folder, 'merged');
    const json = join(folder, 'merged.json');
    const merged = await dupmark(['merge', ...shards, '--results', results, '--json', json]);
    assert.is(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /merged from 3 shards/);
    const [stored = ''] = runsIn(results);
    const document = runDocumentSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    const [unsharded = ''] = runsIn(join(folder, 'whole'));
    const expected = readDocument(join(unsharded, 'run.json'));
    assert.equal(keys(document), keys(expected));
    assert.equal(
      document.availability.map((one) => JSON.stringify(one)).sort(),
      expected.availability.map((one) => JSON.stringify(one)).sort(),
    );
    for (const { summary } of document.cells) assert.is(summary?.blocks, 2);
    // What is exact does not depend on who counted it.
    const exact = ({ memory }: RunDocument) => memory.map((one) => JSON.stringify(one)).sort();
    assert.equal(exact(document), exact(expected));
    // Read back from its own files it is the same.
    assert.equal(readRun(stored).document.cells, document.cells);
    for (const [args, message] of [
      [shards.slice(1), /^dupmark: shard \d\/3 is missing, with \d+ scenarios/],
      [[...shards, shards[0] ?? ''], /^dupmark: shard \d\/3 \(run \S+\) is given twice/],
      [[...shards.slice(1), unsharded], /^dupmark: run \S+ is no shard/],
      [[join(folder, 'nothing')], /^dupmark: '.*nothing' is no run/],
    ] as const) {
      const before = runsIn(results).length;
      const refused = await dupmark(['merge', ...args, '--results', results]);
      assert.is(refused.code, 2);
      assert.match(refused.stderr, message);
      assert.is(runsIn(results).length, before, 'something was written');
    }
    const resumed = await dupmark(['bench', '--resume', stored]);
    assert.match(resumed.stderr, /^dupmark: --resume: \S+ is merged: go on with the shard/);
    const csv = await dupmark(['results', 'export', '--format', 'csv', '--results', results]);
    assert.match(csv.stdout, /,shard,cpu,kernel\r\n/);
    const report = await dupmark(['report', '--results', results]);
    assert.is(report.code, 0, report.stderr);
  }));

test('--shard says what is wrong with it, and a dry run says how the plan is split', () =>
  inTemporaryFolder(async (folder) => {
    const where = [...PLAN, '--results', folder];
    const cases: readonly (readonly [readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
      [['--shard', '4/3'], {}, /^dupmark: --shard: '4\/3' is not a shard \(K\/N with K from 1 to N/],
      [['--shard', 'auto'], {}, /^dupmark: --shard: 'auto' finds no parallel job here/],
      [
        [],
        { JOB_COMPLETION_INDEX: '1' },
        /^dupmark: --shard: Kubernetes gives JOB_COMPLETION_INDEX, but DUPMARK_SHARDS/,
      ],
      [['--shard', '1/99'], {}, /^dupmark: --shard: this plan can be split into \d at most/m],
    ];
    for (const [args, variables, message] of cases) {
      const { code, stderr } = await dupmark([...where, ...args], variables);
      assert.is(code, 2, stderr);
      assert.match(stderr, message);
    }
    const engine = { GITLAB_CI: 'true', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' };
    const dry = await dupmark([...where, '--dry-run'], engine);
    assert.match(dry.stdout, /3 shards, about \d+ s each/);
    assert.match(dry.stdout, /→ 2\/3: \d+ scenarios/);
    const all = await dupmark([...where, '--dry-run', '--shard', 'none'], engine);
    assert.match(all.stdout, /^About \d+ s on a quiet machine/m);
  }));

test.run();
