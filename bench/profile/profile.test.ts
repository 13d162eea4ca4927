/** A whole profile, on real OpenSSL: bytes always, instructions where valgrind is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun, messageOf } from '../core/errors.js';
import { functionTotals, inclusiveOf } from '../core/profile.js';
import { parseScenario } from '../core/scenario.js';
import type { TargetRequest } from '../core/target.js';
import { profileDocumentSchema } from '../document/profile-schema.js';
import { flamePage } from '../report/flame-page.js';
import { renderProfile } from '../report/profile.js';
import { treemapPage } from '../report/treemap-page.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { exportFiles } from './exports/index.js';
import { type Profiled, profile } from './profile.js';

const test = suite('profile/profile');
const folder = mkdtempSync(join(tmpdir(), 'dupmark-profile-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function profileOf(
  request: TargetRequest,
  scenario: string,
  countInstructions: boolean,
): Promise<Profiled> {
  const target = await resolveTarget(request, { offline: true });
  const profiled = await profile({
    targets: [target],
    cLibrary: await chooseCLibrary([target], { offline: true }),
    chooseScenario: () => parseScenario(scenario),
    countInstructions,
    offline: true,
    dupmark: { version: '0.0.0', commit: null },
    command: ['profile'],
    signal: new AbortController().signal,
    onStep: () => {},
  });
  assert.ok(profiled !== null);
  return profiled;
}

test('inside node: bytes by line add up, instructions say why they are not available', async () => {
  const { document, callgrind } = await profileOf({ provider: 'bundled' }, 'new', true);
  profileDocumentSchema.parse(JSON.parse(JSON.stringify(document)));
  const [only] = document.targets;
  assert.ok(only !== undefined && only.memory.kind === 'exact');
  const { sites, requestedBytes, allocations } = only.memory;
  assert.is(
    sites.reduce((sum, site) => sum + site.requestedBytes, 0),
    requestedBytes,
  );
  assert.ok(sites.some(({ file, line }) => file === 'ssl/ssl_lib.c' && line > 0) && allocations >= 5);
  assert.ok(only.instructions.kind === 'not-available' && /node executable/.test(only.instructions.reason));
  const text = renderProfile(document, 'text', 3);
  assert.match(text, /ssl\/ssl_lib\.c:\d+/);
  assert.match(text, /not available here: this OpenSSL is inside the node executable/);
  assert.is(flamePage(document), null);
  assert.match(treemapPage(document) ?? '', /ssl\/ssl_lib\.c:\d+ · [\d,]+ bytes/);
  assert.equal([...exportFiles(document, callgrind).keys()].sort(), [
    ...['bundled.heapprofile', 'bundled.memory.pb.gz', 'profile.json', 'profile.speedscope.json'],
  ]);
});

test('a scenario that a target lacks is refused with its reason', async () => {
  try {
    await profileOf({ provider: 'bundled' }, 'dup[no-such-setting]', false);
    assert.unreachable('it was not refused');
  } catch (error) {
    assert.instance(error, CouldNotRun);
    assert.match(
      messageOf(error),
      /^bundled cannot run dup\[no-such-setting\]: the catalogue has no setting/,
    );
  }
});

const valgrind = spawnSync('valgrind', ['--version']).status === 0;
if (!valgrind) console.log('note: no valgrind here: no instructions were counted');
(valgrind ? test : test.skip)(
  'the system’s library: a call tree that is whole, with names, in every export',
  async () => {
    const { document, callgrind } = await profileOf({ provider: 'system' }, 'new', true);
    profileDocumentSchema.parse(JSON.parse(JSON.stringify(document)));
    const [only] = document.targets;
    assert.ok(only !== undefined && only.instructions.kind === 'exact', JSON.stringify(only?.instructions));
    const { tree, perIteration, unnamed } = only.instructions;
    assert.ok(
      Math.abs(inclusiveOf(tree) / perIteration - 1) < 0.001,
      `${inclusiveOf(tree)} of ${perIteration}`,
    );
    const totals = functionTotals(tree);
    const of = (name: string) => totals.find((one) => one.name === name);
    const [made, freed] = [of('SSL_new'), of('SSL_free')];
    assert.ok(made && freed && made.inclusive > freed.inclusive && freed.inclusive > 100);
    assert.ok(Math.abs((made.inclusive + freed.inclusive) / perIteration - 1) < 0.01);
    if (document.notes.length > 0) console.log(`note: ${document.notes.join('; ')}`);
    else assert.ok(unnamed < perIteration / 50, `${unnamed} of ${perIteration} without names`);

    const dump = callgrind.get('system');
    assert.ok(dump !== undefined);
    const file = join(folder, 'callgrind.out.system');
    writeFileSync(file, dump);
    const { status, stdout, stderr } = spawnSync('callgrind_annotate', ['--inclusive=yes', file], {
      encoding: 'utf8',
    });
    assert.is(status, 0, stderr);
    // Two hundred iterations in the second count.
    const annotated = /^ *([\d,]+) .*:SSL_new \[/m.exec(stdout)?.[1]?.replaceAll(',', '');
    assert.ok(
      Math.abs(Number(annotated) / 200 / made.inclusive - 1) < 0.01,
      `${annotated} and ${made.inclusive}`,
    );
    assert.not.match(stdout, /\(200\.0+%\)/);

    const page = flamePage(document) ?? '';
    assert.match(page, /data-name="SSL_new"/);
    assert.not.match(page, /https?:\/\//);
    assert.match(renderProfile(document, 'markdown', 100), /\| SSL\\_new \| libssl \|/);
  },
);

test.run();
