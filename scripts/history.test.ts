/** `dupmark history` and `dupmark bisect` from outside, on the builds that every machine has. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { REFERENCE_HISTORY, readHistory } from '../bench/document/history.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const test = suite('dupmark history and bisect');

const folder = mkdtempSync(join(tmpdir(), 'dupmark-history-cli-'));
test.after(() => {
  rmSync(folder, { recursive: true });
});

function dupmark(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js'), ...args, '--results', folder],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, timeout: 120_000 },
  );
  return { status, stdout, stderr };
}

test('bad input is one line that names the flag, and exit code 2', () => {
  const cases: [string[], RegExp][] = [
    [['history', '--from', 'latest'], /--from: 'latest' is not an OpenSSL version/],
    [['history', '--providers', 'npm'], /--providers: 'npm' is not a provider \(accepted: node, debian\)/],
    [['history', '--show', 'nowhere.json'], /--show: 'nowhere.json' is no history's id and no file/],
    [['history', '--resume', '--blocks', '3'], /--resume.*cannot be used with.*--blocks/],
    [['history', '--resume'], /--resume: no history is left unfinished/],
    [['bisect', '--metric', 'new.weight'], /--metric: 'new.weight' is not SCENARIO\.FIGURE/],
    [['bisect', '--metric', 'new.bytes', '--from', 'x y'], /--from: 'x y' is not an OpenSSL version/],
    [['bisect', '--metric', 'new.bytes', '--targets', 'bundled'], /fewer than two releases to search/],
    [['bisect'], /required option '--metric <name>'/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr, stdout } = dupmark(...args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr, message);
    assert.is(stdout, '');
  }
});

test('help says the exit codes', () => {
  for (const command of ['history', 'bisect']) {
    const { status, stdout } = dupmark(command, '--help');
    assert.is(status, 0);
    assert.match(stdout, /Exit codes: 0 /);
  }
});

test('counts two builds, keeps the document, shows it again and draws it', () => {
  const args = [
    'history',
    '--targets',
    'bundled,system',
    '--reference',
    'bundled',
    '--count-only',
    '--offline',
  ];
  const counted = dupmark(...args, '--scenario', 'new', 'dup', '--json', '-');
  assert.is(counted.status, 0, counted.stderr);
  const document = JSON.parse(counted.stdout);
  assert.equal(
    document.steps.map((step: { target: string }) => step.target),
    ['bundled', 'system'],
  );
  const [name = ''] = readdirSync(join(folder, 'history'));
  assert.equal(readHistory(join(folder, 'history', name)), document);
  const picture = join(folder, 'history.svg');
  const shown = dupmark('history', '--show', document.id, '--svg', picture);
  assert.is(shown.status, 0);
  assert.match(shown.stdout, /2 of 2 releases/);
  assert.match(readFileSync(picture, 'utf8'), /^<svg .*<\/svg>\n$/s);
});

test('two ends that are alike are no finding: exit code 3', () => {
  const { status, stdout } = dupmark(
    'bisect',
    '--metric',
    'up-ref.allocations',
    '--targets',
    'bundled,system',
  );
  assert.is(status, 3);
  assert.match(stdout, /not found: both ends are alike in up-ref\.allocations/);
});

test('the published history has at least 25 OpenSSL versions, all there, and is small', () => {
  const file = join(PROJECT_FOLDER, 'results', REFERENCE_HISTORY);
  const history = readHistory(file);
  assert.is(history.status.kind, 'complete');
  assert.equal(history.steps.map(({ target }) => target).sort(), [...history.plan.steps].sort());
  assert.ok(new Set(history.steps.map(({ openssl }) => openssl.split('+')[0])).size >= 25);
  for (const { target, cells } of history.steps) {
    for (const { scenario, time, memory } of cells) {
      assert.ok(time !== null && memory !== null, `${target} ${scenario}`);
    }
  }
  assert.ok(statSync(file).size < 600_000);
  // What is computed on reading is what was published.
  assert.equal(history.changes, JSON.parse(readFileSync(file, 'utf8')).changes);
});

test.run();
