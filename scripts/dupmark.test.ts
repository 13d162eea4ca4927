/** The command line from outside: what a user types, what it prints, how it exits. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRun } from '../bench/document/read.js';
import { runDocumentSchema } from '../bench/document/schema.js';
import {
  exampleConformance,
  exampleFaults,
  exampleSoak,
  storeConform,
  storeFaults,
  storeSoak,
} from '../bench/document/testing-stored.js';
import { storeExample } from '../bench/report/page-testing.js';
import { findSystemPair } from '../bench/targets/system.js';
import { inTemporaryFolder } from '../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const Cli = suite('command line');
const PROGRAM = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function dupmark(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { ...process.env, NO_COLOR: '1', ...environment }, timeout: 120_000, maxBuffer: 1 << 26 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Quick to measure, and here on every machine. */
const QUICK = ['bench', '--targets', 'bundled', '--offline', '--blocks', '2', '--rounds', '4'];

/** One clear line on standard error, nothing on standard output, exit code 2. */
function assertRefused(ended: Ended, message: RegExp): void {
  const lines = ended.stderr
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('seed '));
  assert.is(ended.code, 2, ended.stderr);
  assert.match(lines.at(-1) ?? '', message);
  assert.is(lines.length, 1, ended.stderr);
  assert.not.match(ended.stderr, /^\s+at /m);
  assert.is(ended.stdout, '');
}

