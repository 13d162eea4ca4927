/** What comes from outside is hostile here: names, versions, documents, archives. One test a way in. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { printable } from '../bench/core/errors.js';
import { compareTargets } from '../bench/document/compared.js';
import { applyGate, parseLimit } from '../bench/document/gate.js';
import { readRun, type StoredRun } from '../bench/document/read.js';
import type { SoakDocument } from '../bench/document/soak-schema.js';
import { appendBatch, closeRun, createRun, saveDocument } from '../bench/document/store.js';
import { exampleBatches, exampleDocument } from '../bench/document/testing.js';
import { gateAnnotations, renderCsv, renderMarkdown, renderText } from '../bench/report/compared.js';
import { toBenchstat } from '../bench/report/exports/benchstat.js';
import { toCsv } from '../bench/report/exports/csv.js';
import {
  csvField,
  markdownCode,
  markdownText,
  relativeUri,
  shellWord,
  workflowCommand,
  xmlText,
} from '../bench/report/markup.js';
import { renderSoak } from '../bench/report/soak.js';
import { annotationsOf, jobSummaryOf, junitOf, sarifOf } from '../bench/report/soak-ci.js';
import { renderRun } from '../bench/report/terminal.js';
import { unpackDeb } from '../bench/targets/apt.js';
import { resolveSystem } from '../bench/targets/system.js';
import { inTemporaryFolder, refusal } from '../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const test = suite('security');

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');
const ID = '20260801T120000Z-hostil';

/** Every way out of a line, a cell, a command or an element, in one name. */
const HOSTILE = [
  '\u001b[31m\u001b]0;title\u0007\u009b2J\r\n\u2028\u202egnp.exe',
  '</script><script>alert(1)</script><img src=x onerror=alert(2)>',
  '%0A::error::forged\n::error::forged\n::add-mask::a',
  '`$(touch pwned)`; touch pwned & \'"',
  '| [link](javascript:alert(1)) ![image](http://tracker.example/x) @everyone **bold**',
  ']]><!--&amp;"\'',
  '../../../../etc/passwd',
].join(' ');
/** What a terminal must not get: anything but printable text and line ends. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

function hostileRun(): StoredRun {
  const swap = <T extends { readonly target: string }>(one: T): T =>
    one.target === 'debian:trixie' ? { ...one, target: HOSTILE } : one;
  const plain = exampleDocument();
  const batches = exampleBatches().map(swap);
  return {
    batches,
    document: exampleDocument(
      {
        id: ID,
        command: ['bench', HOSTILE],
        status: { kind: 'partial', reason: HOSTILE },
        environment: { ...plain.environment, cpuModel: HOSTILE, kernel: HOSTILE, distribution: HOSTILE },
        targets: plain.targets.map((target) =>
          target.id === 'debian:trixie' && target.facts !== null
            ? {
                ...target,
                id: HOSTILE,
                package: HOSTILE,
                facts: { ...target.facts, version: HOSTILE },
              }
            : target,
        ),
        memory: plain.memory.map(swap).map((one) => ({
          ...one,
          reading:
            one.reading.kind === 'exact'
              ? { ...one.reading, sites: one.reading.sites.map((site) => ({ ...site, file: HOSTILE })) }
              : one.reading,
        })),
        lost: [{ target: HOSTILE, scenario: 'dup', settings: [HOSTILE] }],
        events: [
          {
            at: plain.startedAt,
            kind: 'crash',
            target: HOSTILE,
            block: 1,
            scenario: 'dup',
            message: HOSTILE,
          },
        ],
      },
      batches,
    ),
  };
}

function store(results: string): string {
  const { document, batches } = hostileRun();
  const run = createRun(results, document);
  for (const batch of batches) appendBatch(run, batch);
  closeRun(run);
  saveDocument(run, document);
  return run.folder;
}

const SOAK: SoakDocument = {
  kind: 'dupmark-soak',
  schemaVersion: 1,
  id: ID,
  dupmark: { version: '0', commit: null },
  startedAt: '2026-08-01T12:00:00Z',
  endedAt: '2026-08-01T12:00:01Z',
  end: 'complete',
  seed: 1,
  command: [HOSTILE],
  targets: [{ id: HOSTILE, version: HOSTILE, nodeVersion: null, refused: HOSTILE }],
  cells: [
    {
      target: HOSTILE,
      scenario: HOSTILE,
      settings: [],
      plant: null,
      seed: 1,
      verdict: 'leak',
      reason: HOSTILE,
      cycles: 1,
      seconds: 1,
      handlesCreated: 1,
      handleBytes: 1,
      checkpoints: [],
      findings: [
        {
          oracle: 'ledger',
          weight: 'decides',
          message: HOSTILE,
          sites: [{ label: HOSTILE, file: HOSTILE, line: 1, count: 1 }],
          allocations: [],
          retainers: [HOSTILE],
          cycle: 1,
        },
      ],
      replay: null,
    },
  ],
};

function hostileComparison() {
  const compared = compareTargets(hostileRun(), 'bundled', HOSTILE);
  return { compared, gate: applyGate(compared, [parseLimit('bytes>0'), parseLimit('instructions>0')]) };
}

function dupmark(args: readonly string[], variables: Readonly<Record<string, string>> = {}, cwd?: string) {
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    cwd,
    maxBuffer: 2 ** 26,
    env: { ...process.env, NO_COLOR: '1', ...variables },
  });
}

test('terminal: no control character of a document gets through, in any report', () => {
  const { compared, gate } = hostileComparison();
  const options = { width: 100, colour: false };
  for (const text of [
    renderRun(hostileRun().document, options),
    renderText(compared, gate),
    renderMarkdown(compared, gate),
    renderSoak(SOAK, options),
    toBenchstat([hostileRun()]).replaceAll('\t', ' '),
    printable(HOSTILE),
  ]) {
    assert.not.match(text, CONTROL);
  }
});

test('terminal: nor in what the command line says, of documents and of what was typed', () =>
  inTemporaryFolder(async (folder) => {
    store(folder);
    const bad = '\u001b[31mred\u009b\u202e';
    for (const args of [
      ['results', 'list', '--results', folder],
      ['results', 'show', '--results', folder],
      ['report', '--results', folder],
      ['results', 'show', bad, '--results', folder],
      ['bench', '--targets', `prefix:${bad}`],
      ['bench', `--${bad}`],
      [bad],
      ['soak', '--replay', bad],
      ['results', 'export', '--format', bad],
      ['report', '--results', folder, '--output', join(folder, `page${bad}.html`)],
    ]) {
      const { stdout, stderr } = dupmark(args);
      assert.ok((stdout + stderr).length > 0);
      assert.not.match(stdout + stderr, CONTROL, args.join(' '));
    }
  }));

test('paths: an id in a document leads nowhere, and names on the command line stay below the results', () =>
  inTemporaryFolder(async (folder) => {
    const run = store(folder);
    const file = join(run, 'run.json');
    const document = JSON.parse(readFileSync(file, 'utf8'));
    for (const id of ['../../evil', '/tmp/evil', '20260801T120000Z-../../', `${ID}/../..`]) {
      writeFileSync(file, JSON.stringify({ ...document, id }));
      assert.match(await refusal(() => readRun(run)), /run\.json: id: /);
    }
    for (const id of ['../..', '/etc/passwd']) {
      for (const args of [
        ['results', 'show', id],
        ['results', 'prune', id, '--yes'],
        ['report', '--runs', id],
      ]) {
        const { status, stderr } = dupmark([...args, '--results', folder]);
        assert.is(status, 2, `${args.join(' ')}: ${stderr}`);
      }
    }
    assert.ok(existsSync(file));
  }));

test('HTML: a hostile document is data in the page, and the page’s policy forbids every request', () =>
  inTemporaryFolder(async (folder) => {
    store(folder);
    assert.is(dupmark(['report', '--results', folder]).status, 0);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    assert.is(page.match(/<script/g)?.length, 2);
    assert.not.match(page, /<img/);
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  }));

test('Markdown: nothing of a name is markup, in comparisons and in job summaries', () => {
  const { compared, gate } = hostileComparison();
  for (const text of [renderMarkdown(compared, gate), jobSummaryOf(SOAK)]) {
    // Nothing is markup after a backslash, nor within code, between backticks.
    const outside = text.replace(/\\./g, '').replace(/`[^`\n]*`/g, '');
    assert.not.match(outside, /<(?!\/?details>|\/?summary>)/);
    assert.not.match(outside, /\]\(|!\[|\*\*|http:\/\//);
    assert.not.match(outside, /(^|[^A-Za-z0-9])@\w/);
    assert.not.match(outside, /`/, 'a backtick that nothing closes');
    for (const line of text.split('\n').filter((one) => one.startsWith('|'))) {
      const cells = line.replace(/\\\|/g, '').match(/\|/g)?.length ?? 0;
      assert.ok([7, 6].includes(cells), `a cell was broken: ${line}`);
    }
  }
  assert.is(
    markdownText('debian:trixie has SSL_dup, node@24.21.0'),
    'debian:trixie has SSL_dup, node@24.21.0',
  );
  assert.is(markdownText('# head'), '\\# head');
  assert.is(markdownText('1. item'), '1\\. item');
  assert.is(markdownCode('a`b|c\nd'), "`a'b\\|c d`");
});

test('GitHub: an annotation is one line, and no other output is read as a command', () =>
  inTemporaryFolder(async (folder) => {
    const { gate } = hostileComparison();
    const lines = [...annotationsOf(SOAK), ...gateAnnotations(gate)];
    assert.ok(lines.length >= 3);
    for (const line of lines) {
      assert.match(line, /^::(error|warning)[^\n\r]*$/);
      assert.not.match(line, CONTROL);
    }
    assert.is(
      workflowCommand('error', '100 %\n::x', { file: 'a,b:c%0A', line: 0 }),
      '::error file=a%2Cb%3Ac%250A,line=1::100 %25%0A::x',
    );
    const results = join(folder, 'results');
    const run = store(results);
    const page = join(folder, 'summary.md');
    const actions = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: page };
    const { stdout, stderr } = dupmark(
      ['compare', run, run, '--results', results, '--fail-on', 'instructions>0'],
      actions,
    );
    const [stop = '', ...rest] = stderr.trimEnd().split('\n');
    const token = /^::stop-commands::([0-9a-f-]{36})$/.exec(stop)?.[1];
    assert.ok(token, `no commands are stopped first: ${stop}`);
    assert.is(rest.at(-1), `::${token}::`);
    // Between the two only what dupmark itself says is read: from resuming to stopping again.
    let reads = false;
    for (const line of rest) {
      if (line === `::${token}::`) reads = true;
      else if (line === stop) reads = false;
      else if (reads) assert.match(line, /^::error::instructions>0 cannot be judged/);
    }
    assert.not.ok(stdout.includes(token));
    assert.match(readFileSync(page, 'utf8'), /^### /);
    const again = dupmark(['results', 'list', '--results', results], { ...actions });
    assert.not.ok(again.stderr.includes(token), 'the token can be foreseen');
  }));

test('JUnit and SARIF: hostile text stays text, and a place stays below the repository', () => {
  const junit = junitOf(SOAK);
  assert.not.match(junit, /<script|<img|\]\]>|<!--/);
  assert.not.match(junit.replaceAll('\n', ''), CONTROL);
  const [suites] = [...junit.matchAll(/<testsuite [^>]*>/g)];
  assert.match(suites?.[0] ?? '', /tests="2" failures="1"/);
  const python = spawnSync(
    'python3',
    ['-c', 'import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())'],
    {
      input: junit,
      encoding: 'utf8',
    },
  );
  assert.ok(python.error !== undefined || python.status === 0, python.stderr);
  const uris = [...JSON.stringify(sarifOf(SOAK)).matchAll(/"uri":"([^"]*)"/g)].map((match) => match[1] ?? '');
  assert.ok(uris.length > 0);
  for (const uri of uris) {
    assert.is(new URL(uri, 'file:///repository/').href.startsWith('file:///repository/'), true, uri);
  }
  assert.is(relativeUri('../../etc/passwd'), 'etc/passwd');
  assert.is(relativeUri('/etc/passwd'), 'etc/passwd');
  assert.is(relativeUri('javascript:alert(1)'), 'javascript%3Aalert(1)');
  assert.is(relativeUri('ssl/ssl_lib.c'), 'ssl/ssl_lib.c');
  assert.is(xmlText('a\ud800<b>&\u0007'), 'a?&#60;b&#62;&#38;?');
});

test('CSV: no formula and no forged line, in exports and comparisons', () => {
  const formula = '=HYPERLINK("http://x","y")';
  assert.is(csvField(formula), '"\'=HYPERLINK(""http://x"",""y"")"');
  for (const start of ['=', '+', '-', '@', '\t=', ' =', '\r=']) assert.match(csvField(`${start}1`), /^"?'/);
  assert.is(csvField(-1.5), '-1.5');
  const { compared } = hostileComparison();
  const [first] = compared.cells;
  if (first === undefined) return assert.unreachable('nothing was compared');
  const text = renderCsv({ ...compared, cells: [{ ...first, scenario: formula, target: '@SUM(1)\n=1' }] });
  assert.match(text, /^"'=HYPERLINK/m);
  assert.is(text.trimEnd().split('\n').length, 2);
  const lines = toCsv([hostileRun()]).split('\r\n');
  assert.not.ok(lines.some((line) => /^[=+@-]/.test(line)));
});

test('shell: a command to copy is words, whatever is in them', () =>
  inTemporaryFolder(async (folder) => {
    for (const text of [HOSTILE, "it's", '$(touch pwned)', '`touch pwned`', 'a b', '', '-x', '*', '~root']) {
      const ended = spawnSync('sh', ['-c', `printf %s ${shellWord(text)}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.is(ended.stdout, printable(text));
    }
    assert.equal(readdirSync(folder), []);
  }));

test('shell: a prefix with quotes, spaces, commands and a line end is measured, and nothing of it is run', async () => {
  const { library } = await resolveSystem();
  if (library.kind !== 'shared') return assert.unreachable('the system’s libssl is a shared library');
  await inTemporaryFolder(async (folder) => {
    const prefix = join(folder, 'a\'b"c\n$(touch pwned);touch pwned `touch pwned`');
    mkdirSync(prefix);
    copyFileSync(library.libssl, join(prefix, 'libssl.so.3'));
    copyFileSync(library.libcrypto, join(prefix, 'libcrypto.so.3'));
    const { status, stdout, stderr } = dupmark(
      [
        ...['bench', '--targets', `prefix:${prefix}`, '--operation', 'new', '--blocks', '1', '--rounds', '2'],
        ...['--shard', 'none', '--results', join(folder, 'results')],
      ],
      {},
      folder,
    );
    assert.is(status, 0, stderr);
    assert.match(stdout, /a'b"c\?\$\(touch pwned\)/);
    assert.not.match(stdout + stderr, CONTROL);
    assert.equal(readdirSync(folder).length, 2, 'something of its name was run');
  });
});

/** A .deb with these members: name, and either content or where a link leads. Made by Python's tarfile, as no tar would. */
function deb(
  folder: string,
  members: readonly (readonly [string, 'file' | 'link' | 'hard', string])[],
): string {
  const path = join(folder, 'hostile.deb');
  const program = `
import io, json, sys, tarfile
out, members = json.loads(sys.stdin.read())
def tar(entries):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, kind, text in entries:
            info = tarfile.TarInfo(name)
            if kind == "file":
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
            else:
                info.type = tarfile.SYMTYPE if kind == "link" else tarfile.LNKTYPE
                info.linkname = text
                archive.addfile(info)
    return data.getvalue()
with open(out, "wb") as file:
    file.write(b"!<arch>\\n")
    parts = [("debian-binary", b"2.0\\n"), ("control.tar.gz", tar([("./control", "file", "Package: x\\nVersion: 1\\n")])), ("data.tar.gz", tar(members))]
    for name, data in parts:
        file.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}\`\\n".encode() + data + (b"\\n" if len(data) % 2 else b""))
`;
  const made = spawnSync('python3', ['-c', program], {
    input: JSON.stringify([path, members]),
    encoding: 'utf8',
  });
  assert.is(made.status, 0, made.stderr);
  return path;
}

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stdout.write('note: no python3: hostile packages were not made\n');

