/**
 * The real thing, small: Debian's suites by apt and a Node release by npm, into the user's own cache, so that only
 * the first run on a machine downloads. Without network it is left out, and says so.
 */
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareVersions, type Target } from '../core/target.js';
import { debianArchive } from './apt-archive.js';
import { isUnreachable } from './fetched.js';
import { cachedTargets, chooseCLibrary, resolveTargets, verifyTargets } from './index.js';
import { opensslVersionIn } from './openssl-pair.js';

/** Why there is no Debian archive here; null when there is one. */
const lacking = await debianArchive().then(
  () => null,
  (reason: unknown) => String(reason),
);

/** The targets, or null (with a printed reason) when the network is not there. */
async function fetched(ids: readonly string[], suites: readonly string[]): Promise<Target[] | null> {
  const { targets, missing } = await resolveTargets([
    ...suites.map((suite) => ({ provider: 'debian', suite }) as const),
    { provider: 'node', version: '12.22.12' },
  ]);
  const unreachable = missing.find(({ reason }) => isUnreachable(reason));
  if (unreachable !== undefined) {
    console.log(`  (offline, left out: ${unreachable.reason})`);
    return null;
  }
  assert.equal(missing, []);
  assert.equal(
    targets.map(({ id }) => id),
    ids,
  );
  return targets;
}

const suites = lacking === null ? ['bullseye', 'trixie', 'experimental'] : [];
if (lacking !== null) console.log(`  (debian left out: ${lacking})`);

test('targets from the archive and from npm', async () => {
  const targets = await fetched([...suites.map((suite) => `debian:${suite}`), 'node@12.22.12'], suites);
  if (targets === null) return;
  const versions = await Promise.all(
    targets.map(({ library, node }) =>
      opensslVersionIn(library.kind === 'shared' ? library.libcrypto : node),
    ),
  );
  assert.match(versions.at(-1) ?? '', /^1\.1\.1/);
  if (suites.length > 0) {
    assert.match(versions[0] ?? '', /^1\.1\.1/);
    assert.match(versions[1] ?? '', /^3\.5\./);
    assert.match(targets[1]?.package ?? '', /^libssl\S+ 3\.5\.\S+ \(trixie, a\S+64\)$/);
  }
  const verified = await verifyTargets();
  for (const { id } of targets) {
    const entry = verified.find((candidate) => candidate.id === id);
    assert.equal(entry?.problems, [], id);
  }
  const cached = (await cachedTargets()).targets.map(({ id }) => id);
  for (const { id } of targets) assert.ok(cached.includes(id));
});

test('Node runs on the C library that the targets need', async () => {
  const targets = await fetched([...suites.map((suite) => `debian:${suite}`), 'node@12.22.12'], suites);
  if (targets === null) return;
  const chosen = await chooseCLibrary(targets);
  for (const { glibcNeeded } of targets) {
    assert.ok(glibcNeeded === null || compareVersions(chosen.version, glibcNeeded) >= 0);
  }
  if (chosen.kind === 'host') return;
  const print = 'process.report.getReport().header.glibcVersionRuntime';
  for (const node of new Set(targets.map((target) => target.node))) {
    const args = ['--library-path', chosen.libraryPath, node, '-p', print];
    assert.is(execFileSync(chosen.loader, args, { encoding: 'utf8' }).trim(), chosen.version);
  }
});

test.run();