Cli('refuses bad flags in one line that names the flag, the value and what is accepted', async () => {
  const cases: [string[], RegExp][] = [
    [['bench', '--nonesuch'], /^dupmark: unknown option '--nonesuch'/],
    [
      ['bench', '--operation', 'dub'],
      /^dupmark: --operation: 'dub' is not an operation \(accepted: noop, new, /,
    ],
    [
      [...QUICK, '--operation', 'dup', '--settings', 'nonesuch'],
      /^dupmark: --settings: 'nonesuch' is not a setting \(accepted: options, /,
    ],
    [
      [...QUICK, '--operation', 'dup', '--settings', 'cipher-list=7'],
      /is not a level of cipher-list \(accepted: 20, 2, all\)/,
    ],
    [['bench', '--settings', 'options'], /^dupmark: --settings goes with --operation/],
    [
      ['bench', '--targets', 'openssl'],
      /^dupmark: --targets: 'openssl' is not a target \(accepted: bundled, /,
    ],
    [['bench', '--targets', 'prefix:/nonesuch'], /^dupmark: --targets: prefix:\/nonesuch: no such folder/],
    [['bench', '--targets', 'node@8.0.0'], /^dupmark: --targets: node@8.0.0: /],
    [['bench', '--suite', 'huge'], /^dupmark: --suite: 'huge' is not a suite \(accepted: /],
    [['bench', '--blocks', '0'], /^dupmark: --blocks: '0' is not a whole number from 1 to /],
    [['bench', '--seed', '-1'], /^dupmark: --seed: '-1' is not a whole number/],
    [['bench', '--budget', 'soon'], /^dupmark: --budget: 'soon' is not a duration/],
    [
      [...QUICK, '--baseline', 'system'],
      /^dupmark: --baseline: 'system' is not one of the targets \(bundled\)/,
    ],
    [[...QUICK, '--scenario', 'dup/free@0'], /^dupmark: --live: '0' is not a whole number/],
    [['targets', 'remove', 'bundled'], /^dupmark: bundled: is not in the cache/],
    [['nonesuch'], /^dupmark: unknown command 'nonesuch'/],
  ];
  for (const [args, message] of cases) assertRefused(await dupmark(args), message);
});

Cli('refuses libraries that cannot be measured', async () => {
  const { libssl, libcrypto } = await findSystemPair();
  await inTemporaryFolder(async (folder) => {
    const prefix = join(folder, 'cut');
    mkdirSync(prefix);
    copyFileSync(libcrypto, join(prefix, basename(libcrypto)));
    copyFileSync(libssl, join(prefix, basename(libssl)));
    truncateSync(join(prefix, basename(libssl)), 100_000);
    assertRefused(await dupmark(['bench', '--targets', `prefix:${prefix}`]), /libssl\.so.*: is truncated/);
  });
});

/**
 * Links OpenSSL's own static libssl anew with two functions kept to itself, as in builds that leave them out. False
 * where there is no libssl.a (libssl-dev).
 */
function linkWithoutDup(folder: string, libssl: string, libcrypto: string): boolean {
  const archive = (name: string) => join(dirname(libssl), name);
  const script = join(folder, 'hide.map');
  writeFileSync(script, '{ global: *; local: SSL_dup; SSL_up_ref; };');
  const output = ['-shared', '-o', join(folder, basename(libssl)), `-Wl,-soname,${basename(libssl)}`];
  const whole = ['-Wl,--whole-archive', archive('libssl.a'), '-Wl,--no-whole-archive'];
  // The archive of libcrypto last, and only for the few internal helpers that the shared one does not show.
  const input = [...whole, libcrypto, archive('libcrypto.a'), '-Wl,--no-undefined'];
  return spawnSync('cc', [...output, ...input, '-lc', `-Wl,--version-script=${script}`]).status === 0;
}

const system = await findSystemPair();
const linkable = await inTemporaryFolder(async (folder) =>
  linkWithoutDup(folder, system.libssl, system.libcrypto),
);
if (!linkable) console.log('note: no libssl.a (libssl-dev): a libssl without SSL_dup was not tried');

(linkable ? Cli : Cli.skip)('reports absent what a library lacks, and measures the rest', async () => {
  await inTemporaryFolder(async (folder) => {
    copyFileSync(system.libcrypto, join(folder, basename(system.libcrypto)));
    linkWithoutDup(folder, system.libssl, system.libcrypto);
    const { code, stdout } = await dupmark([
      ...['bench', '--targets', `prefix:${folder}`, '--operation', 'new,dup,up-ref'],
      ...['--blocks', '1', '--rounds', '3', '--results', join(folder, 'results')],
    ]);
    assert.is(code, 0);
    assert.match(stdout, /absent: this library has no SSL_dup/);
    assert.match(stdout, /absent: this library has no SSL_up_ref/);
    const [run] = readdirSync(join(folder, 'results', 'runs'));
    const { document } = readRun(join(folder, 'results', 'runs', run ?? ''));
    const byScenario = new Map(document.cells.map((cell) => [cell.scenario, cell.summary]));
    assert.is(byScenario.get('dup'), null);
    assert.ok((byScenario.get('new')?.medianNs ?? 0) > 10);
  });
});

Cli('measures, prints, and keeps a document that its schema accepts', async () => {
  await inTemporaryFolder(async (folder) => {
    const json = join(folder, 'out.json');
    const { code, stdout, stderr } = await dupmark([
      ...[...QUICK, '--suite', 'smoke', '--seed', '7', '--results', folder, '--json', json],
    ]);
    assert.is(code, 0, stderr);
    assert.match(stderr, /^seed 7 /m);
    assert.match(stdout, /time per operation/);
    assert.match(stdout, /allocations and bytes per handle/);
    const document = runDocumentSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    assert.equal(document.status, { kind: 'complete' });
    assert.is(document.seed, 7);
    const [run] = readdirSync(join(folder, 'runs'));
    const stored = readRun(join(folder, 'runs', run ?? ''));
    assert.is(stored.batches.length, 2 * document.scenarios.length);
    assert.equal(stored.document.cells, document.cells);
    for (const { summary } of document.cells) assert.is(summary?.rounds, 8);
    for (const { reading } of document.memory) assert.is(reading.kind, 'exact');
  });
});

Cli('writes only the document to standard output when asked to', async () => {
  await inTemporaryFolder(async (folder) => {
    const { code, stdout } = await dupmark([
      ...QUICK,
      '--operation',
      'noop',
      '--results',
      folder,
      '--json',
      '-',
    ]);
    assert.is(code, 0);
    runDocumentSchema.parse(JSON.parse(stdout));
  });
});

Cli('says before measuring that the results folder cannot be used', async () => {
  await inTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    assertRefused(
      await dupmark([...QUICK, '--results', join(folder, 'file')]),
      /^dupmark: cannot write results below .*file: a part of the path is not a folder/,
    );
  });
});

Cli('says when --json cannot be written, after the run has been kept', async () => {
  await inTemporaryFolder(async (folder) => {
    const ended = await dupmark([
      ...QUICK,
      '--operation',
      'noop',
      '--results',
      folder,
      '--json',
      '/dev/full',
    ]);
    assert.is(ended.code, 2);
    assert.match(ended.stderr, /^dupmark: --json: cannot write \/dev\/full: the disk is full/m);
    const [run] = readdirSync(join(folder, 'runs'));
    assert.equal(readRun(join(folder, 'runs', run ?? '')).document.status, { kind: 'complete' });
  });
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  Cli(`keeps a valid partial document on ${signal}`, async () => {
    await inTemporaryFolder(async (folder) => {
      const args = [...QUICK, '--blocks', '500', '--rounds', '50', '--suite', 'smoke', '--results', folder];
      const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const runs = join(folder, 'runs');
      const measured = () => {
        const [run] = readdirSync(folder).includes('runs') ? readdirSync(runs) : [];
        const file = run === undefined ? '' : join(runs, run, 'rounds.ndjson');
        return (
          run !== undefined &&
          readdirSync(join(runs, run)).includes('rounds.ndjson') &&
          readFileSync(file, 'utf8').split('\n').length > 4
        );
      };
      while (!measured()) await new Promise((wait) => setTimeout(wait, 20));
      child.kill(signal);
      assert.is(await ended, expected, said);
      const [run] = readdirSync(runs);
      const { document, batches } = readRun(join(runs, run ?? ''));
      assert.equal(document.status, { kind: 'partial', reason: 'stopped by the user' });
      assert.ok(batches.length >= 4);
      assert.match(said, /the run ended early/);
    });
  });
}

Cli('explains itself', async () => {
  for (const args of [['--help'], ['bench', '--help'], ['targets', '--help'], ['doctor', '--help']]) {
    const { code, stdout } = await dupmark(args);
    assert.is(code, 0);
    assert.match(stdout, /Exit codes: 0/);
  }
});

Cli(
  'report writes one file, names what it leaves out, and refuses what it cannot do in one line',
  async () => {
    await inTemporaryFolder(async (folder) => {
      const empty = await dupmark(['report', '--results', folder]);
      assert.is(empty.code, 0, empty.stderr);
      assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /^<!doctype html>/);
      mkdirSync(join(folder, 'runs', '20260801T120000Z-aaaaaa'), { recursive: true });
      const output = join(folder, 'pages', 'one.html');
      const json = join(folder, 'data.json');
      const damaged = await dupmark(['report', '--results', folder, '--output', output, '--json', json]);
      assert.is(damaged.code, 0, damaged.stderr);
      assert.match(damaged.stderr, /^left out 20260801T120000Z-aaaaaa: .*run\.json: no such file/m);
      assert.ok(damaged.stdout.startsWith(`${output}\nfile://`));
      assert.is(JSON.parse(readFileSync(json, 'utf8')).skipped.length, 1);
      const cases: [string[], RegExp][] = [
        [['--runs', '../../etc'], /^dupmark: run '\.\.\/\.\.\/etc': no such run in /],
        [['--last', '0'], /^dupmark: --last: '0' is not a whole number from 1 to 1000/],
        [['--output', '/proc/none/page.html'], /^dupmark: cannot write \/proc\/none/],
        [['--output', folder], /^dupmark: cannot write .*it is a folder|something of that name/],
      ];
      for (const [flags, message] of cases)
        assertRefused(await dupmark(['report', '--results', join(folder, 'none'), ...flags]), message);
    });
  },
);

Cli('results: list, show, export and prune', async () => {
  await inTemporaryFolder(async (folder) => {
    const where = ['--results', folder];
    assertRefused(await dupmark(['results', 'show', ...where]), /^dupmark: there is no readable run in /);
    const ids = ['20260801T120000Z-aaaaaa', '20260802T120000Z-bbbbbb'] as const;
    for (const id of ids) storeExample(folder, id);
    mkdirSync(join(folder, 'runs', '20260803T120000Z-cccccc'));
    const list = await dupmark(['results', 'list', ...where]);
    assert.match(list.stdout, /bbbbbb[\s\S]*aaaaaa[\s\S]*not readable: 20260803T120000Z-cccccc: /);
    const show = await dupmark(['results', 'show', ids[0], ...where]);
    assert.match(show.stdout, new RegExp(`run ${ids[0]}(.|\\n)*to baseline`));
    const json = await dupmark(['results', 'show', ids[0], ...where, '--json', '-']);
    assert.is(runDocumentSchema.parse(JSON.parse(json.stdout)).id, ids[0]);
    const csv = await dupmark(['results', 'export', ...ids, '--format', 'csv', ...where]);
    assert.match(csv.stdout, /^run,started_at,target[\s\S]*bbbbbb/);
    const cases: [string[], RegExp][] = [
      [['export'], /required option '--format/],
      [['export', '--format', 'xml'], /^dupmark: --format: 'xml' is not a format \(accepted: csv, /],
      [['export', ...ids, '--format', 'github'], /takes one run, not 2/],
      [['export', '../x', '--format', 'csv'], /^dupmark: run '\.\.\/x': no such run/],
      [['prune'], /say which runs to remove/],
      [['prune', '../../x', '--yes'], /no such run/],
      [['prune', ids[0], '--keep', '1'], /not both/],
    ];
    for (const [args, message] of cases)
      assertRefused(await dupmark(['results', ...args, ...where]), message);
    assert.is(
      (await dupmark(['results', 'prune', '--keep', '1', ...where])).stdout,
      `would remove ${ids[0]}\n`,
    );
    assert.is(readdirSync(join(folder, 'runs')).length, 3);
    await dupmark(['results', 'prune', '--keep', '1', '--yes', ...where]);
    assert.equal(readdirSync(join(folder, 'runs')).sort(), [ids[1], '20260803T120000Z-cccccc']);
    // The same commands for what soak, faults and conform have kept.
    const others = [exampleSoak(), exampleFaults(), exampleConformance()] as const;
    storeSoak(folder, others[0]);
    storeFaults(folder, others[1]);
    storeConform(folder, others[2]);
    const all = (await dupmark(['results', 'list', ...where])).stdout;
    for (const { id } of others) {
      assert.match(all, new RegExp(`${id}.*(soak|faults|conform)`));
      const shown = await dupmark(['results', 'show', id, ...where]);
      assert.match(shown.stdout, /never given back|the handle lacks|the duplicate has no certificate/);
    }
    await dupmark(['results', 'prune', ...others.map(({ id }) => id), '--yes', ...where]);
    assert.is(readdirSync(join(folder, 'runs')).length + readdirSync(join(folder, 'conformance')).length, 2);
  });
});

Cli('a reader that stops reading is no error', () => {
  const ended = spawnSync('sh', ['-c', '"$0" "$1" bench --help | true', process.execPath, PROGRAM], {
    encoding: 'utf8',
  });
  assert.equal([ended.status, ended.stdout, ended.stderr], [0, '', '']);
});

Cli.run();
