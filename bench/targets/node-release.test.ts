/**
 * The provider against a small npm registry of the test's own, on the loopback: what npm and the network can do wrong
 * is done here on purpose. The package holds a real library in place of Node, which this provider cannot tell apart.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findEntry, verifyEntry } from './cache.js';
import { nodeKey, resolveNodeRelease } from './node-release.js';
import { assertSupportedPlatform } from './platform.js';
import { findSystemPair } from './system.js';
import { inTemporaryFolder, refusal, withEnvironment } from './testing.js';

const VERSION = '20.99.0';
const { nodePackage } = assertSupportedPlatform();
const { libssl } = await findSystemPair();

type Serve = (archive: Buffer, response: ServerResponse) => void;
const whole: Serve = (archive, response) => response.end(archive);

/** Runs an action against a registry that has one version, whose archive it serves as told. */
async function withRegistry(
  archive: Buffer,
  serve: Serve,
  action: (cache: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return serve(archive, response);
    const base = `http://${request.headers.host}`;
    const version = {
      name: nodePackage,
      version: VERSION,
      dist: {
        tarball: `${base}/${nodePackage}-${VERSION}.tgz`,
        integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
      },
    };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name: nodePackage,
        'dist-tags': { latest: VERSION },
        versions: { [VERSION]: version },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await withNpm(`http://127.0.0.1:${port}/`, action);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function withNpm(registry: string, action: (cache: string) => Promise<void>): Promise<void> {
  return inTemporaryFolder((cache) =>
    withEnvironment(
      {
        DUPMARK_CACHE: cache,
        npm_config_registry: registry,
        npm_config_noproxy: '127.0.0.1',
        NO_PROXY: '127.0.0.1',
        no_proxy: '127.0.0.1',
      },
      () => action(cache),
    ),
  );
}

/** A package archive made by tar from a folder that `prepare` fills. */
function archiveOf(prepare: (folder: string) => void, tarArgs: readonly string[] = []): Promise<Buffer> {
  return inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'package', 'bin'), { recursive: true });
    writeFileSync(
      join(folder, 'package', 'package.json'),
      JSON.stringify({ name: nodePackage, version: VERSION }),
    );
    prepare(folder);
    const archive = join(folder, 'archive.tgz');
    execFileSync('tar', ['-czPf', archive, '-C', folder, ...tarArgs, 'package']);
    return readFileSync(archive);
  });
}

const good = await archiveOf((folder) => copyFileSync(libssl, join(folder, 'package', 'bin', 'node')));

test('fetches, checks and describes a release', async () => {
  await withRegistry(good, whole, async (cache) => {
    const lines: string[] = [];
    const target = await resolveNodeRelease(VERSION, { onProgress: (line) => lines.push(line) });
    assert.is(target.id, `node@${VERSION}`);
    assert.equal(target.library, { kind: 'inside-node' });
    assert.is(target.package, `${nodePackage} ${VERSION} (npm)`);
    assert.equal(readFileSync(target.node), readFileSync(libssl));
    assert.equal(Object.keys(target.sha256), [target.node]);
    assert.is(lines.length, 1);
    assert.equal(readdirSync(join(cache, 'entries')), [nodeKey(VERSION)]);
    // The second time nothing is fetched: offline is enough.
    assert.equal(await resolveNodeRelease(VERSION, { offline: true }), target);
    writeFileSync(target.node, Buffer.concat([readFileSync(target.node), Buffer.from('x')]));
    assert.match(await refusal(() => resolveNodeRelease(VERSION)), /has changed since it was fetched/);
    const entry = await findEntry(nodeKey(VERSION));
    assert.ok(entry !== null);
    if (entry !== null) assert.match((await verifyEntry(entry)).join(), /bin\/node has changed/);
  });
});