(python ? test : test.skip)(
  'archives: nothing is written outside, and no link that leads out is followed',
  () =>
    inTemporaryFolder(async (folder) => {
      const secret = join(folder, 'secret');
      writeFileSync(secret, 'kept');
      const attacks: readonly (readonly [
        string,
        readonly (readonly [string, 'file' | 'link' | 'hard', string])[],
      ])[] = [
        ['a name with ..', [['../escaped', 'file', 'x']]],
        ['deep ..', [['./usr/../../escaped', 'file', 'x']]],
        ['an absolute name', [[join(folder, 'escaped'), 'file', 'x']]],
        [
          'a link out, and a file through it',
          [
            ['./out', 'link', '../..'],
            ['./out/escaped', 'file', 'x'],
          ],
        ],
        [
          'an absolute link, and a file through it',
          [
            ['./out', 'link', folder],
            ['./out/escaped', 'file', 'x'],
          ],
        ],
        ['a library that is a link out', [['./usr/lib/libssl.so.3', 'link', '../../../../secret']]],
        [
          'a link through a link',
          [
            ['./x/keep', 'file', 'x'],
            ['./deep/a/b/s', 'link', '../../../x'],
            ['./t', 'link', 'deep/a/b/s/../../secret'],
          ],
        ],
        ['a hard link to a file outside', [['./hard', 'hard', '../../secret']]],
      ];
      for (const [what, members] of attacks) {
        const root = join(folder, 'work', 'root');
        mkdirSync(root, { recursive: true });
        const archive = deb(folder, members);
        let refused = '';
        try {
          await unpackDeb('debian:hostile', archive, root);
        } catch (thrown) {
          refused = thrown instanceof Error ? thrown.message : '';
          assert.match(refused, /^debian:hostile: /, what);
        }
        assert.not.ok(existsSync(join(folder, 'escaped')), `${what}: a file was written outside`);
        assert.not.ok(existsSync(join(folder, 'work', 'escaped')), `${what}: a file was written outside`);
        assert.is(readFileSync(secret, 'utf8'), 'kept');
        if (refused !== '') continue;
        for (const child of readdirSync(root, { recursive: true, withFileTypes: true })) {
          assert.not.ok(
            child.isFile() && readFileSync(join(child.parentPath, child.name), 'utf8') === 'kept',
            `${what}: ${child.name} is the file outside`,
          );
          assert.not.ok(child.isSymbolicLink(), `${what}: a link stayed`);
        }
      }
      const root = join(folder, 'good');
      mkdirSync(root);
      const members = [
        ['./usr/lib/libssl.so.3', 'file', 'library'],
        ['./usr/lib/libssl.so', 'link', 'libssl.so.3'],
        ['./usr/share/doc', 'link', '/usr/share/elsewhere'],
      ] as const;
      await unpackDeb('debian:good', deb(folder, members), root);
      assert.is(readFileSync(join(root, 'usr', 'lib', 'libssl.so'), 'utf8'), 'library');
      assert.not.ok(existsSync(join(root, 'usr', 'share', 'doc')));
    }),
);

test('sizes: a huge file, a device or a folder in the place of a run’s file is refused unread', () =>
  inTemporaryFolder(async (folder) => {
    const run = store(folder);
    const rounds = join(run, 'rounds.ndjson');
    truncateSync(rounds, 513 * 2 ** 20);
    assert.match(
      await refusal(() => readRun(run)),
      /rounds\.ndjson: has \d+ bytes; at most 536870912 are read/,
    );
    const other = join(folder, 'other');
    mkdirSync(other);
    symlinkSync('/dev/zero', join(other, 'run.json'));
    assert.match(await refusal(() => readRun(other)), /run\.json: is not a file/);
    const huge = join(folder, 'replay.json');
    writeFileSync(huge, '');
    truncateSync(huge, 2 ** 32);
    for (const file of [huge, '/dev/zero']) {
      const { status, stderr } = dupmark(['soak', '--replay', file]);
      assert.is(status, 2);
      assert.match(stderr, /^dupmark: --replay: cannot read .*it is no file of a replay/m);
    }
  }));

test.run();
