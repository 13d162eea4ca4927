/** Each export, read back by a reader that is not ours: pprof-format and Go's pprof, speedscope in Chromium, callgrind_annotate. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { Profile } from 'pprof-format';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Frame } from '../../core/profile.js';
import { haveChromium, launch } from '../../report/page-browser-testing.js';
import { namedDump } from '../profile.js';
import { heapProfile } from './heap-profile.js';
import { pprof } from './pprof.js';
import { speedscope } from './speedscope.js';
import { instructionMeasure, memoryMeasures } from './stacks.js';

const test = suite('profile/exports');

const tree: Frame = {
  name: 'new',
  library: 'dupmark_driver',
  self: 10,
  children: [
    {
      name: 'SSL_new',
      library: 'libssl',
      self: 300,
      children: [
        { name: 'malloc', library: 'libc', self: 500, children: [] },
        { name: 'ssl_größe <"&', library: 'libssl', self: 190.4, children: [] },
      ],
    },
  ],
};
const memory = {
  kind: 'exact',
  allocations: 3,
  requestedBytes: 9300,
  retainedAllocations: 1,
  retainedBytes: 8700,
  sites: [
    {
      file: 'ssl/ssl_lib.c',
      line: 737,
      allocations: 1,
      requestedBytes: 9000,
      retainedAllocations: 1,
      retainedBytes: 9000,
    },
    {
      file: 'ssl/ssl_lib.c',
      line: 861,
      allocations: 1,
      requestedBytes: 200,
      retainedAllocations: 0,
      retainedBytes: 0,
    },
    {
      file: 'crypto/bio.c',
      line: 8,
      allocations: 1,
      requestedBytes: 100,
      retainedAllocations: 0,
      retainedBytes: -300,
    },
  ],
} as const;
const instructions = instructionMeasure(tree);
const bytes = memoryMeasures(memory, 'new');
const requested = bytes.find(({ name }) => name === 'requestedBytes');
assert.ok(requested);

const folder = mkdtempSync(join(tmpdir(), 'dupmark-exports-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

test('pprof-format reads the pprof file', () => {
  const read = Profile.decode(gunzipSync(pprof(bytes, 'a comment')));
  const text = (index: number | bigint) => read.stringTable.strings[Number(index)];
  assert.equal(
    read.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    ['allocations/count', 'requestedBytes/bytes', 'retainedAllocations/count', 'retainedBytes/bytes'],
  );
  const functions = new Map(read.function.map((one) => [Number(one.id), one]));
  const locations = new Map(read.location.map((one) => [Number(one.id), one]));
  const samples = read.sample.map(({ locationId, value }) => ({
    stack: locationId.map((id) => {
      const line = locations.get(Number(id))?.line[0];
      const one = functions.get(Number(line?.functionId));
      return `${text(one?.name ?? 0)}@${text(one?.filename ?? 0)}:${line?.line ?? ''}`;
    }),
    value: value.map((one) => Number(BigInt.asIntN(64, BigInt(one)))),
  }));
  assert.equal(samples, [
    {
      stack: ['ssl/ssl_lib.c:737@ssl/ssl_lib.c:737', 'ssl/ssl_lib.c@ssl/ssl_lib.c:0', 'new@:0'],
      value: [1, 9000, 1, 9000],
    },
    {
      stack: ['ssl/ssl_lib.c:861@ssl/ssl_lib.c:861', 'ssl/ssl_lib.c@ssl/ssl_lib.c:0', 'new@:0'],
      value: [1, 200, 0, 0],
    },
    {
      stack: ['crypto/bio.c:8@crypto/bio.c:8', 'crypto/bio.c@crypto/bio.c:0', 'new@:0'],
      value: [1, 100, 0, -300],
    },
  ]);
});

const go = spawnSync('go', ['version']).status === 0;
if (!go) console.log('note: no go here: its pprof did not read the pprof file');
(go ? test : test.skip)("Go's pprof reads it, with the same figures", () => {
  const file = join(folder, 'one.pb.gz');
  writeFileSync(file, pprof([instructions], ''));
  const { status, stdout, stderr } = spawnSync('go', ['tool', 'pprof', '-top', '-nodefraction=0', file], {
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  assert.match(stdout, /^Type: instructions$/m);
  assert.match(stdout, /of 1000 total/);
  assert.match(stdout, /^\s*500 50\.00%\s.*\s500 50\.00% {2}malloc$/m);
  assert.match(stdout, /^\s*300 30\.00%\s.*\s990 99\.00% {2}SSL_new$/m);
  assert.match(stdout, /ssl_größe <"&$/m);
});

test('a V8 heap profile has the nodes, sizes and samples that V8 writes', () => {
  const { head, samples } = heapProfile(requested);
  const shape = (node: typeof head): unknown => [
    node.callFrame.functionName,
    node.callFrame.url,
    node.callFrame.lineNumber,
    node.selfSize,
    node.children.map(shape),
  ];
  assert.equal(shape(head), [
    ...['(root)', '', -1, 0],
    [
      [
        ...['new', '', -1, 0],
        [
          [
            ...['ssl/ssl_lib.c', 'ssl/ssl_lib.c', -1, 0],
            [
              ['ssl/ssl_lib.c:737', 'ssl/ssl_lib.c', 736, 9000, []],
              ['ssl/ssl_lib.c:861', 'ssl/ssl_lib.c', 860, 200, []],
            ],
          ],
          [...['crypto/bio.c', 'crypto/bio.c', -1, 0], [['crypto/bio.c:8', 'crypto/bio.c', 7, 100, []]]],
        ],
      ],
    ],
  ]);
  const ids = new Map<number, number>();
  const visit = (node: typeof head): void => {
    ids.set(node.id, node.selfSize);
    node.children.forEach(visit);
  };
  visit(head);
  assert.equal(
    samples.map(({ nodeId, size }) => [ids.get(nodeId), size]),
    [
      [9000, 9000],
      [200, 200],
      [100, 100],
    ],
  );
});

test("V8's own heap profile has the same fields as ours", async () => {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', { samplingInterval: 64 });
  const kept = Array.from({ length: 1000 }, (_, i) => ({ i }));
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  assert.is(kept.length, 1000);
  const ours = heapProfile(requested);
  const fields = (value: object) => Object.keys(value).sort();
  assert.equal(fields(ours), fields(profile));
  assert.equal(fields(ours.head), fields(profile.head));
  assert.equal(fields(ours.head.callFrame), fields(profile.head.callFrame));
  const [theirs] = (profile as unknown as { samples: object[] }).samples;
  assert.ok(theirs && ours.samples[0]);
  assert.equal(fields(ours.samples[0]), fields(theirs));
});

const release = join(
  dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
  'dist',
  'release',
);
let browser: Browser | null = null;
test.after(async () => browser?.close());

/** The functions that speedscope's own page lists of a file, with its figures: `name: TOTAL SELF`. */
async function openedBySpeedscope(name: string, content: string | Buffer): Promise<readonly string[]> {
  // This is how its command-line program hands it a file.
  const script = join(folder, 'file.js');
  const base64 = Buffer.from(content).toString('base64');
  writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(name)}, '${base64}')`);
  browser ??= await launch();
  const page = await browser.newPage();
  await page.goto(`${pathToFileURL(join(release, 'index.html')).href}#localProfilePath=${script}`);
  await page.waitForFunction("document.body.innerText.includes('Sandwich')");
  await page.keyboard.press('3');
  await page.waitForFunction("document.body.innerText.includes('Symbol Name')");
  const text = String(await page.evaluate('document.body.innerText'));
  await page.close();
  return [...text.matchAll(/^(\S.*)\n\t(.*)\n\t(.*)$/gm)].map(
    ([, total, self, of]) => `${of}: ${total} ${self}`,
  );
}

