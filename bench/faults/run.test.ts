import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anyTarget, withWorker } from '../conform/testing.js';
import type { FaultKind, FaultTarget } from '../document/faults-schema.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { inTemporaryFolder } from '../targets/testing.js';
import { loaded } from '../worker/worker-process.js';
import { explainedCase, explainFault } from './explain.js';
import { type FaultsRequest, injectFaults, startChecks } from './run.js';

const Faults = suite('faults');

const request = (only: string, more: Partial<FaultsRequest> = {}): FaultsRequest => ({
  ...{ only, nth: 0, plant: '', signal: new AbortController().signal, onCase: () => {} },
  ...more,
});
const pointsOf = ({ cases }: FaultTarget) => cases.flatMap(({ points }) => points);

Faults('inside node: the same matrix, on the OpenSSL of the executable', async () => {
  const target = await resolveTarget({ provider: 'bundled' }, { offline: true });
  const cLibrary = await chooseCLibrary([target], { offline: true });
  const made = await injectFaults(target, cLibrary, request('SSL_new'));
  assert.is(made.notAvailable, null);
  const points = pointsOf(made);
  assert.ok(points.length >= 10, `${points.length} points`);
  assert.ok(points.every(({ kind, refusedAt }) => kind === 'refused' && /ssl|crypto/.test(refusedAt)));
});

Faults(
  'a setter is refused memory in its own calls only, and a crash has a backtrace with names',
  async () => {
    const { target, cLibrary } = await anyTarget();
    // One SSL_set_cipher_list is one call; the list that the entry copies for SSL_set_client_CA_list is the program's own.
    const copied = await injectFaults(target, cLibrary, request('set[client-ca-list=default]'));
    assert.equal(pointsOf(copied), []);
    const crash = await injectFaults(
      target,
      cLibrary,
      request('set[cipher-list=20]', { nth: 1, plant: 'crashed' }),
    );
    for (const { kind, signal, backtrace = [] } of pointsOf(crash)) {
      assert.is(kind, 'crashed');
      assert.is(signal, 11);
      assert.ok(backtrace.length > 3);
    }
  },
);

Faults('guards: each peer that a setting keeps away is refused with it, and let in without', async () => {
  const { target, cLibrary } = await anyTarget();
  const lines = (await text(startChecks(target, cLibrary, ['guards']).stdout)).trim().split('\n');
  const guards = lines.map((line) => JSON.parse(line));
  assert.ok(guards.length >= 30, `${guards.length} guards`);
  for (const { setting, stands, falls, seen } of guards) {
    assert.ok(stands, `${setting}: not refused`);
    assert.ok(falls, `${setting}: not let in without it: ${seen}`);
  }
});

Faults('--explain: the printed programs compile and agree', async () => {
  const { target, cLibrary } = await anyTarget();
  const { library } = target;
  if (library.kind !== 'shared' || spawnSync('gcc', ['--version']).status !== 0) {
    process.stdout.write('note: no gcc or no shared libssl here, so that no printed program was compiled\n');
    return;
  }
  await withWorker((worker) =>
    inTemporaryFolder(async (folder) => {
      const file = join(folder, 'explained');
      const kinds = new Set<FaultKind>();
      for (const name of [
        'SSL_new[param-host=default]',
        'SSL_dup[cipher-list=2]',
        'set[ciphersuites=default]',
      ]) {
        const points = pointsOf(await injectFaults(target, cLibrary, request(name)));
        assert.ok(points.length > 0, name);
        const explained = await explainedCase(name, worker);
        for (const kind of new Set(points.map((point) => point.kind))) {
          const point = points.find((one) => one.kind === kind);
          assert.ok(point);
          const program = explainFault(explained, point, 'own');
          writeFileSync(`${file}.c`, program);
          const built = spawnSync(
            'gcc',
            [
              ...['-std=c11', '-w', `${file}.c`, '-o', file, library.libssl, library.libcrypto],
              '-Wl,--allow-shlib-undefined',
            ],
            { encoding: 'utf8' },
          );
          assert.is(built.status, 0, `${name}: ${built.stderr}`);
          const { command, args } = loaded(file, cLibrary);
          const ran = spawnSync(command, args, { encoding: 'utf8', env: { OPENSSL_CONF: '/dev/null' } });
          assert.is(ran.stdout.trim().split('\n').at(-1), kind, `${name} ${point.nth}\n${program}`);
          kinds.add(kind);
        }
      }
      assert.ok(kinds.size >= 2);
    }),
  );
});

Faults.run();
