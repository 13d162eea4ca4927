import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Carried } from '../core/conformance.js';
import { CouldNotRun } from '../core/errors.js';
import { inTemporaryFolder } from '../targets/testing.js';
import { loaded } from '../worker/worker-process.js';
import { explain } from './explain.js';
import { observe } from './observe.js';
import { anyTarget, withWorker } from './testing.js';

const Observe = suite('conform');

/** Outcomes that have been the same in every OpenSSL since 1.1.1, without and with a session set first. */
const KNOWN: readonly (readonly [setting: string, without: Carried, withSession: Carried])[] = [
  ['options', 'own copy', 'own copy'],
  ['security-level', 'own copy', 'shared'],
  ['certificate', 'shared', 'shared'],
  ['client-ca-list', 'own copy', 'own copy'],
  ['server-name', 'not carried', 'not carried'],
  ['quiet-shutdown', 'not carried', 'not carried'],
  ['custom-extension', 'only on the context', 'only on the context'],
  ['param-policy', 'could not observe', 'could not observe'],
];

async function seen(settings: readonly string[]) {
  const { target, cLibrary } = await anyTarget();
  return observe({
    targets: [target],
    cLibrary,
    limits: false,
    settings,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

Observe('observes what is known of every version, with controls on both sides', async () => {
  const { cells } = await seen(KNOWN.map(([setting]) => setting));
  for (const [setting, without, withSession] of KNOWN) {
    const of = cells.filter((cell) => cell.setting === setting);
    assert.is(of.find((cell) => !cell.withSession)?.carried, without, setting);
    assert.is(of.find((cell) => cell.withSession)?.carried, withSession, `${setting} with a session`);
    for (const cell of of) {
      if (cell.carried === 'could not observe') continue;
      assert.is(cell.original, 'shows it', setting);
      assert.is.not(cell.sibling, 'shows it', setting);
      assert.is(cell.originalAfter, 'shows it', setting);
      assert.is(cell.duplicate === 'shows it', cell.carried !== 'not carried', setting);
    }
  }
});

Observe('what is set on an SSL_CTX is on its handles, for every setting that has such a form', async () => {
  const catalogue = await withWorker((worker) => worker.ask('describe', {}));
  const forms = catalogue.filter(({ inheritable, onlyOnContext }) => inheritable && !onlyOnContext);
  assert.ok(forms.length >= 100, `${forms.length} settings have one`);
  const { cells } = await seen(forms.map(({ id }) => id));
  const shown = cells.filter(({ inherited }) => inherited !== '');
  assert.equal(
    shown
      .filter(({ inherited }) => inherited !== 'shows it')
      .map(({ setting, inherited }) => [setting, inherited]),
    [],
  );
  assert.ok(shown.length >= 180, `${shown.length} cells were looked at`);
});

Observe('refuses a setting that the catalogue lacks', async () => {
  await seen(['nonesuch']).then(
    () => assert.unreachable(),
    (error: Error) =>
      assert.ok(error instanceof CouldNotRun && /^--settings: 'nonesuch'/.test(error.message)),
  );
});

Observe('claims: a crash is an answer, and the worker lives on', async () => {
  await withWorker(async (worker) => {
    const claims = await worker.ask('claims', {});
    assert.ok(claims.some(({ slow }) => slow));
    const crash = await worker.ask('claim', { claim: 'up-ref-of-null' });
    assert.match(crash.seen, /^(the process dies|returns )/);
    const count = await worker.ask('claim', { claim: 'up-ref-counts-one' });
    assert.equal(count, { verdict: 'holds', seen: 'freed by the last SSL_free and by no other' });
    const begun = await worker.ask('claim', { claim: 'begun-client' });
    assert.equal(begun, { verdict: 'holds', seen: 'the same handle' });
  });
});

Observe('--explain: the printed programs compile and agree', async () => {
  const { target, cLibrary } = await anyTarget();
  const { library } = target;
  if (library.kind !== 'shared' || spawnSync('gcc', ['--version']).status !== 0) {
    process.stdout.write('note: no gcc or no shared libssl here, so that no printed program was compiled\n');
    return;
  }
  const settings = KNOWN.map(([setting]) => setting);
  const { cells, catalogue } = await seen(settings);
  await withWorker((worker) =>
    inTemporaryFolder(async (folder) => {
      const file = join(folder, 'explained');
      for (const cell of cells) {
        const entry = catalogue.find(({ id }) => id === cell.setting);
        assert.ok(entry);
        const code = await worker.ask('code', { setting: cell.setting, level: cell.level });
        const program = explain(entry, code, { ...cell, declarations: 'own' });
        writeFileSync(`${file}.c`, program);
        const built = spawnSync(
          'gcc',
          // The libraries need a newer C library than the linker sees where the target has one of its own.
          [
            ...['-std=c11', '-w', `${file}.c`, '-o', file, library.libssl, library.libcrypto],
            '-Wl,--allow-shlib-undefined',
          ],
          { encoding: 'utf8' },
        );
        assert.is(built.status, 0, `${cell.setting}: ${built.stderr}`);
        const { command, args } = loaded(file, cLibrary);
        const ran = spawnSync(command, args, { encoding: 'utf8', env: { OPENSSL_CONF: '/dev/null' } });
        assert.is(ran.stdout.trim().split('\n').at(-1), cell.carried, `${cell.setting}\n${program}`);
      }
    }),
  );
});

Observe('--explain: the program with OpenSSL’s own headers compiles where they are', async () => {
  const probe = spawnSync('gcc', ['-xc', '-', '-fsyntax-only'], { input: '#include <openssl/ssl.h>\n' });
  if (probe.status !== 0) {
    process.stdout.write(
      'note: no gcc or no OpenSSL headers here, so that no program was compiled with them\n',
    );
    return;
  }
  await withWorker(async (worker) => {
    const catalogue = await worker.ask('describe', {});
    const entry = catalogue.find(({ id }) => id === 'session-id-context');
    assert.ok(entry);
    const code = await worker.ask('code', { setting: entry.id, level: 'default' });
    const program = explain(entry, code, { level: 'default', withSession: true, declarations: 'headers' });
    const compiled = spawnSync('gcc', ['-std=c11', '-w', '-xc', '-', '-fsyntax-only'], {
      input: program,
      encoding: 'utf8',
    });
    assert.is(compiled.status, 0, compiled.stderr);
  });
});

Observe.run();