const chromium = haveChromium();
if (!chromium) console.log('note: no Chromium here: speedscope did not read the exports');
const shown = chromium ? test : test.skip;

shown('speedscope opens its own format', async () => {
  const content = speedscope('dupmark: new', [{ id: 'a', measures: [instructions, ...bytes] }], 'dupmark 0');
  assert.equal(await openedBySpeedscope('profile.speedscope.json', JSON.stringify(content)), [
    'malloc: 500 (50%) 500 (50%)',
    'SSL_new: 990.4 (>99%) 300 (30%)',
    'ssl_größe <"&: 190.4 (19%) 190.4 (19%)',
    'new: 1,000.4 (100%) 10 (1.00%)',
  ]);
});

shown('speedscope opens the pprof file, the V8 heap profile and the named callgrind dump', async () => {
  assert.equal(
    (await openedBySpeedscope('one.pb.gz', pprof([instructions], '')))[1],
    'SSL_new: 990 (99%) 300 (30%)',
  );
  assert.equal(await openedBySpeedscope('one.heapprofile', JSON.stringify(heapProfile(requested))), [
    'ssl/ssl_lib.c:737: 8.79 KB (97%) 8.79 KB (97%)',
    'ssl/ssl_lib.c:861: 200 B (2.2%) 200 B (2.2%)',
    'crypto/bio.c:8: 100 B (1.1%) 100 B (1.1%)',
    'crypto/bio.c: 100 B (1.1%) 0 B (<0.01%)',
    'ssl/ssl_lib.c: 8.98 KB (99%) 0 B (<0.01%)',
    'new: 9.08 KB (100%) 0 B (<0.01%)',
    '(root): 9.08 KB (100%) 0 B (<0.01%)',
  ]);
  const dump = [
    ...[
      '# callgrind format',
      'version: 1',
      'positions: line',
      'events: Ir',
      'summary: 8',
      '',
      'ob=/x/libssl.so.3',
      'fl=???',
    ],
    ...['fn=0x20', '0 5', 'cfn=SSL_free', 'calls=1 0', '0 3', '', 'fn=SSL_free', '0 3', '', 'totals: 8', ''],
  ].join('\n');
  const named = namedDump(dump, new Map([['/x/libssl.so.3\n0x20', 'ssl_hidden']]));
  assert.equal(await openedBySpeedscope('callgrind.out.a', named), [
    'ssl_hidden: 8 (100%) 5 (63%)',
    'SSL_free: 3 (38%) 3 (38%)',
  ]);
});

test("speedscope's schema is what our file says it follows", () => {
  const release = join(
    dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
    'dist',
    'release',
  );
  const schema = JSON.parse(readFileSync(join(release, 'file-format-schema.json'), 'utf8')) as {
    definitions: Record<string, { required?: string[]; properties?: object }>;
  };
  const content = speedscope('t', [{ id: 'a', measures: [instructions] }], 'd') as {
    profiles: Record<string, unknown>[];
  };
  const definition = Object.values(schema.definitions).find(
    ({ properties }) => properties !== undefined && 'weights' in properties,
  );
  assert.equal(Object.keys(content.profiles[0] ?? {}).sort(), [...(definition?.required ?? [])].sort());
});

test.run();
