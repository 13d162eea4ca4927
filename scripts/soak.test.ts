import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsDocumentSchema } from '../bench/document/faults-schema.js';
import { soakDocumentSchema } from '../bench/document/soak-schema.js';
import { faultFindings } from '../bench/faults/findings.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const results = mkdtempSync(join(tmpdir(), 'dupmark-soak-test-'));
const dupmark = (...args: string[]) =>
  spawnSync(process.execPath, [join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '' },
  });
const soak = (...args: string[]) => dupmark('soak', '--targets', 'bundled', '--results', results, ...args);
const documentOf = (output: string) => soakDocumentSchema.parse(JSON.parse(output));

test('a clean soak finds nothing', () => {
  const { status, stdout } = soak('--scenario', 'up-ref,dup,walk,failure', '--cycles', '500', '--json', '-');
  assert.is(status, 0);
  const { cells } = documentOf(stdout);
  assert.equal(
    cells.map(({ verdict, cycles }) => [verdict, cycles]),
    Array.from({ length: 4 }, () => ['none', 500]),
  );
});

test('a lost reference is named, with the cycle, and its replay finds it again', () => {
  const { status, stdout } = soak('--plant', 'lost-dup:300', '--cycles', '600', '--seed', '5', '--json', '-');
  assert.is(status, 1);
  const document = documentOf(stdout);
  const [cell] = document.cells;
  assert.is(cell?.verdict, 'leak');
  assert.is(cell?.findings[0]?.sites[0]?.label, 'SSL_dup');
  assert.is(cell?.findings[0]?.cycle, cell?.plant?.offset);
  const folder = join(results, 'runs', document.id);
  const file = readdirSync(folder).find((name) => name.startsWith('replay'));
  const again = soak('--replay', join(folder, file ?? ''));
  assert.is(again.status, 1);
  assert.match(again.stdout, /never given back: 1 reference taken at SSL_dup \(native\//);
});

test('a random walk is cut down to the steps that lose the reference', () => {
  const { stdout } = soak('--plant', 'lost-free-walk:400', '--cycles', '500', '--seed', '9', '--json', '-');
  const [cell] = documentOf(stdout).cells;
  const steps = cell?.replay?.steps ?? [];
  assert.ok(steps.length >= 2 && steps.length <= 4, steps.join('; '));
  assert.is(steps.filter((step) => step.endsWith('! lost-free')).length, 1);
});

test('a crash of the target is a finding', () => {
  const { status, stdout } = soak('--plant', 'crash:50', '--cycles', '200', '--json', '-');
  assert.is(status, 1);
  const [cell] = documentOf(stdout).cells;
  assert.is(cell?.verdict, 'fault');
  assert.is(cell?.replay?.cycles, 1);
});

test('a wrapper that a Map keeps is a leak, with the Map in its path', () => {
  const { status, stdout } = soak('--plant', 'js-map:200', '--cycles', '400', '--json', '-');
  assert.is(status, 1);
  const [cell] = documentOf(stdout).cells;
  const objects = cell?.findings.find(({ oracle }) => oracle === 'objects');
  assert.ok(objects?.retainers.some((line) => line.includes('keptInMap')));
});

test('--settings all: each setting in a cell of its own, and what the version lacks is not available', () => {
  const { stdout } = soak('--scenario', 'dup,walk', '--settings', 'all', '--cycles', '20', '--json', '-');
  const { cells } = documentOf(stdout);
  assert.is(cells.filter(({ scenario }) => scenario === 'walk').length, 1);
  const dup = cells.filter(({ scenario }) => scenario === 'dup');
  assert.ok(dup.length > 130, `${dup.length} cells`);
  assert.ok(dup.every(({ settings }) => settings.length <= 1));
  for (const { settings, verdict, reason } of dup) {
    assert.ok(verdict !== 'inconclusive', `${settings[0]?.setting}: ${reason}`);
  }
});

test('bad values are named', () => {
  assert.match(soak('--plant', 'lost-free').stderr, /--plant: 'lost-free' is not KIND:RATE/);
  assert.match(
    soak('--scenario', 'nothing', '--cycles', '1').stderr,
    /--scenario: 'nothing' is not a soak scenario/,
  );
  assert.is(soak('--cycles', 'many').status, 2);
});

test('faults are injected inside node too; what is found decides the exit code, and --explain prints a program', () => {
  const faults = (...args: string[]) =>
    dupmark('faults', '--targets', 'bundled', '--results', results, ...args);
  for (const name of ['SSL_new', 'SSL_dup[param-host=default]']) {
    const { status, stdout } = faults('--case', name, '--json', '-');
    const { targets } = faultsDocumentSchema.parse(JSON.parse(stdout));
    assert.is(targets[0]?.notAvailable, null);
    assert.ok((targets[0]?.cases[0]?.points.length ?? 0) >= 10);
    assert.is(status, faultFindings(targets).length > 0 ? 1 : 0);
  }
  const program = faults('--case', 'SSL_dup[param-host=default]', '--nth', '2', '--explain');
  assert.is(program.status, 0);
  assert.match(program.stdout, /CRYPTO_set_mem_functions\(on_malloc, on_realloc, on_free\)/);
  assert.is(faults('--explain').status, 2);
  assert.match(
    faults('--case', 'set[nonesuch=1]', '--nth', '1', '--explain').stderr,
    /no setting nonesuch=1/,
  );
});

test.after(() => rmSync(results, { recursive: true, force: true }));
test.run();