test('versions that cannot be had', async () => {
  await withRegistry(good, whole, async (cache) => {
    assert.match(
      await refusal(() => resolveNodeRelease('12.21.0')),
      /^node@12\.21\.0: is too old; Node 12\.22\.0/,
    );
    assert.is(
      await refusal(() => resolveNodeRelease('20.98.0')),
      `node@20.98.0: npm has no ${nodePackage}@20.98.0`,
    );
    assert.match(
      await refusal(() => resolveNodeRelease(VERSION, { offline: true })),
      /^node@20\.99\.0: is not in the cache, and this is offline; with a network, /,
    );
    assert.equal(readdirSync(join(cache, 'entries')), []);
  });
});

test('an archive that is not what the registry states is refused', async () => {
  const changed = Buffer.concat([good, Buffer.from('x')]);
  await withRegistry(
    good,
    (_archive, response) => response.end(changed),
    async (cache) => {
      const message = await refusal(() => resolveNodeRelease(VERSION));
      assert.match(message, /^node@20\.99\.0: .*(EINTEGRITY|sha512)/);
      assert.equal(readdirSync(join(cache, 'entries')), []);
    },
  );
});

test('a connection that breaks half-way leaves nothing', async () => {
  await withRegistry(
    good,
    (archive, response) => {
      response.writeHead(200, { 'content-length': String(archive.length) });
      response.write(archive.subarray(0, archive.length / 2), () => response.destroy());
    },
    async (cache) => {
      assert.match(await refusal(() => resolveNodeRelease(VERSION)), /^node@20\.99\.0: npm/);
      assert.equal(readdirSync(join(cache, 'entries')), []);
    },
  );
});

test('nobody answers', async () => {
  await withNpm('http://127.0.0.1:9/', async () => {
    assert.match(await refusal(() => resolveNodeRelease(VERSION)), /^node@20\.99\.0: npm: .*ECONNREFUSED/);
  });
});

test('kill -9 during the download leaves no entry', async () => {
  let half: (() => void) | undefined;
  const reached = new Promise<void>((resolve) => {
    half = resolve;
  });
  const stall: Serve = (archive, response) => {
    response.writeHead(200, { 'content-length': String(archive.length) });
    response.write(archive.subarray(0, archive.length / 2), () => half?.());
  };
  await withRegistry(good, stall, async (cache) => {
    const module = new URL('./node-release.js', import.meta.url).href;
    const script = `import { resolveNodeRelease } from ${JSON.stringify(module)}; await resolveNodeRelease('${VERSION}');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    await reached;
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.is(await findEntry(nodeKey(VERSION)), null);
    const [left, ...more] = readdirSync(join(cache, 'entries'));
    assert.match(left ?? '', /^\.fetching-/);
    assert.equal(more, []);
  });
});

test('bin/node as a link, or missing, or no ELF file', async () => {
  const cases: [(folder: string) => void, RegExp][] = [
    [(folder) => symlinkSync('/bin/true', join(folder, 'package', 'bin', 'node')), /is not a plain file/],
    [() => undefined, /tar: .*package\/bin\/node: Not found in archive/],
    [(folder) => writeFileSync(join(folder, 'package', 'bin', 'node'), '#!/bin/sh\n'), /is not an ELF file/],
  ];
  for (const [prepare, expected] of cases) {
    await withRegistry(await archiveOf(prepare), whole, async (cache) => {
      assert.match(await refusal(() => resolveNodeRelease(VERSION)), expected);
      assert.equal(readdirSync(join(cache, 'entries')), []);
    });
  }
});

test('a member that points outside is not written', async () => {
  const evil = await archiveOf(
    (folder) => {
      copyFileSync(libssl, join(folder, 'package', 'bin', 'node'));
      writeFileSync(join(folder, 'package', 'evil'), 'evil');
    },
    ['--transform', 's,^package/evil$,../../../../evil,'],
  );
  await withRegistry(evil, whole, async (cache) => {
    await resolveNodeRelease(VERSION);
    const all = readdirSync(cache, { recursive: true }).map(String);
    assert.not.ok(all.some((path) => path.endsWith('evil')));
  });
});

test.run();
